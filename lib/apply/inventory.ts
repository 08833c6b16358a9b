/** Writes inventories: widened before the first member is written, narrowed after the last, and left alone when they
 * say already what they have to. */
import type { KubeClient } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { Label } from '../objects/index.ts';
import type { InventoryScope, PlannedInventory } from '../plan/index.ts';
import { INVENTORY_KIND, InventoryMark, sameScope, TOOLING, uniteScopes } from '../plan/index.ts';

/** What the inventory has to cover while the plan is carried out. */
export function intendedScope({ recorded, target }: PlannedInventory): InventoryScope {
  return uniteScopes(recorded, target);
}

/** Whether it has to be written before anything else is. */
export function mustWiden(inventory: PlannedInventory): boolean {
  return inventory.uid === undefined || !sameScope(inventory.recorded, intendedScope(inventory));
}

export async function writeInventory(
  client: KubeClient,
  environment: string,
  inventory: PlannedInventory,
  scope: InventoryScope,
): Promise<void> {
  await client.apply(inventoryObject(environment, inventory, scope), { force: true });
}

function inventoryObject(
  environment: string,
  { application, namespace, name, id }: PlannedInventory,
  scope: InventoryScope,
): KubernetesObject {
  return {
    apiVersion: INVENTORY_KIND.version,
    kind: INVENTORY_KIND.kind,
    metadata: {
      name,
      namespace,
      labels: {
        [Label.applySetId]: id,
        [Label.application]: application,
        [InventoryMark.environment]: environment,
      },
      annotations: {
        [InventoryMark.tooling]: TOOLING,
        [InventoryMark.groupKinds]: scope.kinds.join(','),
        [InventoryMark.additionalNamespaces]: scope.namespaces.join(','),
      },
    },
  };
}

/** Brings inventories into line with what is left, once everything of a plan was carried out. */
export async function settleInventories(
  client: KubeClient,
  environment: string,
  inventories: readonly PlannedInventory[],
): Promise<void> {
  for (const inventory of inventories) {
    if (inventory.leaving) {
      if (inventory.uid !== undefined) await removeInventory(client, { ...inventory, uid: inventory.uid });
      continue;
    }
    const written = mustWiden(inventory) ? intendedScope(inventory) : inventory.recorded;
    if (!sameScope(written, inventory.target)) {
      await writeInventory(client, environment, inventory, inventory.target);
    }
    for (const old of inventory.superseded) await removeInventory(client, old);
  }
}

async function removeInventory(
  client: KubeClient,
  { namespace, name, uid }: { readonly namespace: string; readonly name: string; readonly uid: string },
): Promise<void> {
  await client.delete(await client.resource(INVENTORY_KIND), { namespace, name }, { uid });
}
