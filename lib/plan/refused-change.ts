/** What it means when the server refuses a change: which of its reasons say that an object can only be made anew. */
import type { KubeError } from '../kube/index.ts';
import type { DesiredObject } from '../objects/index.ts';
import { formatKey, TruekeelError } from '../objects/index.ts';
import { located, placeOf } from './place.ts';

/** How the built-in kinds and CRD validation rules say that a field cannot be changed, or not in this direction. */
const IMMUTABLE =
  /immutable|updates to .* are forbidden|may not (?:be )?(?:change|update)|cannot be (?:changed|updated)|can not be less than/i;

/** Whether the object can only have this by being deleted and made anew. */
export function isImmutable(error: KubeError): boolean {
  return (
    error.code === 'INVALID' &&
    IMMUTABLE.test([error.message, ...error.causes.map((c) => c.message)].join('\n'))
  );
}

/** Kinds whose objects take stored data with them. */
const HOLDS_DATA: ReadonlySet<string> = new Set(['PersistentVolumeClaim', 'PersistentVolume']);

/** The error that people get, instead of what the server said. */
export function refusedChange(error: KubeError, desired: DesiredObject): TruekeelError {
  const stored = error.causes.filter(({ path }) => path.startsWith('status.storedVersions'));
  if (error.code === 'INVALID' && stored.length > 0) return storedVersion(error, desired);
  return isImmutable(error) ? immutable(error, desired) : located(error, desired);
}

function immutable(error: KubeError, desired: DesiredObject): TruekeelError {
  const fields = [...new Set(error.causes.map(({ path }) => path).filter((path) => path !== ''))].join(', ');
  const isSmaller = error.causes.some(({ message }) => /can not be less than/i.test(message));
  const why = isSmaller ? 'cannot be made smaller' : 'cannot be changed once set';
  return new TruekeelError(
    `${formatKey(desired.key)} cannot be changed in place: ${fields === '' ? error.message : `${fields} ${why}`}`,
    {
      code: 'IMMUTABLE_FIELD',
      family: 'conflict',
      ...placeOf(desired),
      hint: HOLDS_DATA.has(desired.key.kind)
        ? 'Give it another name and move the data; making it anew (truekeel.dev/apply: recreate) would delete what it holds.'
        : 'Give it another name, or set the annotation truekeel.dev/apply: recreate to have it deleted and made anew.',
      cause: error,
    },
  );
}

/** Kubernetes, "Versions in CustomResourceDefinitions": a version in status.storedVersions has to stay in spec.versions. */
function storedVersion(error: KubeError, desired: DesiredObject): TruekeelError {
  const versions = error.causes.flatMap(({ path, message }) =>
    path.startsWith('status.storedVersions') ? (/"([^"]+)"/.exec(message)?.[1] ?? []) : [],
  );
  const which = versions.length > 0 ? `version ${[...new Set(versions)].join(', ')}` : 'a version';
  return new TruekeelError(`${formatKey(desired.key)} cannot lose ${which}: objects may be stored in it`, {
    code: 'STORED_VERSION',
    family: 'conflict',
    ...placeOf(desired),
    hint: 'Keep the version with served: false, write every object of the kind once (a storage migration), take the version off status.storedVersions, and remove it then.',
    cause: error,
  });
}
