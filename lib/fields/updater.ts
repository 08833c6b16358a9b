/** The two operations of structured-merge-diff: applying a configuration, and recording what an update changed.
 * They know field sets and versions, nothing of metadata or time. */
import { type Comparison, compareValuesBySchema, filterComparison } from './compare.ts';
import type { Conflict } from './conflict.ts';
import { FieldSet } from './field-set.ts';
import type { Manager, ManagerKey, ManagerSet } from './managers.ts';
import { mergeValues } from './merge.ts';
import { reconcileWithSchema } from './reconcile.ts';
import { removeItems } from './remove.ts';
import type { FieldFilter } from './reset-fields.ts';
import type { TypedValue } from './schema.ts';
import { toFieldSet } from './to-field-set.ts';
import { equalValues } from './value.ts';

/** Reads an object in another version of its kind, which some managers' fields are written in. */
export interface VersionConverter {
  /** @returns undefined when the version is no longer served: what is owned in it is forgotten */
  convert(object: TypedValue, apiVersion: string): TypedValue | undefined;
}

/** Takes all versions of a kind to have the same fields. */
export const SAME_FIELDS: VersionConverter = { convert: (object) => object };

export interface Context {
  readonly live: TypedValue;
  readonly managers: ManagerSet;
  /** Who acts; its apiVersion is the version of the objects. */
  readonly manager: ManagerKey;
  /** What the manager can come to own by this request. */
  readonly filter: FieldFilter;
  readonly converter: VersionConverter;
}

export interface Applied {
  readonly object: TypedValue;
  /** Whether the merged object differs from the live one. */
  readonly changed: boolean;
  readonly managers: ManagerSet;
}

/** Merges a configuration into the live object and prunes what its manager applied before and does not apply
 * now. */
export function applyConfiguration(
  config: TypedValue,
  context: Context & { readonly force: boolean },
): Applied | readonly Conflict[] {
  const { live, manager, converter } = context;
  const known = reconcileManagers(context);
  const last = known.get(manager);
  const fields = context.filter(toFieldSet(config.value, config.schema), manager.apiVersion);
  const merged = { ...live, value: mergeValues(live.value, config.value, live.schema) ?? null };
  const claimed = known.with({ ...last, ...manager, fields });
  const object = prune(merged, claimed, manager.apiVersion, last, converter);
  const result = takeOver({ ...context, managers: claimed }, object);
  if (result.conflicts.length > 0 && !context.force) return result.conflicts;
  return { object, changed: !equalValues(live.value, object.value), managers: result.managers };
}

/** Gives the manager what it changed between the live and the updated object, and takes it from the others. */
export function recordUpdate(updated: TypedValue, context: Context): ManagerSet {
  const { manager } = context;
  const { managers, comparison } = takeOver({ ...context, managers: reconcileManagers(context) }, updated);
  const last = managers.get(manager);
  const fields = context.filter(
    (last?.fields ?? FieldSet.empty)
      .difference(comparison.removed)
      .union(comparison.modified)
      .union(comparison.added),
    manager.apiVersion,
  );
  return fields.isEmpty() ? managers.without(manager) : managers.with({ ...last, ...manager, fields });
}

/** @returns the conflicts, and the managers as they are when the acting one wins them */
function takeOver(
  context: Context,
  updated: TypedValue,
): {
  readonly managers: ManagerSet;
  readonly comparison: Comparison;
  readonly conflicts: readonly Conflict[];
} {
  const { live, manager, converter, filter } = context;
  const compare = (before: TypedValue, after: TypedValue, apiVersion: string): Comparison =>
    filterComparison(compareValuesBySchema(before.value, after.value, before.schema), (fields) =>
      filter(fields, apiVersion),
    );
  const comparison = compare(live, updated, manager.apiVersion);
  const byVersion = new Map<string, Comparison | undefined>([[manager.apiVersion, comparison]]);
  const compareIn = (apiVersion: string): Comparison | undefined => {
    if (!byVersion.has(apiVersion)) {
      const before = converter.convert(live, apiVersion);
      const after = converter.convert(updated, apiVersion);
      byVersion.set(apiVersion, before && after && compare(before, after, apiVersion));
    }
    return byVersion.get(apiVersion);
  };

  const conflicts: Conflict[] = [];
  const acting = context.managers.get(manager);
  const managers = context.managers.map((other) => {
    if (other === acting) return other.fields.isEmpty() ? undefined : other;
    const changes = compareIn(other.apiVersion);
    if (changes === undefined) return undefined;
    const lost = other.fields.intersection(changes.modified.union(changes.added));
    const { manager: name, operation, apiVersion, subresource } = other;
    for (const path of lost.paths())
      conflicts.push({ manager: name, operation, apiVersion, subresource, path });
    const fields = other.fields.difference(lost).difference(changes.removed);
    return fields.isEmpty() ? undefined : { ...other, fields };
  });
  return { managers, comparison, conflicts };
}

