/** A cluster → a snapshot of what a plan of one environment needs of it. */
import { type ApiResource, type KubeClient, KubeError } from '../kube/index.ts';
import {
  type DesiredApplication,
  formatKey,
  gvkOf,
  type KubernetesObject,
  keyOf,
  Label,
} from '../objects/index.ts';
import { environmentId, formatGroupKind, InventoryMark, mapConcurrent } from '../plan/index.ts';
import { maskSecret } from './mask-secret.ts';
import type { Snapshot, UnreadPlace } from './snapshot.ts';

export interface TakeOptions {
  readonly environment?: string;
  readonly project?: string;
  /** What is wanted now: kinds and namespaces that the snapshot has for certain. */
  readonly applications: readonly DesiredApplication[];
  /** Namespaces beside those that the environment has objects in. */
  readonly namespaces?: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal?: AbortSignal;
}

/** Made all the time by what runs, and by no program. Read only where a program has objects of them. */
const SKIPPED: ReadonlySet<string> = new Set([
  'ComponentStatus',
  'ControllerRevision.apps',
  'CSINode.storage.k8s.io',
  'CSIStorageCapacity.storage.k8s.io',
  'Endpoints',
  'EndpointSlice.discovery.k8s.io',
  'Event',
  'Event.events.k8s.io',
  'Lease.coordination.k8s.io',
  'Node',
  'Pod',
  'ReplicaSet.apps',
  'VolumeAttachment.storage.k8s.io',
]);
/** Aggregated: computed when they are asked for. */
const SKIPPED_GROUPS: ReadonlySet<string> = new Set(['metrics.k8s.io', 'custom.metrics.k8s.io']);

/** Values in one selector, which travels in the URL. */
const VALUES_A_SELECTOR = 100;
const LISTS_AT_A_TIME = 16;

/** @throws KubeError when the cluster cannot be read at all. Kinds that may not be listed are in `unread`. */
export async function takeSnapshot(client: KubeClient, options: TakeOptions): Promise<Snapshot> {
  const { environment, project, applications, now, signal } = options;
  const [kinds, preferred, { gitVersion }] = await Promise.all([
    client.everyVersion(),
    client.resources(),
    client.version(),
  ]);
  const inUse = versionsInUse(applications, kinds);
  const inventories = await inventoriesOf(client, environmentId(options), applications);
  const recorded = new Set(inventories.flatMap(({ kinds: own }) => own));
  const names = [
    ...new Set([
      ...applications.map(({ name }) => name),
      ...inventories.map(({ application }) => application),
    ]),
  ];
  const namespaces = [
    ...new Set([
      ...applications.flatMap(({ objects }) => objects.map(({ key }) => key.namespace)),
      ...inventories.flatMap(({ namespaces: own }) => own),
      ...(options.namespaces ?? []),
    ]),
  ]
    .filter((name) => name !== '')
    .sort();
  const objects = new Map<string, KubernetesObject>();
  const unread: UnreadPlace[] = [];
  const lists: (() => Promise<void>)[] = [];
  for (const resource of preferred) {
    const kind = formatGroupKind(resource);
    const isWanted = inUse.has(kind) || recorded.has(kind);
    if (!isWanted && (SKIPPED.has(kind) || SKIPPED_GROUPS.has(resource.group))) {
      unread.push({ kind, because: 'skipped' });
      continue;
    }
    const served = inUse.get(kind) ?? resource;
    const read = async (query: { readonly namespace?: string; readonly labelSelector?: string }) => {
      try {
        for await (const { items } of client.pages(served, { ...query, ...(signal && { signal }) })) {
          for (const object of items) {
            if (!isWanted && isControlled(object)) continue;
            objects.set(formatKey(keyOf(object)), maskSecret(object));
          }
        }
      } catch (error) {
        if (!(error instanceof KubeError) || !isUnreadable(error)) throw error;
        const { namespace } = query;
        unread.push({ kind, ...(namespace !== undefined && { namespace }), because: 'forbidden' });
      }
    };
    if (!resource.namespaced) lists.push(() => read({}));
    else {
      lists.push(...selectors(names).map((labelSelector) => () => read({ labelSelector })));
      lists.push(...namespaces.map((namespace) => () => read({ namespace })));
      // Whosever they are: to tell whose an object is.
      if (kind === 'ConfigMap') lists.push(() => read({ labelSelector: Label.applySetId }));
    }
  }
  await mapConcurrent(lists, LISTS_AT_A_TIME, (run) => run());
  const uid = objects.get('Namespace kube-system')?.metadata.uid;
  return {
    takenAt: now,
    cluster: {
      server: client.server,
      context: client.context,
      version: gitVersion,
      ...(uid !== undefined && { uid }),
    },
    ...(environment !== undefined && { environment }),
    ...(project !== undefined && { project }),
    namespaces,
    unread: [...new Map(unread.map((place) => [`${place.kind} ${place.namespace}`, place])).values()],
    kinds,
    objects: [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object),
  };
}

/** May not be listed, or an aggregated API whose server is down. */
function isUnreadable({ code, status }: KubeError): boolean {
  return code === 'FORBIDDEN' || code === 'NOT_FOUND' || status === 405 || status === 503;
}

/** Made by a controller for another object: no program has it. */
function isControlled({ metadata: { ownerReferences = [], labels = {} } }: KubernetesObject): boolean {
  return labels[Label.application] === undefined && ownerReferences.some(({ controller }) => controller);
}

/** How kinds are served that the program has, in the version in which it has them. */
function versionsInUse(
  applications: readonly DesiredApplication[],
  kinds: readonly ApiResource[],
): ReadonlyMap<string, ApiResource> {
  const served = new Map(kinds.map((kind) => [`${kind.kind}.${kind.version}.${kind.group}`, kind]));
  return new Map(
    applications.flatMap(({ objects }) =>
      objects.flatMap(({ apiVersion, key }) => {
        const { version, group } = gvkOf({ apiVersion, kind: key.kind });
        const resource = served.get(`${key.kind}.${version}.${group}`);
        return resource ? [[formatGroupKind(key), resource] as const] : [];
      }),
    ),
  );
}

interface RecordedInventory {
  readonly application: string;
  readonly namespaces: readonly string[];
  readonly kinds: readonly string[];
}

/** What inventories of the environment say, also of applications that have left the program. */
async function inventoriesOf(
  client: KubeClient,
  environment: string,
  applications: readonly DesiredApplication[],
): Promise<readonly RecordedInventory[]> {
  const resource = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
  const selector = `${Label.applySetId},${InventoryMark.environment}=${environment}`;
  const names = new Set(applications.map(({ name }) => name));
  try {
    const { items } = await client.listMetadata(resource, { labelSelector: selector });
    return items.flatMap(({ metadata: { labels = {}, annotations = {}, namespace = '' } }) => {
      const application = labels[Label.application] ?? '';
      // Without an environment all that have none share the label.
      if (environment === '' && !names.has(application)) return [];
      const listed = (name: string) => annotations[name]?.split(',').filter((part) => part !== '') ?? [];
      const namespaces = [namespace, ...listed(InventoryMark.additionalNamespaces)];
      return [{ application, namespaces, kinds: listed(InventoryMark.groupKinds) }];
    });
  } catch (error) {
    if (error instanceof KubeError && error.code === 'FORBIDDEN') return [];
    throw error;
  }
}

function selectors(names: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (let start = 0; start < names.length; start += VALUES_A_SELECTOR) {
    found.push(`${Label.application} in (${names.slice(start, start + VALUES_A_SELECTOR).join(',')})`);
  }
  return found;
}
