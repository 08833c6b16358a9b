/** Reads inventories: one ConfigMap for each application, an ApplySet parent by KEP-3659. It says which kinds in which
 * namespaces its members may have, never the members themselves, so it does not grow with the application. */
import type { KubeClient } from '../kube/index.ts';
import type { ObjectMetadata } from '../objects/index.ts';
import { Label, TruekeelError } from '../objects/index.ts';
import { inventoryId, TOOLING } from './identity.ts';
import { listMembers, selectValues } from './list.ts';

/** Labels and annotations of an inventory, beside `Label.applySetId` and `Label.application`. */
export const InventoryMark = {
  environment: 'truekeel.dev/environment',
  tooling: 'applyset.kubernetes.io/tooling',
  groupKinds: 'applyset.kubernetes.io/contains-group-kinds',
  additionalNamespaces: 'applyset.kubernetes.io/additional-namespaces',
} as const;

export interface Inventory {
  readonly application: string;
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
  readonly uid: string;
  readonly createdAt: string;
  /** `Deployment.apps`; the kind alone in the core group. */
  readonly kinds: readonly string[];
  /** Namespaces beside its own. */
  readonly namespaces: readonly string[];
}

export const INVENTORY_KIND = { group: '', version: 'v1', kind: 'ConfigMap' } as const;

/** Every inventory of an environment; outside of environments those of the applications named.
 * @throws TruekeelError `FOREIGN_INVENTORY` */
export async function readInventories(
  client: KubeClient,
  scope: {
    readonly environment: string;
    readonly applications: readonly string[];
    readonly namespaces: readonly string[];
  },
): Promise<readonly Inventory[]> {
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
  return lists.flat().map(parseInventory);
}

/** The inventory that an id belongs to, whosever it is; undefined when there is none any more. */
export async function findInventory(client: KubeClient, id: string): Promise<ObjectMetadata | undefined> {
  const resource = await client.resource(INVENTORY_KIND);
  const found = await client.listMetadata(resource, { labelSelector: `${Label.applySetId}=${id}` });
  return found.items[0];
}

/** @throws TruekeelError `FOREIGN_INVENTORY` */
export function parseInventory(object: ObjectMetadata): Inventory {
  const {
    name,
    namespace = '',
    uid = '',
    labels = {},
    annotations = {},
    creationTimestamp = '',
  } = object.metadata;
  const id = labels[Label.applySetId] ?? '';
  const tooling = annotations[InventoryMark.tooling] ?? '';
  if (tooling.split('/')[0] !== TOOLING.split('/')[0] || id !== inventoryId(namespace, name)) {
    throw new TruekeelError(
      `ConfigMap ${namespace}/${name} looks like an inventory, but it is not one of ours`,
      {
        code: 'FOREIGN_INVENTORY',
        family: 'conflict',
        key: { group: '', kind: 'ConfigMap', namespace, name },
        hint: `It says that "${tooling}" keeps it. Remove its label ${InventoryMark.environment}, or delete it when nothing needs it.`,
      },
    );
  }
  return {
    application: labels[Label.application] ?? '',
    namespace,
    name,
    id,
    uid,
    createdAt: creationTimestamp,
    kinds: listed(annotations[InventoryMark.groupKinds]),
    namespaces: listed(annotations[InventoryMark.additionalNamespaces]),
  };
}

function listed(text: string | undefined): readonly string[] {
  return text ? text.split(',') : [];
}
