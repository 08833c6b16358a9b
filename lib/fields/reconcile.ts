/** Schemas change: a list or map that merged item by item may have become atomic since managedFields were
 * written. */
import { FieldSet } from './field-set.ts';
import type { PathElement } from './path-element.ts';
import type { MapSchema, Schema } from './schema.ts';

/** The set as the schema has it now: who owned something inside of what is atomic today owns all of it. What was
 * atomic and no longer is stays as it is. */
export function reconcileWithSchema(set: FieldSet, schema: Schema): FieldSet {
  const { whole, below } = reconcile(set, schema);
  return whole ? set : below; // nobody owns the object as a whole
}

interface Reconciled {
  /** The value has become atomic and is owned as a whole. */
  readonly whole: boolean;
  readonly below: FieldSet;
}

function reconcile(below: FieldSet, schema: Schema): Reconciled {
  if (below.isEmpty()) return { whole: false, below };
  if (schema.map !== undefined) {
    const { map } = schema;
    // Maps without a schema of their own never say how they merge.
    if (map.fields.size === 0 && map.additional?.scalar === 'untyped') return { whole: false, below };
    if (map.relationship === 'atomic') return { whole: true, below: FieldSet.empty };
    return { whole: false, below: descend(below, (element) => fieldSchema(map, element)) };
  }
  if (schema.scalar !== undefined || schema.list === undefined) return { whole: false, below };
  const { list } = schema;
  if (list.relationship === 'atomic') return { whole: true, below: FieldSet.empty };
  return { whole: false, below: descend(below, () => list.items) };
}

function fieldSchema(map: MapSchema, element: PathElement): Schema | undefined {
  return (element.type === 'field' ? map.fields.get(element.name)?.schema : undefined) ?? map.additional;
}

function descend(set: FieldSet, schemaOf: (element: PathElement) => Schema | undefined): FieldSet {
  return FieldSet.from(
    set.entries().map((entry) => {
      const schema = entry.below.isEmpty() ? undefined : schemaOf(entry.element);
      if (schema === undefined) return entry;
      const { whole, below } = reconcile(entry.below, schema);
      return { element: entry.element, member: entry.member || whole, below };
    }),
  );
}
