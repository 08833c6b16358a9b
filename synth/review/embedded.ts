/** Where no cluster can be asked, an embedded one stands in for it: it gets what the base renders, as far as the change is about
 * it, and the head is planned against that. So what a plan knows and a comparison does not (fields that cannot be changed,
 * replacements, defaults) is found by the very same code. */
import { InventoryWriter } from '../../lib/apply/index.ts';
import type { ClusterImage } from '../../lib/cluster/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import {
  type DesiredApplication,
  type DesiredObject,
  FIELD_MANAGER,
  formatKey,
  type KubernetesObject,
  type ObjectKey,
  type RenderedApplication,
  TruekeelError,
} from '../../lib/objects/index.ts';
import {
  contentOf,
  desiredFromRendered,
  marked,
  type PlannedChange,
  planApplications,
} from '../../lib/plan/index.ts';
import { isSealed } from '../../lib/sealed/document/index.ts';
import { scopeOf } from '../pipeline/desired.ts';

export interface EmbeddedRequest {
  readonly environment: string;
  readonly project?: string;
  readonly before: readonly RenderedApplication[];
  readonly after: readonly RenderedApplication[];
  /** Keys of objects that the base has and the change is about. */
  readonly changed: ReadonlySet<string>;
}

/** Loads what an embedded cluster consists of, for who will need one and has nothing else to do. */
export async function loadEmbedded() {
  const [{ clusterImage, ApiError }, { connectInProcess }] = await Promise.all([
    import('../../lib/cluster/index.ts'),
    import('../../lib/kube/index.ts'),
  ]);
  return { clusterImage, ApiError, connectInProcess };
}

/** @returns the planned changes by key; of what the embedded cluster does not know, such as kinds that are defined elsewhere,
 * there is none */
export async function planEmbedded(request: EmbeddedRequest): Promise<ReadonlyMap<string, PlannedChange>> {
  const known = request.before.flatMap(({ objects }) =>
    objects.filter(
      (object) => request.changed.has(formatKey(object.key)) && !object.hook && !isSealed(object.object),
    ),
  );
  if (known.length === 0) return new Map();
  const { clusterImage, connectInProcess } = await loadEmbedded();
  const keys = new Set([...known.map(({ key }) => formatKey(key)), ...definitionsOf(request.before, known)]);
  const [before, after] = [partOf(request.before, keys), partOf(request.after, keys)];
  const image = clusterImage({ objects: namespacesOf(known, keys) });
  const connect = () =>
    connectInProcess({ server: 'https://embedded.invalid', answer: (asked) => image.answer(asked) });
  try {
    const scope = scopeOf(request);
    const there = await applyBase(image, connect(), before, scope);
    // Another client, for kinds that the base has brought.
    const plan = await planApplications({ client: connect(), applications: after, scope });
    const failed = new Set(plan.errors.flatMap(({ key }) => (key ? [formatKey(key)] : [])));
    return new Map(
      plan.changes.flatMap((change) => {
        const key = formatKey(change.key);
        return there.has(key) && !failed.has(key) ? [[key, change] as const] : [];
      }),
    );
  } catch (error) {
    // What was rendered can still be compared.
    if (error instanceof TruekeelError) return new Map();
    throw error;
  }
}

/** @returns keys of the objects that are in the cluster now, as the base has them */
async function applyBase(
  image: ClusterImage,
  client: KubeClient,
  applications: readonly DesiredApplication[],
  scope: ReturnType<typeof scopeOf>,
): Promise<ReadonlySet<string>> {
  const { environment, inventories } = await planApplications({ client, applications, scope });
  const writer = new InventoryWriter(client, environment);
  const there = new Set<string>();
  // What others need is there before them.
  for (const isFirst of [true, false]) {
    for (const application of applications) {
      const { name } = application;
      const owner = inventories.find((inventory) => inventory.application === name);
      if (!owner) continue;
      const objects = application.objects.filter(({ key }) => FIRST.has(key.kind) === isFirst);
      const contents = await contentOf(application, objects);
      for (const [index, desired] of objects.entries()) {
        const sent = marked(contents[index]!, desired, { application: name, inventoryId: owner.id });
        if (await isApplied(image, sent)) there.add(formatKey(desired.key));
      }
    }
    // In a namespace that may be one of the objects.
    if (isFirst) await Promise.all(inventories.map((inventory) => writer.widen(inventory)));
  }
  return there;
}

const FIRST: ReadonlySet<string> = new Set(['Namespace', 'CustomResourceDefinition']);

/** Whether the server would have taken it. */
async function isApplied(image: ClusterImage, object: KubernetesObject): Promise<boolean> {
  const { ApiError } = await loadEmbedded();
  try {
    image.apply(object, FIELD_MANAGER);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** The applications with these objects only, in no order but the one that is found in them: nothing gets ready here. */
function partOf(
  applications: readonly RenderedApplication[],
  keys: ReadonlySet<string>,
): readonly DesiredApplication[] {
  return applications
    .map((application: RenderedApplication) => desiredFromRendered(application))
    .map((application) => ({
      ...application,
      dependsOn: [],
      edges: [],
      objects: application.objects.filter(({ key }: DesiredObject) => keys.has(formatKey(key))),
    }))
    .filter(({ objects }) => objects.length > 0);
}

/** Definitions of the base without which its objects of custom kinds cannot be. */
function definitionsOf(
  applications: readonly RenderedApplication[],
  known: readonly { readonly key: ObjectKey }[],
): readonly string[] {
  const kinds = new Set(known.map(({ key }) => `${key.kind}.${key.group}`));
  return applications.flatMap(({ objects }) =>
    objects.flatMap(({ key, object }) => {
      if (key.kind !== 'CustomResourceDefinition') return [];
      const { group, names } = Object(object.spec) as { group?: unknown; names?: { kind?: unknown } };
      return kinds.has(`${names?.kind}.${group}`) ? [formatKey(key)] : [];
    }),
  );
}

/** Those that the objects are in, unless they are made with them. */
function namespacesOf(
  known: readonly { readonly key: ObjectKey }[],
  keys: ReadonlySet<string>,
): readonly KubernetesObject[] {
  return [...new Set(['default', ...known.map(({ key }) => key.namespace)])].flatMap((name) => {
    const isMade = keys.has(formatKey({ group: '', kind: 'Namespace', namespace: '', name }));
    return name === '' || isMade ? [] : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }];
  });
}
