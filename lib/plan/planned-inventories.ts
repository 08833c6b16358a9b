/** What inventories say now, and what they have to say once the plan is carried out. Pure. */
import { formatKey } from '../objects/index.ts';
import { formatRelease } from './helm-record.ts';
import { everyRun, type HookRuns, runsOfApplication } from './hook-runs.ts';
import type { Inventory } from './inventory.ts';
import { formatGroupKind } from './live.ts';
import type { SettledObjects } from './live-view.ts';
import type { OwnedApplication } from './ownership.ts';
import { isWrittenByUs, partOf } from './ownership.ts';
import type { InventoryScope, PlannedChange, PlannedHelmRelease, PlannedInventory } from './plan.ts';
import type { Survey } from './survey.ts';
import { scopeInDoubt } from './unseen.ts';

interface OutsideOfChanges {
  /** What the changes leave out, because nothing is to be done with it. */
  readonly settled: SettledObjects | undefined;
  readonly helmReleases: readonly PlannedHelmRelease[];
}

export function plannedInventories(
  seen: Survey,
  changes: readonly PlannedChange[],
  { settled, helmReleases }: OutsideOfChanges,
): readonly PlannedInventory[] {
  const byApplication = Map.groupBy(changes, ({ application }) => application);
  const byOwner = Map.groupBy(changes, (change) => ownerAfter(change, seen));
  const everyone = everyRun(seen.owned);
  return seen.owned.flatMap((application) => {
    // That it is not in the question does not mean that it leaves.
    if (!application.desired && settled?.isPart) return [];
    const own = byApplication.get(application.name) ?? [];
    const staying = byOwner.get(application.name) ?? [];
    const doubt = scopeInDoubt(application, seen);
    if (!application.desired && staying.length === 0 && doubt.kinds.length === 0)
      return leavingInventories(application);
    const scope = (some: readonly PlannedChange[]) => scopeOf(some, application.home.namespace);
    const left = helmReleases.filter(
      ({ resolution, applications }) => resolution === 'leave' && applications.includes(application.name),
    );
    const releases = { kinds: [], namespaces: [], releases: left.map(formatRelease) };
    const elsewhere = settled?.scope(application.name) ?? { kinds: [], namespaces: [] };
    const settledScope = {
      ...elsewhere,
      namespaces: elsewhere.namespaces.filter((namespace) => namespace !== application.home.namespace),
    };
    return [
      homeInventory(application, {
        runs: runsOfApplication(application, everyone),
        isLost: isLost(application, seen),
        target: [scope(staying), doubt, releases, settledScope].reduce(uniteScopes),
        touched: scope(own.filter(({ action }) => action !== 'none')),
      }),
    ];
  });
}

/** Whose an object is once the plan is carried out. What the plan leaves alone belongs to whom it belonged, which need not
 * be the application that the program has it in. */
function ownerAfter(
  { key, action, application }: PlannedChange,
  { live, ownerById }: Survey,
): string | undefined {
  if (action === 'delete' || action === 'detach') return undefined;
  if (action !== 'none') return application;
  const found = live.get(formatKey(key));
  const id = found && partOf(found.object);
  return id === undefined ? undefined : ownerById.get(id)?.name;
}

function isLost({ name, inventories, ids }: OwnedApplication, { live, foreignInventories }: Survey): boolean {
  if (inventories.length > 0 || foreignInventories.has(name)) return false;
  return [...live.values()].some(({ object }) => ids.has(partOf(object) ?? '') && isWrittenByUs(object));
}

function homeInventory(
  { name, home, inventories, ids }: OwnedApplication,
  {
    runs,
    isLost,
    target,
    touched,
  }: {
    readonly runs: HookRuns;
    readonly isLost: boolean;
    readonly target: InventoryScope;
    readonly touched: InventoryScope;
  },
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
    recordedRuns: present?.runs ?? {},
    runs,
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
    recordedRuns: inventory.runs,
    runs: inventory.runs,
    intended: scopeOfInventory(inventory),
    target: { kinds: [], namespaces: [], releases: [] },
    superseded: [],
    leaving: true,
  }));
}

function scopeOfInventory(inventory: Inventory | undefined): InventoryScope {
  const { kinds = [], namespaces = [], releases = [] } = inventory ?? {};
  return { kinds, namespaces, releases };
}

function scopeOf(changes: readonly PlannedChange[], home: string): InventoryScope {
  const keys = changes.map(({ key }) => key);
  const namespaces = new Set(keys.map(({ namespace }) => namespace));
  namespaces.delete('');
  namespaces.delete(home);
  return {
    kinds: [...new Set(keys.map(formatGroupKind))].sort(),
    namespaces: [...namespaces].sort(),
    releases: [],
  };
}

/** What both say together. */
export function uniteScopes(a: InventoryScope, b: InventoryScope): InventoryScope {
  return combine(a, b, (x, y) => [...new Set([...x, ...y])].sort());
}

/** What one says and the other does not. */
export function withoutScope(scope: InventoryScope, other: InventoryScope): InventoryScope {
  return combine(scope, other, (x, y) => x.filter((one) => !y.includes(one)));
}

export function sameScope(a: InventoryScope, b: InventoryScope): boolean {
  const missing = [withoutScope(a, b), withoutScope(b, a)].flatMap((scope) => Object.values(scope).flat());
  return missing.length === 0;
}

function combine(
  a: InventoryScope,
  b: InventoryScope,
  each: (x: readonly string[], y: readonly string[]) => readonly string[],
): InventoryScope {
  return {
    kinds: each(a.kinds, b.kinds),
    namespaces: each(a.namespaces, b.namespaces),
    releases: each(a.releases ?? [], b.releases ?? []),
  };
}
