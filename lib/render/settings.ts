/** Reads `truekeel.dev/*` annotations into settings. */
import {
  Annotation,
  DEFAULT_SETTINGS,
  type KubernetesObject,
  type ObjectSettings,
} from '../objects/index.ts';

/** What each setting may be. */
const ALLOWED: { readonly [Name in keyof ObjectSettings]: readonly ObjectSettings[Name][] } = {
  apply: ['always', 'create-only', 'recreate', 'paused'],
  prune: ['allow', 'protect', 'detach'],
  conflicts: ['report', 'force', 'yield'],
  drift: ['correct', 'report', 'ignore'],
  wait: ['ready', 'present', 'none'],
};

export interface SettingProblem {
  readonly annotation: string;
  readonly value: string;
  readonly allowed: readonly string[];
}

/** The settings of an object: its annotations, then what its application says, then the defaults.
 * @param problem told of annotations with a value that is not allowed; the fallback is used for them */
export function settingsOf(
  object: KubernetesObject,
  fallback: Partial<ObjectSettings>,
  problem: (problem: SettingProblem) => void,
): ObjectSettings {
  const annotations = object.metadata.annotations;
  const base: ObjectSettings = { ...DEFAULT_SETTINGS, ...fallback };
  if (!annotations) return base;
  const pick = <Name extends keyof ObjectSettings>(name: Name): ObjectSettings[Name] => {
    const value = annotations[Annotation[name]];
    if (value === undefined) return base[name];
    const allowed = ALLOWED[name].find((candidate) => candidate === value);
    if (allowed === undefined) problem({ annotation: Annotation[name], value, allowed: ALLOWED[name] });
    return allowed ?? base[name];
  };
  return {
    apply: pick('apply'),
    prune: pick('prune'),
    conflicts: pick('conflicts'),
    drift: pick('drift'),
    wait: pick('wait'),
  };
}
