/** Who owns which fields of an object: `metadata.managedFields`, decoded. */
import type { JsonObject, ManagedFieldsEntry } from '../objects/index.ts';
import { TruekeelError } from '../objects/index.ts';
import type { FieldSet } from './field-set.ts';
import { parseFieldsV1, printFieldsV1 } from './fields-v1.ts';
import { compareStrings } from './value.ts';

/** What tells one entry of managedFields from another. */
export interface ManagerKey {
  readonly manager: string;
  /** Operation `Apply` or `Update`: the same name counts as two managers. */
  readonly operation: 'Apply' | 'Update';
  /** The version of the kind that the fields are written in. It is part of the identity of updates only. */
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource: string;
}

export interface Manager extends ManagerKey {
  readonly fields: FieldSet;
  /** RFC 3339, whole seconds. An applier that never changed anything has none. */
  readonly time?: string;
}

/** Kubernetes' own limit (apimachinery DefaultMaxUpdateManagers). */
export const MAX_UPDATE_MANAGERS = 10;
const OLD_UPDATES_MANAGER = 'ancient-changes';

/** The managers of one object; immutable. */
export class ManagerSet {
  static readonly empty: ManagerSet = new ManagerSet(new Map());

  readonly #managers: ReadonlyMap<string, Manager>;

  private constructor(managers: ReadonlyMap<string, Manager>) {
    this.#managers = managers;
  }

  static of(managers: Iterable<Manager>): ManagerSet {
    return new ManagerSet(new Map([...managers].map((manager) => [identityOf(manager), manager])));
  }

  /** Reads `metadata.managedFields`; undefined is an empty set.
   * @throws TruekeelError `INVALID_MANAGED_FIELDS` or `INVALID_FIELDS_V1` */
  static decode(entries: readonly ManagedFieldsEntry[] | undefined): ManagerSet {
    return ManagerSet.of((entries ?? []).map(decodeEntry));
  }

  isEmpty(): boolean {
    return this.#managers.size === 0;
  }

  get(key: ManagerKey): Manager | undefined {
    return this.#managers.get(identityOf(key));
  }

  /** In the order of managedFields: appliers before updaters, then by time. */
  all(): readonly Manager[] {
    return [...this.#managers.values()].sort(compareManagers);
  }

  with(manager: Manager): ManagerSet {
    return new ManagerSet(new Map(this.#managers).set(identityOf(manager), manager));
  }

  without(key: ManagerKey): ManagerSet {
    const managers = new Map(this.#managers);
    managers.delete(identityOf(key));
    return new ManagerSet(managers);
  }

  /** Every manager turned into another, or dropped by undefined. */
  map(change: (manager: Manager) => Manager | undefined): ManagerSet {
    return ManagerSet.of(this.all().flatMap((manager) => change(manager) ?? []));
  }

  equals(other: ManagerSet): boolean {
    return JSON.stringify(this.encode()) === JSON.stringify(other.encode());
  }

  /** Writes `metadata.managedFields`; undefined when nobody owns anything. */
  encode(): readonly ManagedFieldsEntry[] | undefined {
    return this.isEmpty() ? undefined : this.all().map(encodeManager);
  }

  /** Holds the number of updaters to {@link MAX_UPDATE_MANAGERS}: the oldest of a version are united under
   * `ancient-changes`. Appliers are never united. */
  capped(): ManagerSet {
    const updaters = [...this.#managers]
      .filter(([, manager]) => manager.operation === 'Update')
      .sort(([a, left], [b, right]) => seconds(left.time) - seconds(right.time) || compareStrings(a, b));
    let excess = updaters.length - MAX_UPDATE_MANAGERS;
    if (excess <= 0) return this;
    const managers = new Map(this.#managers);
    // The oldest entry of each version, which becomes the bucket when a second one is to join it.
    const oldest = new Map<string, string>();
    for (const [identity, manager] of updaters) {
      if (excess <= 0) break;
      const { apiVersion, fields, time } = manager;
      const first = oldest.get(apiVersion);
      if (first === undefined) {
        oldest.set(apiVersion, identity);
        continue;
      }
      const bucketKey: ManagerKey = {
        manager: OLD_UPDATES_MANAGER,
        operation: 'Update',
        apiVersion,
        subresource: '',
      };
      const bucket = identityOf(bucketKey);
      const united = managers.get(bucket) ?? managers.get(first);
      if (!managers.has(bucket)) managers.delete(first);
      managers.delete(identity);
      managers.set(bucket, {
        ...bucketKey,
        fields: united === undefined ? fields : fields.union(united.fields),
        ...(time !== undefined && { time }),
      });
      excess--;
    }
    return new ManagerSet(managers);
  }
}

/** Appliers keep their entry when they go on to another version of the kind. Written as Kubernetes writes it,
 * because it orders managers by this text. */
export function identityOf({ manager, operation, apiVersion, subresource }: ManagerKey): string {
  return JSON.stringify({
    ...(manager !== '' && { manager }),
    operation,
    ...(operation === 'Update' && { apiVersion }),
    ...(subresource !== '' && { subresource }),
  });
}

function seconds(time: string | undefined): number {
  return time === undefined ? 0 : Math.floor(Date.parse(time) / 1000);
}

function compareManagers(a: Manager, b: Manager): number {
  return (
    compareStrings(a.operation, b.operation) ||
    seconds(a.time) - seconds(b.time) ||
    compareStrings(a.manager, b.manager) ||
    compareStrings(a.apiVersion, b.apiVersion) ||
    compareStrings(a.subresource, b.subresource)
  );
}

function encodeManager({
  manager,
  operation,
  apiVersion,
  subresource,
  fields,
  time,
}: Manager): ManagedFieldsEntry {
  return {
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: printFieldsV1(fields),
    ...(subresource !== '' && { subresource }),
  };
}

/** Entries come from outside: an update may bring any. */
type LooseEntry = { readonly [Field in keyof ManagedFieldsEntry]?: ManagedFieldsEntry[Field] | null };

function decodeEntry(entry: ManagedFieldsEntry, index: number): Manager {
  const loose: { readonly fieldsV1?: JsonObject | null } & LooseEntry = entry;
  if (loose.operation !== 'Apply' && loose.operation !== 'Update')
    throw invalidEntry('operation must be `Apply` or `Update`');
  if (!loose.apiVersion) throw invalidEntry('apiVersion must not be empty');
  if (!loose.fieldsType) throw invalidEntry(`missing fieldsType in managed fields entry ${index}`);
  if (loose.fieldsType !== 'FieldsV1')
    throw invalidEntry(
      `invalid fieldsType ${JSON.stringify(loose.fieldsType)} in managed fields entry ${index}`,
    );
  return {
    manager: loose.manager ?? '',
    operation: loose.operation,
    apiVersion: loose.apiVersion,
    subresource: loose.subresource ?? '',
    fields: parseFieldsV1(loose.fieldsV1 ?? {}),
    ...(loose.time && { time: loose.time }),
  };
}

function invalidEntry(message: string): TruekeelError {
  return new TruekeelError(message, {
    code: 'INVALID_MANAGED_FIELDS',
    family: 'validation',
    hint: 'Leave metadata.managedFields out, or send them as the API server returned them.',
  });
}
