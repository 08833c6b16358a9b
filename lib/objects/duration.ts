/** Durations as Go and Kubernetes write them: `1m30s`. */
const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Reads a duration (`1m30s`, `1.5s`, `500ms`).
 * @returns milliseconds; undefined when the text is not a duration */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * UNIT_MS[unit!]!, // the expression matches known units only
    0,
  );
}

/** Writes a duration so that {@link parseDuration} reads the same again: `1m30s`.
 * @param milliseconds a whole number */
export function formatDuration(milliseconds: number): string {
  let rest = milliseconds;
  const parts = Object.entries(UNIT_MS).flatMap(([unit, size]) => {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    return amount > 0 ? [`${amount}${unit}`] : [];
  });
  return parts.join('') || '0s';
}