/** Takes out of the merged object what the manager applied last time and nobody claims now. */
function prune(
  merged: TypedValue,
  claimed: ManagerSet,
  apiVersion: string,
  last: Manager | undefined,
  converter: VersionConverter,
): TypedValue {
  if (last === undefined || last.fields.isEmpty()) return merged;
  // Who still claims all of it leaves nothing to take out.
  if (isClaimed(last, claimed, apiVersion)) return merged;
  const before = converter.convert(merged, last.apiVersion);
  if (before === undefined) return merged;
  const without = remove(before, last.fields.withNamedFields(before.schema));
  const kept = addBackOwned(before, without, last.apiVersion, claimed, converter);
  return converter.convert(addBackDangling(before, kept, last, converter), apiVersion) ?? merged;
}

function isClaimed(last: Manager, claimed: ManagerSet, apiVersion: string): boolean {
  const now = claimed.get(last);
  return now !== undefined && last.apiVersion === apiVersion && last.fields.difference(now.fields).isEmpty();
}

/** Taking a list item or map out takes all that is in it; this puts back what any manager still claims of it. */
function addBackOwned(
  merged: TypedValue,
  pruned: TypedValue,
  prunedVersion: string,
  claimed: ManagerSet,
  converter: VersionConverter,
): TypedValue {
  const owned = new Map<string, FieldSet>();
  for (const { apiVersion, fields } of claimed.all())
    owned.set(apiVersion, fields.union(owned.get(apiVersion) ?? FieldSet.empty));
  // The version that was pruned comes first: fields missing from it could make conversion fail.
  const versions = [prunedVersion, ...[...owned.keys()].filter((version) => version !== prunedVersion)];
  let whole = merged;
  let kept = pruned;
  for (const version of versions) {
    const fields = owned.get(version);
    const before = converter.convert(whole, version);
    const after = converter.convert(kept, version);
    if (fields === undefined || before === undefined || after === undefined) continue;
    const { schema } = before;
    const wanted = fieldsOf(after).withNamedFields(schema).union(fields.withNamedFields(schema));
    whole = before;
    kept = remove(before, fieldsOf(before).withNamedFields(schema).difference(wanted));
  }
  return kept;
}

/** Puts back what was in a pruned item or map but was never the manager's. */
function addBackDangling(
  merged: TypedValue,
  pruned: TypedValue,
  last: Manager,
  converter: VersionConverter,
): TypedValue {
  const kept = converter.convert(pruned, last.apiVersion);
  if (kept === undefined) return merged;
  const { schema } = merged;
  const gone = fieldsOf(merged).withNamedFields(schema).difference(fieldsOf(kept).withNamedFields(schema));
  return remove(merged, gone.intersection(last.fields.withNamedFields(schema)));
}

function fieldsOf({ value, schema }: TypedValue): FieldSet {
  return toFieldSet(value, schema);
}

function remove({ value, schema }: TypedValue, fields: FieldSet): TypedValue {
  return { value: removeItems(value, fields, schema), schema };
}

function reconcileManagers({ live, managers, converter }: Context): ManagerSet {
  return managers.map((manager) => {
    const schema = converter.convert(live, manager.apiVersion)?.schema;
    if (schema === undefined) return undefined;
    return { ...manager, fields: reconcileWithSchema(manager.fields, schema) };
  });
}
