/** Reads inventories: one ConfigMap for each application, an ApplySet parent by KEP-3659. It says which kinds in which
 * namespaces its members may have, never the members themselves, so it does not grow with the application. */
import type { KubeClient } from '../kube/index.ts';
import type { ObjectMetadata } from '../objects/index.ts';
import { Label, TruekeelError } from '../objects/index.ts';
import { type HookRuns, readRuns } from './hook-runs.ts';
import { inventoryId, TOOLING } from './identity.ts';
import { listMembers, selectValues } from './list.ts';
import type { Unreadable } from './unreadable.ts';

/** Labels and annotations of an inventory, beside `Label.applySetId` and `Label.application`. */
export const InventoryMark = {
  environment: 'truekeel.dev/environment',
  tooling: 'applyset.kubernetes.io/tooling',
  groupKinds: 'applyset.kubernetes.io/contains-group-kinds',
  additionalNamespaces: 'applyset.kubernetes.io/additional-namespaces',
  /** JSON: the last approvals by which a guard let something pass. */
  approvals: 'truekeel.dev/approvals',
  /** Releases of Helm (`shop/web`) that list members. */
  helmReleases: 'truekeel.dev/helm-releases',
} as const;

export interface Inventory {
  readonly application: string;
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly createdAt: string;
  /** `Deployment.apps`; the kind alone in the core group. */
  readonly kinds: readonly string[];
  /** Namespaces beside its own. */
  readonly namespaces: readonly string[];
  /** Releases of Helm that list members. */
  readonly releases: readonly string[];
  /** The record of approvals as it stands there; undefined when there is none. */
  readonly approvals: string | undefined;
  /** Which hooks have run. */
  readonly runs: HookRuns;
}

export const INVENTORY_KIND = { group: '', version: 'v1', kind: 'ConfigMap' } as const;

export interface Inventories {
  readonly ours: readonly Inventory[];
  /** What looks like an inventory of ours and is not, by the application that it names: a `FOREIGN_INVENTORY`. */
  readonly foreign: ReadonlyMap<string, TruekeelError>;
  readonly unreadable: readonly Unreadable[];
}

/** Every inventory of an environment; outside of environments those of the applications named.
 * @throws KubeError `FORBIDDEN` when we may see none at all */
export async function readInventories(
  client: KubeClient,
  scope: {
    readonly environment: string;
    readonly applications: readonly string[];
    readonly namespaces: readonly string[];
  },
): Promise<Inventories> {
  const resource = await client.resource(INVENTORY_KIND);
  const ours = `${Label.applySetId},${InventoryMark.environment}=${scope.environment}`;
  const selectors =
    scope.environment === ''
      ? selectValues(Label.application, scope.applications).map((selector) => `${ours},${selector}`)
      : [ours];
  const lists = await Promise.all(
    selectors.map((labelSelector) =>
      listMembers(client, resource, { labelSelector, namespaces: scope.namespaces }),
    ),
  );
  // Nothing can be said about ownership where no inventory can be seen at all.
  const closed = lists.flatMap(({ forbidden }) => forbidden).find(({ namespace }) => namespace === undefined);
  if (closed) throw closed.error;
  const parsed = lists.flatMap(({ items }) => items.map((item) => ({ item, inventory: inventoryOf(item) })));
  return {
    ours: parsed.flatMap(({ inventory }) => (inventory instanceof TruekeelError ? [] : [inventory])),
    foreign: new Map(
      parsed.flatMap(({ item, inventory }) =>
        inventory instanceof TruekeelError
          ? [[item.metadata.labels?.[Label.application] ?? '', inventory] as const]
          : [],
      ),
    ),
    unreadable: lists.flatMap(({ forbidden }) =>
      forbidden.map((place) => ({ kind: INVENTORY_KIND.kind, ...place })),
    ),
  };
}

/** The inventory that an id belongs to, whosever it is; undefined when there is none any more. */
export async function findInventory(client: KubeClient, id: string): Promise<ObjectMetadata | undefined> {
  const resource = await client.resource(INVENTORY_KIND);
  const found = await client.listMetadata(resource, { labelSelector: `${Label.applySetId}=${id}` });
  return found.items[0];
}

/** @throws TruekeelError `FOREIGN_INVENTORY` */
export function parseInventory(object: ObjectMetadata): Inventory {
  const parsed = inventoryOf(object);
  if (parsed instanceof TruekeelError) throw parsed;
  return parsed;
}

function inventoryOf(object: ObjectMetadata): Inventory | TruekeelError {
  const {
    name,
    namespace = '',
    uid = '',
    resourceVersion = '',
    labels = {},
    annotations = {},
    creationTimestamp = '',
  } = object.metadata;
  const id = labels[Label.applySetId] ?? '';
  const tooling = annotations[InventoryMark.tooling] ?? '';
  if (!isOurTooling(tooling) || id !== inventoryId(namespace, name)) {
    const keeper =
      id === '' ? 'is none' : isOurTooling(tooling) ? 'has the id of another one' : `is kept by "${tooling}"`;
    return new TruekeelError(
      `ConfigMap ${namespace}/${name} has the place of an inventory of ours, but ${keeper}`,
      {
        code: 'FOREIGN_INVENTORY',
        family: 'conflict',
        key: { group: '', kind: INVENTORY_KIND.kind, namespace, name },
        hint: `Give it another name, take its label ${InventoryMark.environment} away, or delete it when nothing needs it.`,
      },
    );
  }
  return {
    application: labels[Label.application] ?? '',
    namespace,
    name,
    id,
    uid,
    resourceVersion,
    createdAt: creationTimestamp,
    kinds: listed(annotations[InventoryMark.groupKinds]),
    namespaces: listed(annotations[InventoryMark.additionalNamespaces]),
    releases: listed(annotations[InventoryMark.helmReleases]),
    approvals: annotations[InventoryMark.approvals],
    runs: readRuns(annotations),
  };
}

/** KEP-3659: `<tool>/<version>`; only the tool decides who may change an ApplySet. */
function isOurTooling(tooling: string): boolean {
  return tooling.split('/')[0] === TOOLING.split('/')[0];
}

function listed(text: string | undefined): readonly string[] {
  return text ? text.split(',') : [];
}
