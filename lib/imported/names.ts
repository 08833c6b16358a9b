/** Between properties, as they are called in TypeScript, and fields, as the schema calls them. */
import { Lazy } from 'cdk8s';
import { ANYTHING, fieldPath, fieldSchema, isMap } from '../schemas/structural/index.ts';
import { type FieldProblem, problemsOf } from './check.ts';
import type { CheckedSchema } from './schema.ts';
import { isDeferred, produce } from './values.ts';

/** Deeper than any API object; what is nested deeper holds itself. */
const MAX_DEPTH = 200;

/** What properties stand for, with the fields named as the schema names them. What is only made when the program is
 * rendered is given its names, and checked, then.
 * @param problems gets what cannot be written
 * @param refuse called with what is wrong with a value that is made later; has to throw */
export function toFields(
  schema: CheckedSchema,
  value: unknown,
  path: string,
  problems: FieldProblem[],
  refuse: (problems: readonly FieldProblem[]) => never,
  depth = 0,
): unknown {
  if (isDeferred(value)) {
    return Lazy.any({
      produce: () => {
        const later: FieldProblem[] = [];
        const made = toFields(schema, produce(value), path, later, refuse);
        later.push(...problemsOf(schema, made, path));
        if (later.length > 0) refuse(later);
        return made;
      },
    });
  }
  if (depth > MAX_DEPTH) {
    problems.push({ path: '', problem: 'is nested too deeply; does a value hold itself?' });
    return null;
  }
  const inner = (of: CheckedSchema | undefined, item: unknown, at: string): unknown =>
    toFields(of ?? ANYTHING, item, at, problems, refuse, depth + 1);
  if (Array.isArray(value)) {
    return value.map((item, index) => inner(schema.items, item, fieldPath(path, index)));
  }
  if (!isMap(value)) return value;
  const fields: Record<string, unknown> = {};
  for (const [property, given] of Object.entries(value)) {
    if (given === undefined) continue;
    const field = schema.names && Object.hasOwn(schema.names, property) ? schema.names[property]! : property;
    const at = fieldPath(path, field);
    if (field === '__proto__') problems.push({ path: at, problem: 'cannot be a field in JavaScript' });
    else if (Object.hasOwn(fields, field))
      problems.push({ path: at, problem: `is given twice, once as ${property}` });
    else fields[field] = inner(fieldSchema(schema, field), given, at);
  }
  return fields;
}

/** The inverse: a manifest's value with properties named as in TypeScript. */
export function toProperties(schema: CheckedSchema, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => toProperties(schema.items ?? ANYTHING, item));
  if (!isMap(value)) return value;
  const properties = new Map(
    Object.entries(schema.names ?? {}).map(([property, field]) => [field, property]),
  );
  return Object.fromEntries(
    Object.entries(value).map(([field, given]) => [
      properties.get(field) ?? field,
      toProperties(fieldSchema(schema, field) ?? ANYTHING, given),
    ]),
  );
}
