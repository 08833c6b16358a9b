/** What inventories say now, and what they have to say once the plan is carried out. Pure. */
import type { ObjectKey } from '../objects/index.ts';
import type { Inventory } from './inventory.ts';
import { formatGroupKind } from './live.ts';
import type { SettledObjects } from './live-view.ts';
import type { OwnedApplication } from './ownership.ts';
import type { InventoryScope, PlannedChange, PlannedInventory } from './plan.ts';
import type { Survey } from './survey.ts';

/** @param settled what the changes leave out, because nothing is to be done with it */
export function plannedInventories(
  { owned }: Survey,
  changes: readonly PlannedChange[],
  settled: SettledObjects | undefined,
): readonly PlannedInventory[] {
  const byApplication = Map.groupBy(changes, ({ application }) => application);
  return owned.flatMap((application) => {
    const own = byApplication.get(application.name) ?? [];
    const staying = own
      .filter(({ action }) => action !== 'delete' && action !== 'detach')
      .map(({ key }) => key);
    return application.desired || staying.length > 0
      ? [homeInventory(application, staying, settled?.scope(application.name))]
      : leavingInventories(application);
  });
}

function homeInventory(
  { name, home, inventories, ids }: OwnedApplication,
  staying: readonly ObjectKey[],
  settled: InventoryScope = { kinds: [], namespaces: [] },
): PlannedInventory {
  const elsewhere = settled.namespaces.filter((namespace) => namespace !== home.namespace);
  const present = inventories.find(({ id }) => id === home.id);
  return {
    application: name,
    namespace: home.namespace,
    name: home.name,
    id: home.id,
    ids: [...ids].sort(),
    ...(present && { uid: present.uid }),
    recorded: scopeOfInventory(present),
    target: uniteScopes(scopeOf(staying, home.namespace), { ...settled, namespaces: elsewhere }),
    superseded: inventories
      .filter(({ id }) => id !== home.id)
      .map((inventory) => ({ namespace: inventory.namespace, name: inventory.name, uid: inventory.uid })),
    leaving: false,
  };
}

function leavingInventories({ name, inventories, ids }: OwnedApplication): readonly PlannedInventory[] {
  return inventories.map((inventory) => ({
    application: name,
    namespace: inventory.namespace,
    name: inventory.name,
    id: inventory.id,
    ids: [...ids].sort(),
    uid: inventory.uid,
    recorded: scopeOfInventory(inventory),
    target: { kinds: [], namespaces: [] },
    superseded: [],
    leaving: true,
  }));
}

function scopeOfInventory(inventory: Inventory | undefined): InventoryScope {
  return { kinds: inventory?.kinds ?? [], namespaces: inventory?.namespaces ?? [] };
}

function scopeOf(keys: readonly ObjectKey[], home: string): InventoryScope {
  const namespaces = new Set(keys.map(({ namespace }) => namespace));
  namespaces.delete('');
  namespaces.delete(home);
  return { kinds: [...new Set(keys.map(formatGroupKind))].sort(), namespaces: [...namespaces].sort() };
}

/** What both say together. */
export function uniteScopes(a: InventoryScope, b: InventoryScope): InventoryScope {
  const unite = (x: readonly string[], y: readonly string[]) => [...new Set([...x, ...y])].sort();
  return { kinds: unite(a.kinds, b.kinds), namespaces: unite(a.namespaces, b.namespaces) };
}

export function sameScope(a: InventoryScope, b: InventoryScope): boolean {
  const same = (x: readonly string[], y: readonly string[]) => [...x].sort().join() === [...y].sort().join();
  return same(a.kinds, b.kinds) && same(a.namespaces, b.namespaces);
}
