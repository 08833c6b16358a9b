import type { DeleteLimits } from '../objects/index.ts';

/** The part of a mark that says how many objects may be deleted at once. */
export function deleteLimitsOf({ maxDeletes, maxDeleteShare }: DeleteLimits): {
  readonly deleteLimits?: DeleteLimits;
} {
  if (maxDeletes === undefined && maxDeleteShare === undefined) return {};
  return {
    deleteLimits: {
      ...(maxDeletes !== undefined && { maxDeletes }),
      ...(maxDeleteShare !== undefined && { maxDeleteShare }),
    },
  };
}
