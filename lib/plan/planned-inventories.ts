/** What inventories say now, and what they have to say once the plan is carried out. Pure. */
import type { Inventory } from './inventory.ts';
import { formatGroupKind } from './live.ts';
import type { SettledObjects } from './live-view.ts';
import type { OwnedApplication } from './ownership.ts';
import { isWrittenByUs, partOf } from './ownership.ts';
import type { InventoryScope, PlannedChange, PlannedInventory } from './plan.ts';
import type { Survey } from './survey.ts';
import { scopeInDoubt } from './unseen.ts';

/** @param settled what the changes leave out, because nothing is to be done with it */
export function plannedInventories(
  seen: Survey,
  changes: readonly PlannedChange[],
  settled: SettledObjects | undefined,
): readonly PlannedInventory[] {
  const byApplication = Map.groupBy(changes, ({ application }) => application);
  return seen.owned.flatMap((application) => {
    const own = byApplication.get(application.name) ?? [];
    const staying = own.filter(({ action }) => action !== 'delete' && action !== 'detach');
    const doubt = scopeInDoubt(application, seen);
    if (!application.desired && staying.length === 0 && doubt.kinds.length === 0)
      return leavingInventories(application);
    const scope = (some: readonly PlannedChange[]) => scopeOf(some, application.home.namespace);
    const elsewhere = settled?.scope(application.name) ?? { kinds: [], namespaces: [] };
    const settledScope = {
      ...elsewhere,
      namespaces: elsewhere.namespaces.filter((namespace) => namespace !== application.home.namespace),
    };
    return [
      homeInventory(application, {
        isLost: isLost(application, seen),
        target: [scope(staying), doubt, settledScope].reduce(uniteScopes),
        touched: scope(own),
      }),
    ];
  });
}

function isLost({ name, inventories, ids }: OwnedApplication, { live, foreignInventories }: Survey): boolean {
  if (inventories.length > 0 || foreignInventories.has(name)) return false;
  return [...live.values()].some(({ object }) => ids.has(partOf(object) ?? '') && isWrittenByUs(object));
}

function homeInventory(
  { name, home, inventories, ids }: OwnedApplication,
  {
    isLost,
    target,
    touched,
  }: { readonly isLost: boolean; readonly target: InventoryScope; readonly touched: InventoryScope },
): PlannedInventory {
  const present = inventories.find(({ id }) => id === home.id);
  const recorded = scopeOfInventory(present);
  return {
    application: name,
    namespace: home.namespace,
    name: home.name,
    id: home.id,
    ids: [...ids].sort(),
    ...(present && { live: { uid: present.uid, resourceVersion: present.resourceVersion } }),
    isLost,
    recorded,
    approvals: present?.approvals,
    intended: [recorded, target, touched].reduce(uniteScopes),
    target,
    superseded: inventories
      .filter(({ id }) => id !== home.id)
      .map(({ namespace, name: other, uid, resourceVersion }) => ({
        namespace,
        name: other,
        uid,
        resourceVersion,
      })),
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
    live: { uid: inventory.uid, resourceVersion: inventory.resourceVersion },
    isLost: false,
    recorded: scopeOfInventory(inventory),
    approvals: inventory.approvals,
    intended: scopeOfInventory(inventory),
    target: { kinds: [], namespaces: [] },
    superseded: [],
    leaving: true,
  }));
}

function scopeOfInventory(inventory: Inventory | undefined): InventoryScope {
  return { kinds: inventory?.kinds ?? [], namespaces: inventory?.namespaces ?? [] };
}

function scopeOf(changes: readonly PlannedChange[], home: string): InventoryScope {
  const keys = changes.map(({ key }) => key);
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

/** What one says and the other does not. */
export function withoutScope(scope: InventoryScope, other: InventoryScope): InventoryScope {
  return {
    kinds: scope.kinds.filter((kind) => !other.kinds.includes(kind)),
    namespaces: scope.namespaces.filter((namespace) => !other.namespaces.includes(namespace)),
  };
}

export function sameScope(a: InventoryScope, b: InventoryScope): boolean {
  const same = (x: readonly string[], y: readonly string[]) => [...x].sort().join() === [...y].sort().join();
  return same(a.kinds, b.kinds) && same(a.namespaces, b.namespaces);
}
