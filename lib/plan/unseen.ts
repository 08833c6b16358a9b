/** What a plan cannot say anything about, beyond single objects of the program. Pure. */
import type { ObjectKey, TruekeelError as TruekeelErrorType } from '../objects/index.ts';
import { TruekeelError } from '../objects/index.ts';
import { formatGroupKind } from './live.ts';
import type { OwnedApplication } from './ownership.ts';
import type { InventoryScope } from './plan.ts';
import type { Survey } from './survey.ts';
import type { Unreadable } from './unreadable.ts';

/** Errors about objects that are ours, perhaps, and cannot be seen. Where the program has objects, these carry the
 * error themselves. */
export function unseenErrors(seen: Survey): readonly TruekeelErrorType[] {
  const { owned, unreadable, foreignInventories, inDoubt } = seen;
  const keys = owned.flatMap(({ desired }) => desired?.objects.map(({ key }) => key) ?? []);
  const desiredKinds = new Set(keys.map(formatGroupKind));
  // Who may see a kind where the program has it is taken to have no objects of it elsewhere.
  const visible = new Set(keys.filter((key) => !unreadable.at(key)).map(formatGroupKind));
  const hasDesired = (name: string) =>
    owned.some((application) => application.name === name && (application.desired?.objects.length ?? 0) > 0);
  return [
    ...unreadable.list.flatMap((place) => {
      const isTold = keys.some((key) => isAt(key, place));
      const isRecorded = owned.some((application) => mayHold(application, place));
      return isTold || !isRecorded || visible.has(place.kind) ? [] : [place.error];
    }),
    ...[...foreignInventories].flatMap(([application, error]) => (hasDesired(application) ? [] : [error])),
    ...[...inDoubt].flatMap((kind) => (desiredKinds.has(kind) ? [] : [unserved(kind, owned)])),
  ];
}

function isAt(key: ObjectKey, { kind, namespace }: Unreadable): boolean {
  return formatGroupKind(key) === kind && (namespace === undefined || namespace === key.namespace);
}

/** Whether the inventories of an application allow for objects there. */
function mayHold({ inventories }: OwnedApplication, { kind, namespace }: Unreadable): boolean {
  return inventories.some(
    (inventory) =>
      inventory.kinds.includes(kind) &&
      (namespace === undefined ||
        namespace === inventory.namespace ||
        inventory.namespaces.includes(namespace)),
  );
}

function unserved(kind: string, owned: readonly OwnedApplication[]): TruekeelErrorType {
  const names = owned.flatMap(({ name, inventories }) =>
    inventories.some(({ kinds }) => kinds.includes(kind)) ? [name] : [],
  );
  return new TruekeelError(
    `the server does not serve ${kind} now, and application ${names.join(', ')} may have objects of it`,
    {
      code: 'UNKNOWN_KIND',
      family: 'validation',
      hint: 'See that its definition is established, or its APIService available, and plan again. Nothing of it is forgotten until then.',
    },
  );
}

/** What the inventories of an application have to go on naming, because nobody can tell whether it is still there. */
export function scopeInDoubt(application: OwnedApplication, { inDoubt, unreadable }: Survey): InventoryScope {
  const kinds = new Set<string>();
  const namespaces = new Set<string>();
  for (const inventory of application.inventories) {
    const places = [inventory.namespace, ...inventory.namespaces];
    for (const kind of inventory.kinds) {
      const closed = unreadable.list.filter(
        (place) => place.kind === kind && mayHold({ ...application, inventories: [inventory] }, place),
      );
      if (!inDoubt.has(kind) && closed.length === 0) continue;
      kinds.add(kind);
      for (const namespace of places) namespaces.add(namespace);
    }
  }
  namespaces.delete(application.home.namespace);
  return { kinds: [...kinds].sort(), namespaces: [...namespaces].sort(), releases: [] };
}
