/** A time as Kubernetes writes it: RFC 3339, whole seconds, UTC. */
export function rfc3339(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Milliseconds since the epoch; 0 for a time that is missing. */
export function millisecondsOf(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time);
}
