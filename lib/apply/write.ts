/** Carries out one change: one request, where nobody interferes. */
import type { ApiResource, KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { JsonObject, JsonValue, KubernetesObject, ObjectMetadata } from '../objects/index.ts';
import { formatKey, gvkOf, Label, TruekeelError } from '../objects/index.ts';
import type { FieldConflict, PlannedChange } from '../plan/index.ts';
import {
  conflictsOf,
  movedToUs,
  mustForce,
  OUR_MARKS,
  placeOf,
  withoutYielded,
  withRecord,
} from '../plan/index.ts';

export interface Written {
  /** As the server returned it. */
  readonly metadata: ObjectMetadata;
  /** Likewise; absent when only metadata was wanted. */
  readonly object?: KubernetesObject;
  /** Fields in dispute, and what became of them. */
  readonly conflicts: readonly FieldConflict[];
}

export interface WriteOptions {
  /** Told when the server asks to come back later. */
  readonly onPushback: () => void;
}

/** Applies the object of a change.
 * @param object what is to be sent, marked as ours
 * @param options.answer what is wanted back: all of the object, or its metadata */
export async function applyChange(
  client: KubeClient,
  change: PlannedChange,
  object: KubernetesObject,
  options: WriteOptions & { readonly answer: 'object' | 'metadata' },
): Promise<Written> {
  const { conflicts } = change;
  if (change.takesFieldsOf) await moveFields(client, change);
  try {
    return { ...(await send(client, planned(change, object), conflicts, options)), conflicts };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (isAnotherUid(error)) throw changedHands(change, MADE_ANEW);
    if (error.code !== 'CONFLICT') throw error;
    return await applyInDispute(client, change, object, error, options);
  }
}

/** How often a write that names a version is tried when the object changes meanwhile. */
const TRIES = 5;

/** Makes the fields of the manifest that an object came from ours: a write of its own, since the API server takes no
 * managedFields in an apply. Should the run end after it, the next one adopts the object as this one would have. */
async function moveFields(client: KubeClient, { key, apiVersion, live }: PlannedChange): Promise<void> {
  const resource = await client.resource(gvkOf({ apiVersion, kind: key.kind }));
  for (let attempt = 1; ; attempt += 1) {
    const found = await client.getMetadata(resource, key);
    // Another object of the same name is not the one that the plan adopts; the apply is going to say so.
    if (!found || found.metadata.uid !== live?.uid) return;
    const managedFields = movedToUs(found.metadata);
    if (!managedFields) return;
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: managedFields as unknown as JsonValue }, // as it was read
      { op: 'replace', path: '/metadata/resourceVersion', value: found.metadata.resourceVersion ?? '' },
    ];
    try {
      await client.patch(resource, key, patch, { type: 'json' });
      return;
    } catch (error) {
      if (!(error instanceof KubeError) || error.code !== 'CONFLICT' || attempt >= TRIES) throw error;
    }
  }
}

/** The object with the uid that the plan saw, so that nothing is written to another one of its name: the decisions of
 * the plan, on fields that others hold above all, were not about that one. */
function planned({ action, live }: PlannedChange, object: KubernetesObject): KubernetesObject {
  if (live === undefined || (action !== 'change' && action !== 'adopt')) return object;
  return { ...object, metadata: { ...object.metadata, uid: live.uid } };
}

/** How the server says that the object has another uid. */
function isAnotherUid({ code, causes }: KubeError): boolean {
  return code === 'INVALID' && causes.some(({ path }) => path === 'metadata.uid');
}

/** Somebody has taken a field since the plan was made: the same rules as in a plan say who gets it. Or somebody has
 * deleted the object: it is made anew. */
async function applyInDispute(
  client: KubeClient,
  change: PlannedChange,
  object: KubernetesObject,
  error: KubeError,
  options: Parameters<typeof applyChange>[3],
): Promise<Written> {
  const { key, desired, live: seen } = change;
  const live = await client.get(await client.resource(gvkOf(object)), key);
  if (!live && seen) return { ...(await send(client, object, [], options)), conflicts: [] };
  if (!live) throw error;
  if (seen && change.action !== 'replace' && live.metadata.uid !== seen.uid)
    throw changedHands(change, MADE_ANEW);
  if (!desired || error.conflicts.length === 0) throw error;
  const conflicts = conflictsOf(object as JsonObject, live, desired.settings.conflicts);
  return { ...(await send(client, planned(change, object), conflicts, options)), conflicts };
}

