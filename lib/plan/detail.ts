/** Finds out what a change will do, field by field: computed here where nothing else can come out, otherwise by a
 * dry-run apply; and compared with the live object. */
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { DesiredObject, JsonObject, JsonValue, KubernetesObject } from '../objects/index.ts';
import { withoutAllocated } from './allocated.ts';
import type { HeldField } from './conflicts.ts';
import { conflictsOf, mustForce, withoutYielded } from './conflicts.ts';
import type { IsShown } from './diff.ts';
import { diffObjects } from './diff.ts';
import { isMap, valueAt } from './field-path.ts';
import { freshObject } from './fresh.ts';
import { computeApply } from './local/compute.ts';
import { maskChanges } from './mask.ts';
import type { FieldChange } from './plan.ts';
import { isImmutable, refusedChange } from './refused-change.ts';

export interface Detail {
  readonly action: 'same' | 'replace' | 'gone';
  readonly changes: readonly FieldChange[];
  readonly conflicts: readonly HeldField[];
  readonly live?: KubernetesObject;
  readonly after?: KubernetesObject;
}

/** The object that changes. */
export interface ChangedObject {
  readonly desired: DesiredObject;
  /** What would be sent. */
  readonly object: KubernetesObject;
  /** The same with the values that we claim, where what is sent has those that are live in their place; absent where it
   * has not. */
  readonly claimed?: KubernetesObject;
  readonly live: KubernetesObject | undefined;
  /** Reads it again. */
  readonly read: () => Promise<KubernetesObject | undefined>;
  /** Whether what comes out may be computed here, as far as the object lets it; absent where asking does not pay. */
  readonly mayCompute?: () => Promise<boolean>;
}

/** So often an object is read anew that changes under our eyes; then what is known has to do. */
const TRIES = 3;

/** @returns `gone` when the object is not there any more, `replace` when a field cannot be changed in place and the
 *   object's setting is `apply: recreate`
 * @throws TruekeelError when the server refuses the change */
export async function detailChange(client: KubeClient, changed: ChangedObject): Promise<Detail> {
  let { live } = changed;
  for (let attempt = 1; live; attempt += 1) {
    const detail = await detailFrom(client, changed, live);
    // A dry run answers with the version that it was tried on. What a controller wrote meanwhile is no part of the change.
    if (attempt === TRIES || isSameVersion(live, detail.after)) return detail;
    live = await changed.read();
  }
  return { action: 'gone', changes: [], conflicts: [] };
}

function isSameVersion(live: KubernetesObject, after: KubernetesObject | undefined): boolean {
  return after?.metadata.resourceVersion === live.metadata.resourceVersion;
}

async function detailFrom(
  client: KubeClient,
  { desired, object, claimed = object, mayCompute }: ChangedObject,
  live: KubernetesObject,
): Promise<Detail> {
  const conflicts = conflictsOf(claimed as JsonObject, live, desired.settings.conflicts);
  const sent = withoutYielded(object, conflicts);
  const describe = (after: KubernetesObject, isShown?: IsShown): Detail => ({
    action: 'same',
    changes: maskChanges(desired.key, diffObjects(live, after, isShown)),
    conflicts,
    live,
    after,
  });
  const force = mustForce(conflicts);
  const computed = mayCompute && computeApply(desired.key, live, sent, { force });
  if (computed && (await mayCompute())) return describe(computed);
  try {
    return describe(withoutAllocated(await client.apply(sent, { dryRun: true, force }), live, sent));
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (isDryRunUnsupported(error)) return describe(overlay(live, sent));
    if (!isImmutable(error) || desired.settings.apply !== 'recreate') throw refusedChange(error, desired);
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
