/** Checks values against a schema, as an API server does when it gets them. What cannot be known before the server has
 * seen the object is left to it: rules in CEL, and formats beyond those that every reader agrees on. */
import { canonicalJson, counted, type JsonValue, nearest } from '../objects/index.ts';
import { type CheckedSchema, fieldSchema } from './schema.ts';
import { fieldPath, isDeferred, isPlainObject, typeName } from './values.ts';

export interface FieldProblem {
  /** `spec.dnsNames[0]` */
  readonly path: string;
  /** What is wrong, as it follows the path: `must be at least 1, not 0`. */
  readonly problem: string;
}

/** Everything that is wrong with a value; what is made only when the program is rendered is passed over. */
export function problemsOf(schema: CheckedSchema, value: unknown, path: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  check(schema, value, path, problems);
  return problems;
}

function check(schema: CheckedSchema, value: unknown, path: string, problems: FieldProblem[]): void {
  if (isDeferred(value) || (value === null && schema.nullable)) return;
  const wrong = typeProblem(schema, value);
  if (wrong !== undefined) {
    problems.push({ path, problem: wrong });
    return;
  }
  const add = (problem: string): void => {
    problems.push({ path, problem });
  };
  if (schema.enum && !schema.enum.some((allowed) => sameJson(allowed, value))) {
    add(
      `must be one of ${schema.enum.map((allowed) => JSON.stringify(allowed)).join(', ')}, not ${shown(value)}`,
    );
  }
  if (typeof value === 'string') checkString(schema, value, add);
  else if (typeof value === 'number') checkNumber(schema, value, add);
  else if (Array.isArray(value)) checkList(schema, value, path, problems);
  else if (isPlainObject(value)) checkMap(schema, value, path, problems);
  checkCombinations(schema, value, path, problems);
}

const JSON_TYPES: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);

function typeProblem(schema: CheckedSchema, value: unknown): string | undefined {
  const isJson =
    value === null ||
    Array.isArray(value) ||
    isPlainObject(value) ||
    (JSON_TYPES.has(typeof value) && (typeof value !== 'number' || Number.isFinite(value)));
  if (!isJson) return `must be ${expected(schema)}, not ${typeName(value)}`;
  if (schema['x-kubernetes-int-or-string']) {
    return typeof value === 'string' || Number.isInteger(value)
      ? undefined
      : `must be ${expected(schema)}, not ${typeName(value)}`;
  }
  return schema.type === undefined || hasType(schema.type, value)
    ? undefined
    : `must be ${expected(schema)}, not ${typeof value === 'number' ? value : typeName(value)}`;
}

function hasType(type: NonNullable<CheckedSchema['type']>, value: unknown): boolean {
  if (type === 'object') return isPlainObject(value);
  if (type === 'array') return Array.isArray(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

function expected(schema: CheckedSchema): string {
  if (schema['x-kubernetes-int-or-string']) return 'a whole number or a string';
  const name = schema.type && TYPE_NAMES[schema.type];
  return name ?? 'a value that JSON can hold';
}

const TYPE_NAMES = {
  object: 'a map',
  array: 'a list',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
} as const;

/** Compiled once, as many objects share a schema. */
const compiled = new WeakMap<CheckedSchema, RegExp>();

function patternOf(schema: CheckedSchema, pattern: string): RegExp {
  const known = compiled.get(schema);
  if (known) return known;
  const made = new RegExp(pattern, 'u');
  compiled.set(schema, made);
  return made;
}

function checkString(schema: CheckedSchema, value: string, add: (problem: string) => void): void {
  const { minLength, maxLength, pattern, format } = schema;
  // As Go counts runes.
  const length = minLength === undefined && maxLength === undefined ? 0 : [...value].length;
  if (minLength !== undefined && length < minLength) {
    add(`must have at least ${counted(minLength, 'character')}, not ${length}`);
  }
  if (maxLength !== undefined && length > maxLength) {
    add(`must have at most ${counted(maxLength, 'character')}, not ${length}`);
  }
  if (pattern !== undefined && !patternOf(schema, pattern).test(value)) {
    add(`must match ${pattern}, which ${shown(value)} does not`);
  }
  if (format === 'date-time' && Number.isNaN(Date.parse(value))) {
    add(`must be a date and time such as 2030-01-31T12:00:00Z, not ${shown(value)}`);
  }
}

function checkNumber(schema: CheckedSchema, value: number, add: (problem: string) => void): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    add(`must be ${exclusiveMinimum ? 'more than' : 'at least'} ${minimum}, not ${value}`);
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    add(`must be ${exclusiveMaximum ? 'less than' : 'at most'} ${maximum}, not ${value}`);
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    add(`must be a multiple of ${multipleOf}, not ${value}`);
  }
}

function checkList(
  schema: CheckedSchema,
  value: readonly unknown[],
  path: string,
  problems: FieldProblem[],
): void {
  const { minItems, maxItems, items } = schema;
  if (minItems !== undefined && value.length < minItems) {
    problems.push({ path, problem: `must have at least ${counted(minItems, 'item')}, not ${value.length}` });
  }
  if (maxItems !== undefined && value.length > maxItems) {
    problems.push({ path, problem: `must have at most ${counted(maxItems, 'item')}, not ${value.length}` });
  }
  if (items)
    for (const [index, item] of value.entries()) check(items, item, fieldPath(path, index), problems);
  checkUnique(schema, value, path, problems);
}