async function send(
  client: KubeClient,
  object: KubernetesObject,
  conflicts: readonly FieldConflict[],
  { answer, onPushback }: Parameters<typeof applyChange>[3],
): Promise<Pick<Written, 'metadata' | 'object'>> {
  const sent = withoutYielded(object, conflicts);
  // What leaves fields to others is looked at in full each time, so that each plan says so.
  const recorded = sent === object ? withRecord(sent) : sent;
  const options = { force: mustForce(conflicts), onPushback };
  if (answer === 'metadata') return { metadata: await client.applyForMetadata(recorded, options) };
  const written = await client.apply(recorded, options);
  return { metadata: written, object: written };
}

export interface DeleteTerms extends WriteOptions {
  /** Ids of inventories that make it ours; undefined where it is replaced, and the uid alone decides. */
  readonly ids: ReadonlySet<string> | undefined;
  readonly propagation: 'Background' | 'Foreground';
}

/** Deletes an object, as long as it is the one that the plan saw and still ours.
 * @returns whether it was there */
export async function deleteObject(
  client: KubeClient,
  resource: ApiResource,
  change: PlannedChange,
  { ids, propagation, onPushback }: DeleteTerms,
): Promise<boolean> {
  return whileOurs(client, resource, change, ids, (seen) =>
    client.delete(resource, change.key, { ...seen, propagation, onPushback }),
  );
}

/** Takes our marks off an object and leaves all else as it is; as long as it is still ours.
 * @param ids ids of inventories that make it ours */
export async function detachObject(
  client: KubeClient,
  resource: ApiResource,
  change: PlannedChange,
  ids: ReadonlySet<string>,
): Promise<void> {
  const none = (names: readonly string[]): JsonValue => Object.fromEntries(names.map((name) => [name, null]));
  await whileOurs(client, resource, change, ids, async ({ uid, resourceVersion }) => {
    const metadata = {
      // A patch that names another uid or version is refused as a conflict.
      uid,
      resourceVersion,
      labels: none(OUR_MARKS.labels),
      annotations: none(OUR_MARKS.annotations),
    };
    await client.patch(resource, change.key, { metadata }, { type: 'merge' });
    return true;
  });
}

/** Writes with uid and version as preconditions; with a newer version when the object moved on and is still ours.
 * @returns what the write returns; false when the object is gone
 * @throws TruekeelError `CHANGED_HANDS` */
async function whileOurs(
  client: KubeClient,
  resource: ApiResource,
  change: PlannedChange,
  ids: ReadonlySet<string> | undefined,
  write: (seen: { readonly uid: string; readonly resourceVersion: string }) => Promise<boolean>,
): Promise<boolean> {
  const { key, live } = change;
  const uid = live?.uid ?? '';
  let resourceVersion = live?.resourceVersion ?? '';
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write({ uid, resourceVersion });
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (error.code === 'NOT_FOUND') return false;
      if (error.code !== 'CONFLICT' || attempt >= TRIES) throw error;
      const now = await client.getMetadata(resource, key);
      if (!now) return false;
      if (now.metadata.uid !== uid) throw changedHands(change, MADE_ANEW);
      const id = now.metadata.labels?.[Label.partOf];
      // Our marks are off already: by the first try of this very patch, when its answer was lost.
      if (id === undefined && change.action === 'detach') return true;
      if (ids && !(id !== undefined && ids.has(id))) throw changedHands(change, 'it is no longer ours');
      resourceVersion = now.metadata.resourceVersion ?? '';
    }
  }
}

const MADE_ANEW = 'it was deleted and made anew by somebody else';

function changedHands(change: PlannedChange, why: string): TruekeelError {
  const isDelete = change.action === 'delete' || change.action === 'replace';
  const kept = isDelete ? 'not deleted' : 'left as it is';
  return new TruekeelError(`${formatKey(change.key)} was ${kept}: ${why}`, {
    code: 'CHANGED_HANDS',
    family: 'conflict',
    ...placeOf(change),
    hint: 'Plan again to see what is there now.',
  });
}
