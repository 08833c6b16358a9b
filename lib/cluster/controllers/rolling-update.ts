/** The arithmetic of a rolling update, apart from any object. */

/** maxSurge and maxUnavailable as numbers of pods. */
export interface RollingLimits {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** @param surge a number or a share such as `25%`, rounded up
 * @param unavailable likewise, rounded down; 1 when both come to nothing, since nothing could ever change then */
export function rollingLimits(
  replicas: number,
  surge: number | string = '25%',
  unavailable: number | string = '25%',
): RollingLimits {
  const maxSurge = share(replicas, surge, Math.ceil);
  const maxUnavailable = Math.min(replicas, share(replicas, unavailable, Math.floor));
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable };
}

function share(replicas: number, value: number | string, round: (value: number) => number): number {
  return typeof value === 'number' ? value : round((replicas * Number.parseFloat(value)) / 100);
}

/** How far one generation of pods has got. */
export interface Generation {
  /** How many pods it shall have now. */
  readonly replicas: number;
  readonly available: number;
}

/** How many pods the new generation shall have next. */
export function nextNewReplicas(
  wanted: number,
  fresh: Generation,
  old: readonly Generation[],
  { maxSurge }: RollingLimits,
): number {
  if (fresh.replicas >= wanted) return wanted;
  const room = wanted + maxSurge - fresh.replicas - total(old);
  return fresh.replicas + Math.max(0, Math.min(room, wanted - fresh.replicas));
}

/** How many pods each old generation, eldest first, shall have next: those that are not available go first, since
 * they serve nobody; the others only while enough stay available. */
export function nextOldReplicas(
  wanted: number,
  fresh: Generation,
  old: readonly Generation[],
  { maxUnavailable }: RollingLimits,
): readonly number[] {
  const minAvailable = wanted - maxUnavailable;
  const freshUnavailable = Math.max(0, fresh.replicas - fresh.available);
  let removable = Math.max(0, fresh.replicas + total(old) - minAvailable - freshUnavailable);

  const healthy = old.map(({ replicas, available }) => {
    const removed = Math.min(removable, Math.max(0, replicas - available));
    removable -= removed;
    return replicas - removed;
  });

  const available = fresh.available + old.reduce((sum, generation) => sum + generation.available, 0);
  let spare = Math.max(0, Math.min(removable, available - minAvailable));
  return healthy.map((replicas) => {
    const removed = Math.min(spare, replicas);
    spare -= removed;
    return replicas - removed;
  });
}

function total(generations: readonly Generation[]): number {
  return generations.reduce((sum, { replicas }) => sum + replicas, 0);
}