/** Items of a set, and the keys of the items of a map list, stand once. */
function checkUnique(
  schema: CheckedSchema,
  value: readonly unknown[],
  path: string,
  problems: FieldProblem[],
): void {
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== 'set' && listType !== 'map') return;
  const keys = listType === 'map' ? schema['x-kubernetes-list-map-keys'] : undefined;
  const seen = new Map<string, number>();
  for (const [index, item] of value.entries()) {
    const identity = keys ? keyOfItem(keys, item, schema.keyDefaults ?? {}) : item;
    if (identity === undefined || holdsDeferred(identity)) continue;
    const text = canonicalJson(identity as JsonValue); // nothing in it is made late
    const first = seen.get(text);
    if (first === undefined) seen.set(text, index);
    else problems.push({ path: fieldPath(path, index), problem: `is there already, as item ${first}` });
  }
}

function keyOfItem(
  keys: readonly string[],
  item: unknown,
  defaults: Readonly<Record<string, unknown>>,
): unknown {
  if (!isPlainObject(item)) return undefined;
  return keys.map((key) => (Object.hasOwn(item, key) ? item[key] : undefined) ?? defaults[key] ?? null);
}

function checkMap(
  schema: CheckedSchema,
  value: Readonly<Record<string, unknown>>,
  path: string,
  problems: FieldProblem[],
): void {
  const { minProperties, maxProperties, required } = schema;
  const fields = Object.keys(value).filter((field) => value[field] !== undefined);
  if (minProperties !== undefined && fields.length < minProperties) {
    problems.push({
      path,
      problem: `must have at least ${counted(minProperties, 'entry', 'entries')}, not ${fields.length}`,
    });
  }
  if (maxProperties !== undefined && fields.length > maxProperties) {
    problems.push({
      path,
      problem: `must have at most ${counted(maxProperties, 'entry', 'entries')}, not ${fields.length}`,
    });
  }
  for (const field of required ?? []) {
    if (!fields.includes(field) || isDropped(schema, value, field)) {
      problems.push({ path: fieldPath(path, field), problem: 'is missing' });
    }
  }
  for (const field of fields) {
    const at = fieldPath(path, field);
    const known = fieldSchema(schema, field);
    if (isDropped(schema, value, field)) continue;
    if (known) check(known, value[field], at, problems);
    // A schema without a type stands in a combination, and restricts only what it names.
    else if (schema.type === 'object') problems.push({ path: at, problem: unknownField(schema, field) });
  }
}

/** An API server takes null in a field that cannot be null for a field that is not there (Kubernetes documentation, "Defaulting
 * and nullable"). */
function isDropped(
  { type, properties }: CheckedSchema,
  value: Readonly<Record<string, unknown>>,
  field: string,
): boolean {
  if (value[field] !== null || type !== 'object') return false;
  const known = properties && Object.hasOwn(properties, field) ? properties[field] : undefined;
  // What takes anything takes null.
  const isTyped = known?.type !== undefined || known?.['x-kubernetes-int-or-string'] === true;
  return isTyped && !known?.nullable;
}

function unknownField(schema: CheckedSchema, field: string): string {
  const near = nearest(field, Object.keys(schema.properties ?? {}));
  return `is no field of the kind${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function checkCombinations(
  schema: CheckedSchema,
  value: unknown,
  path: string,
  problems: FieldProblem[],
): void {
  const { allOf, anyOf, oneOf, not } = schema;
  if (!allOf && !anyOf && !oneOf && !not) return;
  // What is not known yet can decide either way.
  if (holdsDeferred(value)) return;
  for (const branch of allOf ?? []) check(branch, value, path, problems);
  if (anyOf) {
    const misses = anyOf.map((branch) => problemsOf(branch, value, path));
    if (misses.every((miss) => miss.length > 0)) {
      problems.push({ path, problem: `fits none of ${anyOf.length} ways to write it: ${reasons(misses)}` });
    }
  }
  if (oneOf) {
    const misses = oneOf.map((branch) => problemsOf(branch, value, path));
    const hits = misses.filter((miss) => miss.length === 0).length;
    if (hits === 0) {
      problems.push({ path, problem: `fits none of ${oneOf.length} ways to write it: ${reasons(misses)}` });
    } else if (hits > 1) {
      problems.push({
        path,
        problem: `fits ${hits} of ${oneOf.length} ways to write it, and must fit one only`,
      });
    }
  }
  if (not && problemsOf(not, value, path).length === 0) {
    problems.push({ path, problem: 'has a form that is not allowed here' });
  }
}

function reasons(misses: readonly (readonly FieldProblem[])[]): string {
  const texts = misses.flatMap((miss) => miss.slice(0, 1).map(({ path, problem }) => `${path} ${problem}`));
  return [...new Set(texts)].join('; or ');
}

function holdsDeferred(value: unknown): boolean {
  if (isDeferred(value)) return true;
  if (Array.isArray(value)) return value.some(holdsDeferred);
  return isPlainObject(value) && Object.values(value).some(holdsDeferred);
}

function sameJson(a: unknown, b: unknown): boolean {
  return (
    a === b || (typeof a === 'object' && canonicalJson(a as JsonValue) === canonicalJson(b as JsonValue))
  );
}

function shown(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? typeName(value) : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
