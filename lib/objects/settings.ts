/** Reads `truekeel.dev/*` annotations into settings. */
import { DEFAULT_SETTINGS, type ObjectSettings } from './desired.ts';
import { parseDuration } from './duration.ts';
import { Annotation } from './names.ts';
import type { KubernetesObject } from './object.ts';

/** Settings that are one word of some. */
type Choices = Required<Omit<ObjectSettings, 'waitTimeoutMs' | 'noProgressTimeoutMs'>>;

/** What each of them may be. */
const ALLOWED: { readonly [Name in keyof Choices]: readonly Choices[Name][] } = {
  apply: ['always', 'create-only', 'recreate', 'paused'],
  prune: ['allow', 'protect', 'detach'],
  conflicts: ['report', 'force', 'yield'],
  drift: ['correct', 'report', 'ignore'],
  wait: ['ready', 'present', 'none'],
};

const DURATION = 'a duration such as 90s or 1h30m';

export interface SettingProblem {
  readonly annotation: string;
  readonly value: string;
  /** What it may be: `ready, present, none`. */
  readonly allowed: string;
}

/** The settings of an object: its annotations, then what its application says, then the defaults.
 * @param problem told of annotations with a value that is not allowed; the fallback is used for them */
export function settingsOf(
  object: KubernetesObject,
  fallback: Partial<ObjectSettings>,
  problem: (problem: SettingProblem) => void,
): ObjectSettings {
  const base: ObjectSettings = { ...DEFAULT_SETTINGS, ...fallback };
  const annotations = object.metadata.annotations;
  if (!annotations) return base;
  const choose = <Name extends keyof Choices>(name: Name): Choices[Name] => {
    const value = annotations[Annotation[name]];
    if (value === undefined) return base[name];
    const chosen = ALLOWED[name].find((candidate) => candidate === value);
    if (chosen === undefined) {
      problem({ annotation: Annotation[name], value, allowed: ALLOWED[name].join(', ') });
    }
    return chosen ?? base[name];
  };
  const measure = (annotation: string, otherwise: number | undefined): number | undefined => {
    const value = annotations[annotation];
    if (value === undefined) return otherwise;
    const milliseconds = parseDuration(value);
    if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
    problem({ annotation, value, allowed: DURATION });
    return otherwise;
  };
  const waitTimeoutMs = measure(Annotation.waitTimeout, base.waitTimeoutMs);
  const noProgressTimeoutMs = measure(Annotation.noProgressTimeout, base.noProgressTimeoutMs);
  return {
    apply: choose('apply'),
    prune: choose('prune'),
    conflicts: choose('conflicts'),
    drift: choose('drift'),
    wait: choose('wait'),
    ...(waitTimeoutMs !== undefined && { waitTimeoutMs }),
    ...(noProgressTimeoutMs !== undefined && { noProgressTimeoutMs }),
  };
}

/** What differs from the defaults; undefined when nothing does. */
export function changedSettings(settings: ObjectSettings): Partial<ObjectSettings> | undefined {
  const { apply, prune, conflicts, drift, wait, waitTimeoutMs, noProgressTimeoutMs } = settings;
  const changed: Partial<ObjectSettings> = {
    ...(apply !== DEFAULT_SETTINGS.apply && { apply }),
    ...(prune !== DEFAULT_SETTINGS.prune && { prune }),
    ...(conflicts !== DEFAULT_SETTINGS.conflicts && { conflicts }),
    ...(drift !== DEFAULT_SETTINGS.drift && { drift }),
    ...(wait !== DEFAULT_SETTINGS.wait && { wait }),
    ...(waitTimeoutMs !== undefined && { waitTimeoutMs }),
    ...(noProgressTimeoutMs !== undefined && { noProgressTimeoutMs }),
  };
  return Object.keys(changed).length === 0 ? undefined : changed;
}

export function sameSettings(a: ObjectSettings, b: ObjectSettings): boolean {
  // The members that differ from the defaults come in the same order.
  return JSON.stringify(changedSettings(a)) === JSON.stringify(changedSettings(b));
}
