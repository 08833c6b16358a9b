/** Reads what there is: metadata of our objects by label, one paged list a kind, and of objects that would be
 * created but may be there already. An object that is there and ours costs no request of its own. */
import type { ApiResource, KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { DesiredObject, GroupVersionKind, ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { formatKey, gvkOf, keyOf, Label } from '../objects/index.ts';
import { mapConcurrent } from './concurrent.ts';
import type { Listed } from './list.ts';
import { listMembers, PAGE, selectValues } from './list.ts';
import type { Unreadable } from './unreadable.ts';
import { unlessForbidden } from './unreadable.ts';

export interface LiveObject {
  readonly key: ObjectKey;
  readonly object: ObjectMetadata;
  readonly resource: ApiResource;
}

/** `Deployment.apps`; the kind alone in the core group. */
export function formatGroupKind({ group, kind }: Pick<ObjectKey, 'group' | 'kind'>): string {
  return group === '' ? kind : `${kind}.${group}`;
}

export interface KindsInUse {
  /** By group kind: how its objects are listed. In which version does not matter, the objects are the same. */
  readonly served: ReadonlyMap<string, ApiResource>;
  /** By version and kind, as {@link versionedKind} writes them: how desired objects are read and written. */
  readonly versions: ReadonlyMap<string, ApiResource>;
  /** Versions of kinds that the server does not know (yet), with the error that says so. */
  readonly unknown: ReadonlyMap<string, KubeError>;
}

/** `Deployment apps/v1`. */
export function versionedKind({
  apiVersion,
  key,
}: {
  readonly apiVersion: string;
  readonly key: Pick<ObjectKey, 'kind'>;
}): string {
  return `${key.kind} ${apiVersion}`;
}

/** How the kinds of some objects are served. */
export async function resolveKinds(
  client: KubeClient,
  objects: readonly { readonly apiVersion: string; readonly key: ObjectKey }[],
): Promise<KindsInUse> {
  const wanted = new Map<string, GroupVersionKind>();
  for (const object of objects) {
    const name = versionedKind(object);
    if (!wanted.has(name)) wanted.set(name, gvkOf({ apiVersion: object.apiVersion, kind: object.key.kind }));
  }
  const served = new Map<string, ApiResource>();
  const versions = new Map<string, ApiResource>();
  const unknown = new Map<string, KubeError>();
  // One after the other: the first reads discovery, the others find it there.
  for (const [name, gvk] of wanted) {
    try {
      const resource = await client.resource(gvk);
      versions.set(name, resource);
      if (!served.has(formatGroupKind(gvk))) served.set(formatGroupKind(gvk), resource);
    } catch (error) {
      if (!(error instanceof KubeError) || error.code !== 'UNKNOWN_KIND') throw error;
      unknown.set(name, error);
    }
  }
  // What the program has in a version that is not served may be there in another one.
  const others = [...wanted.values()].map(formatGroupKind).filter((kind) => !served.has(kind));
  for (const [kind, resource] of (await resolveRecorded(client, others)).served) served.set(kind, resource);
  return { served, versions, unknown };
}

export interface RecordedKinds {
  readonly served: ReadonlyMap<string, ApiResource>;
  readonly unserved: readonly string[];
}

/** How the server serves kinds of which the version is not known: those that an inventory names. */
export async function resolveRecorded(client: KubeClient, kinds: Iterable<string>): Promise<RecordedKinds> {
  const wanted = new Set(kinds);
  if (wanted.size === 0) return { served: new Map(), unserved: [] };
  const all = await client.resources();
  const served = new Map(
    all.flatMap((resource) => {
      const name = formatGroupKind(resource);
      return wanted.has(name) ? [[name, resource] as const] : [];
    }),
  );
  return { served, unserved: [...wanted].filter((kind) => !served.has(kind)) };
}

export interface Members {
  readonly found: readonly LiveObject[];
  readonly unreadable: readonly Unreadable[];
}

/** Every object of some kinds that carries the label of one of some applications. */
export async function readMembers(
  client: KubeClient,
  resources: Iterable<ApiResource>,
  scope: { readonly applications: readonly string[]; readonly namespaces: readonly string[] },
): Promise<Members> {
  const selectors = selectValues(Label.application, scope.applications);
  const lists = [...resources].flatMap((resource) =>
    selectors.map(async (labelSelector) => {
      const { items, forbidden } = await listMembers(client, resource, {
        labelSelector,
        namespaces: scope.namespaces,
      });
      const kind = formatGroupKind(resource);
      return {
        found: items.map((object) => liveObject(object, resource)),
        unreadable: forbidden.map((place) => ({ kind, ...place })),
      };
    }),
  );
  const members = await Promise.all(lists);
  return {
    found: members.flatMap(({ found }) => found),
    unreadable: members.flatMap(({ unreadable }) => unreadable),
  };
}

function liveObject(listed: ObjectMetadata, resource: ApiResource): LiveObject {
  // Items of a metadata list call themselves PartialObjectMetadata.
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  const object = { ...listed, apiVersion, kind: resource.kind };
  return { key: keyOf(object), object, resource };
}

/** So many single reads of one kind, before lists take their place. */
const SINGLE_READS = 3;
/** So many namespaces of one kind are listed one by one, before the whole cluster is. */
const NAMESPACE_LISTS = 20;

/** Looks for objects that do not carry our label: single reads where there are few, else lists by namespace, else one
 * list of the kind, so that the first plan of many objects does not ask for each of them. */
export async function findUnlabelled(
  client: KubeClient,
  objects: readonly DesiredObject[],
  resources: ReadonlyMap<string, ApiResource>,
): Promise<Members> {
  const wanted = new Map(objects.map((object) => [formatKey(object.key), object.key]));
  const reads: (() => Promise<Members>)[] = [];
  for (const [kind, keys] of Map.groupBy(wanted.values(), formatGroupKind)) {
    const resource = resources.get(kind);
    if (!resource) continue;
    for (const query of queriesFor(keys)) {
      reads.push(async () => {
        const { items, forbidden } = await read(client, resource, query);
        return {
          found: items.map((item) => liveObject(item, resource)),
          unreadable: forbidden.map((place) => ({ kind, ...place })),
        };
      });
    }
  }
  const answers = await mapConcurrent(reads, 16, (run) => run());
  return {
    found: answers.flatMap(({ found }) => found.filter(({ key }) => wanted.has(formatKey(key)))),
    unreadable: answers.flatMap(({ unreadable }) => unreadable),
  };
}

async function read(client: KubeClient, resource: ApiResource, query: Query): Promise<Listed> {
  if ('namespaces' in query) return listMembers(client, resource, query);
  const found = await unlessForbidden(async () =>
    'name' in query
      ? [await client.getMetadata(resource, query)]
      : (await client.listMetadata(resource, { ...query, limit: PAGE })).items,
  );
  if (!(found instanceof KubeError))
    return { items: found.filter((item) => item !== undefined), forbidden: [] };
  const namespace = resource.namespaced ? { namespace: query.namespace } : {};
  return { items: [], forbidden: [{ ...namespace, error: found }] };
}

/** One object; those of a namespace; those of the whole cluster or, where that is forbidden, of these namespaces. */
type Query =
  | { readonly namespace: string; readonly name: string }
  | { readonly namespace: string }
  | { readonly namespaces: readonly string[] };

/** The cheapest requests that find some objects of one kind. */
function queriesFor(keys: readonly ObjectKey[]): readonly Query[] {
  const byNamespace = Map.groupBy(keys, (key) => key.namespace);
  const queries: Query[] = [];
  for (const [namespace, inside] of byNamespace) {
    if (inside.length <= SINGLE_READS) queries.push(...inside.map(({ name }) => ({ namespace, name })));
    else queries.push(namespace === '' ? { namespaces: [] } : { namespace });
  }
  return queries.length > NAMESPACE_LISTS ? [{ namespaces: [...byNamespace.keys()] }] : queries;
}
