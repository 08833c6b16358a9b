/** Reads what there is: metadata of our objects by label, one paged list a kind, and of objects that would be
 * created but may be there already. An object that is there and ours costs no request of its own. */
import type { ApiResource, KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { DesiredObject, GroupVersionKind, ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { formatKey, gvkOf, keyOf, Label } from '../objects/index.ts';
import { mapConcurrent } from './concurrent.ts';
import { listMembers, selectValues } from './list.ts';

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
  /** By group kind. */
  readonly served: ReadonlyMap<string, ApiResource>;
  /** Kinds of desired objects that the server does not know (yet), with the error that says so. */
  readonly unknown: ReadonlyMap<string, KubeError>;
}

/** How the kinds of some objects are served. */
export async function resolveKinds(
  client: KubeClient,
  objects: readonly { readonly apiVersion: string; readonly key: ObjectKey }[],
): Promise<KindsInUse> {
  const wanted = new Map<string, GroupVersionKind>();
  for (const { apiVersion, key } of objects) {
    const name = formatGroupKind(key);
    if (!wanted.has(name)) wanted.set(name, gvkOf({ apiVersion, kind: key.kind }));
  }
  const served = new Map<string, ApiResource>();
  const unknown = new Map<string, KubeError>();
  // One after the other: the first reads discovery, the others find it there.
  for (const [name, gvk] of wanted) {
    try {
      served.set(name, await client.resource(gvk));
    } catch (error) {
      if (!(error instanceof KubeError) || error.code !== 'UNKNOWN_KIND') throw error;
      unknown.set(name, error);
    }
  }
  return { served, unknown };
}

/** Resources of kinds that an inventory names; those that are no longer served have no objects either. */
export async function resolveRecorded(
  client: KubeClient,
  kinds: Iterable<string>,
): Promise<ReadonlyMap<string, ApiResource>> {
  const wanted = new Set(kinds);
  if (wanted.size === 0) return new Map();
  const all = await client.resources();
  return new Map(
    all.flatMap((resource) => {
      const name = formatGroupKind(resource);
      return wanted.has(name) ? [[name, resource] as const] : [];
    }),
  );
}

export interface Members {
  readonly found: readonly LiveObject[];
  /** Kinds that we may not list, with the error that says so. */
  readonly forbidden: ReadonlyMap<string, KubeError>;
}

/** Every object of some kinds that carries the label of one of some applications. */
export async function readMembers(
  client: KubeClient,
  resources: Iterable<ApiResource>,
  scope: { readonly applications: readonly string[]; readonly namespaces: readonly string[] },
): Promise<Members> {
  const selectors = selectValues(Label.application, scope.applications);
  const forbidden = new Map<string, KubeError>();
  const lists = [...resources].flatMap((resource) =>
    selectors.map(async (labelSelector) => {
      try {
        const found = await listMembers(client, resource, { labelSelector, namespaces: scope.namespaces });
        return found.map((object) => liveObject(object, resource));
      } catch (error) {
        if (!(error instanceof KubeError) || error.code !== 'FORBIDDEN') throw error;
        forbidden.set(formatGroupKind(resource), error);
        return [];
      }
    }),
  );
  return { found: (await Promise.all(lists)).flat(), forbidden };
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
 * list of the kind, so that the first plan of many objects does not ask for each of them.
 *
 * @returns what is there, by key */
export async function findUnlabelled(
  client: KubeClient,
  objects: readonly DesiredObject[],
  resources: ReadonlyMap<string, ApiResource>,
): Promise<ReadonlyMap<string, LiveObject>> {
  const wanted = new Map(objects.map((object) => [formatKey(object.key), object.key]));
  const reads: (() => Promise<readonly (ObjectMetadata | undefined)[]>)[] = [];
  const resourceOf: ApiResource[] = [];
  const add = (resource: ApiResource, read: () => Promise<readonly (ObjectMetadata | undefined)[]>) => {
    reads.push(read);
    resourceOf.push(resource);
  };
  for (const [kind, keys] of Map.groupBy(wanted.values(), formatGroupKind)) {
    const resource = resources.get(kind);
    if (!resource) continue;
    for (const query of queriesFor(keys)) {
      if ('key' in query) add(resource, async () => [await client.getMetadata(resource, query.key)]);
      else add(resource, async () => (await client.listMetadata(resource, { ...query, limit: 2000 })).items);
    }
  }
  const answers = await mapConcurrent(reads, 16, (read) => read());
  const found = new Map<string, LiveObject>();
  for (const [index, answer] of answers.entries()) {
    for (const item of answer) {
      if (!item) continue;
      const live = liveObject(item, resourceOf[index]!);
      const name = formatKey(live.key);
      if (wanted.has(name)) found.set(name, live);
    }
  }
  return found;
}

type Query = { readonly key: ObjectKey } | { readonly namespace?: string };

/** The cheapest requests that find some objects of one kind. */
function queriesFor(keys: readonly ObjectKey[]): readonly Query[] {
  const byNamespace = Map.groupBy(keys, (key) => key.namespace);
  const queries: Query[] = [];
  for (const [namespace, inside] of byNamespace) {
    if (inside.length <= SINGLE_READS) queries.push(...inside.map((key) => ({ key })));
    else queries.push(namespace === '' ? {} : { namespace });
  }
  return queries.length > NAMESPACE_LISTS ? [{}] : queries;
}
