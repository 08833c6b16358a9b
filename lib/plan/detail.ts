/** Finds out what a change will do, field by field: a dry-run apply of the object, compared with the live one. */
import type { ApiResource, KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type {
  DesiredObject,
  JsonObject,
  JsonValue,
  KubernetesObject,
  ObjectKey,
  SourceLocation,
} from '../objects/index.ts';
import { formatKey, TruekeelError } from '../objects/index.ts';
import type { HeldField } from './conflicts.ts';
import { conflictsOf, mustForce, withoutYielded } from './conflicts.ts';
import type { IsShown } from './diff.ts';
import { diffObjects } from './diff.ts';
import { isMap, valueAt } from './field-path.ts';
import { freshObject } from './fresh.ts';
import { maskChanges } from './mask.ts';
import type { FieldChange } from './plan.ts';

export interface Detail {
  readonly action: 'same' | 'replace' | 'gone';
  readonly changes: readonly FieldChange[];
  readonly conflicts: readonly HeldField[];
  readonly live?: KubernetesObject;
  readonly after?: KubernetesObject;
}

/** @param object what would be sent
 * @returns `gone` when the object is not there any more, `replace` when a field cannot be changed in place and the
 *   object's setting is `apply: recreate`
 * @throws TruekeelError when the server refuses the change */
export async function detailChange(
  client: KubeClient,
  resource: ApiResource,
  desired: DesiredObject,
  object: KubernetesObject,
): Promise<Detail> {
  const live = await client.get(resource, desired.key);
  if (!live) return { action: 'gone', changes: [], conflicts: [] };
  const conflicts = conflictsOf(object as JsonObject, live, desired.settings.conflicts);
  const sent = withoutYielded(object, conflicts);
  const describe = (after: KubernetesObject, isShown?: IsShown): Detail => ({
    action: 'same',
    changes: maskChanges(desired.key, diffObjects(live, after, isShown)),
    conflicts,
    live,
    after,
  });
  try {
    return describe(await client.apply(sent, { dryRun: true, force: mustForce(conflicts) }));
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (isDryRunUnsupported(error)) return describe(overlay(live, sent));
    if (!isImmutable(error)) throw located(error, desired);
    if (desired.settings.apply !== 'recreate') throw immutable(error, desired);
    const fresh = await freshObject(client, object);
    const isShown = shownOfReplacement(object, fresh !== undefined);
    return { ...describe(fresh ?? overlay(live, object), isShown), action: 'replace', conflicts: [] };
  }
}

/** What a replacement shows of the difference between an object and the one that takes its place: what the program says,
 * and what goes. What the server gives it by chance, an address or a port, is another one each time.
 * @param isFresh whether the new object was tried, so that what it does not have will be gone */
function shownOfReplacement(object: KubernetesObject, isFresh: boolean): IsShown {
  return (path, after) =>
    after === undefined && isFresh ? true : valueAt(object as JsonObject, path) !== undefined;
}

/** An admission webhook with side effects refuses dry runs (Kubernetes API concepts, "Dry-run"). */
function isDryRunUnsupported(error: KubeError): boolean {
  return error.code === 'BAD_REQUEST' && /dry.?run/i.test(error.message);
}

/** How the built-in kinds and CRD validation rules say that a field cannot be changed. */
const IMMUTABLE =
  /immutable|updates to .* are forbidden|may not (?:be )?(?:change|update)|cannot be (?:changed|updated)/i;

function isImmutable(error: KubeError): boolean {
  return (
    error.code === 'INVALID' &&
    IMMUTABLE.test([error.message, ...error.causes.map((c) => c.message)].join('\n'))
  );
}

/** Kinds whose objects take stored data with them. */
const HOLDS_DATA: ReadonlySet<string> = new Set(['PersistentVolumeClaim', 'PersistentVolume']);

function immutable(error: KubeError, desired: DesiredObject): TruekeelError {
  const fields = [...new Set(error.causes.map(({ path }) => path).filter((path) => path !== ''))].join(', ');
  return new TruekeelError(
    `${formatKey(desired.key)} cannot be changed in place: ${fields === '' ? error.message : `${fields} cannot be changed once set`}`,
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

/** The error with the object and the place in the program that it is about. */
export function located(error: KubeError, object: Place): TruekeelError {
  const { constructPath, source } = object;
  return new KubeError(error.message, {
    code: error.code,
    family: error.family,
    ...placeOf({ key: error.key ?? object.key, constructPath, source }),
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error.status !== undefined && { status: error.status }),
    conflicts: error.conflicts,
    causes: error.causes,
    ...(error.denied && { denied: error.denied }),
    ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
    cause: error,
  });
}

/** An object and the place in the program that it comes from. */
export interface Place {
  readonly key: ObjectKey;
  readonly constructPath?: string | undefined;
  readonly source?: SourceLocation | undefined;
}

/** What an error says about where an object comes from. */
export function placeOf({
  key,
  constructPath,
  source,
}: Place): Pick<DesiredObject, 'key' | 'constructPath' | 'source'> {
  return {
    key,
    ...(constructPath !== undefined && { constructPath }),
    ...(source !== undefined && { source }),
  };
}

/** What the object would about look like, where the server cannot be asked: maps merged, all else replaced. */
function overlay(live: KubernetesObject, sent: KubernetesObject): KubernetesObject {
  const merge = (below: JsonValue | undefined, above: JsonValue | undefined): JsonValue | undefined => {
    if (above === undefined || !isMap(above) || !isMap(below)) return above ?? below;
    const names = new Set([...Object.keys(below), ...Object.keys(above)]);
    return Object.fromEntries([...names].map((name) => [name, merge(below[name], above[name])]));
  };
  // Two objects laid over each other are an object.
  return merge(live as JsonObject, sent as JsonObject) as KubernetesObject;
}
