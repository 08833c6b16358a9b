/** Objects that are one of several versions of the same thing: each has a name of its own, and former ones stay for a
 * while beside the one that is in the program. */
import { Annotation } from './names.ts';
import type { ObjectMetadata } from './object.ts';
import type { SettingProblem } from './settings.ts';

export interface Version {
  /** What it is a version of: the same name in all of them. */
  readonly of: string;
  /** How many former versions stay. */
  readonly keep: number;
}

/** @param problem told of annotations that cannot be what they are; then it is no version
 * @returns undefined for an object that is no version of anything */
export function readVersion(
  { metadata }: ObjectMetadata,
  problem: (problem: SettingProblem) => void,
): Version | undefined {
  const of = metadata.annotations?.[Annotation.versionOf];
  const value = metadata.annotations?.[Annotation.keepVersions];
  if (of === undefined && value === undefined) return undefined;
  const keep = Number(value);
  if (of === undefined || of === '') {
    problem({
      annotation: Annotation.keepVersions,
      value: value ?? '',
      allowed: `set beside ${Annotation.versionOf} only`,
    });
    return undefined;
  }
  if (value === undefined || !/^[1-9]\d{0,3}$/.test(value)) {
    problem({
      annotation: Annotation.keepVersions,
      value: value ?? '',
      allowed: 'a whole number, one or more',
    });
    return undefined;
  }
  return { of, keep };
}
