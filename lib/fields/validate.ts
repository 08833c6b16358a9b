/** Checks that a value has the form that its schema asks for: types, named fields, items that can be told
 * apart. It is what merging needs to be safe, not the whole validation that an API server does. */
import type { JsonValue } from '../objects/index.ts';
import { TruekeelError } from '../objects/index.ts';
import { itemElement } from './list-items.ts';
import { formatCauseElement } from './path.ts';
import { fieldElement, indexElement, type PathElement } from './path-element.ts';
import { type ListSchema, type MapSchema, type ScalarType, type Schema, shapeOf } from './schema.ts';
import { fieldsOf, isList, isMap } from './value.ts';

/** One violation, in the API server's words. */
export interface FieldError {
  /** `.spec.ports[port=80,protocol="TCP"].name`; empty for the object itself. */
  readonly path: string;
  readonly message: string;
}

/** A value that does not have the form of its schema. `message` is what an API server would answer. */
export class FieldErrors extends TruekeelError {
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    const lines = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    super(lines.length === 1 ? lines.join() : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n'), {
      code: 'INVALID_FIELDS',
      family: 'validation',
      hint: 'Compare the object with the schema of its kind: kubectl explain <kind> --recursive.',
    });
    this.name = 'FieldErrors';
    this.errors = errors;
  }
}

export interface ValidateOptions {
  /** Live objects may hold two items with the same key: some kinds allowed it before they had list types. */
  readonly duplicates: 'allow' | 'refuse';
}

/** Every violation, in the order of the value. */
export function validate(value: JsonValue, schema: Schema, options: ValidateOptions): readonly FieldError[] {
  switch (shapeOf(schema, value)) {
    case 'map':
      return schema.map === undefined ? [] : validateMap(value, schema.map, options);
    case 'list':
      return schema.list === undefined ? [noType()] : validateList(value, schema.list, options);
    case 'scalar':
      return schema.scalar === undefined ? [] : validateScalar(value, schema.scalar);
  }
}

/** @throws FieldErrors */
export function assertValid(value: JsonValue, schema: Schema, options: ValidateOptions): void {
  const errors = validate(value, schema, options);
  if (errors.length > 0) throw new FieldErrors(errors);
}

const noType = (): FieldError => ({ path: '', message: 'schema error: invalid atom: inlined' });

const WANTED: Readonly<Record<ScalarType, (value: JsonValue) => string | undefined>> = {
  numeric: (value) =>
    typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goType(value)}`,
  string: (value) =>
    typeof value === 'string'
      ? undefined
      : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`,
  boolean: (value) => (typeof value === 'boolean' ? undefined : `expected boolean, got &{${goText(value)}}`),
  untyped: (value) =>
    typeof value === 'object' ? `expected any scalar, got &{${goText(value)}}` : undefined,
};

function validateScalar(value: JsonValue, scalar: ScalarType): readonly FieldError[] {
  if (value === null) return [];
  const message = WANTED[scalar](value);
  return message === undefined ? [] : [{ path: '', message }];
}

function validateList(value: JsonValue, list: ListSchema, options: ValidateOptions): readonly FieldError[] {
  if (value === null) return [];
  if (!isList(value)) return [{ path: '', message: `expected list, got &{${goText(value)}}` }];
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const element = list.relationship === 'atomic' ? indexElement(index) : itemElement(list, item);
    if ('problem' in element)
      return [...errors, { path: '', message: `element ${index}: ${element.problem}` }];
    if (seen.has(element.text) && options.duplicates === 'refuse')
      errors.push({ path: '', message: `duplicate entries for key ${formatCauseElement(element)}` });
    seen.add(element.text);
    errors.push(...below(element, validate(item, list.items, options)));
  }
  return errors;
}

function validateMap(value: JsonValue, map: MapSchema, options: ValidateOptions): readonly FieldError[] {
  if (value === null) return [];
  if (!isMap(value)) return [{ path: '', message: `expected map, got &{${goText(value)}}` }];
  const errors: FieldError[] = [];
  for (const [name, field] of fieldsOf(value)) {
    const element = fieldElement(name);
    const schema = map.fields.get(name)?.schema ?? map.additional;
    errors.push(
      ...below(
        element,
        schema === undefined
          ? [{ path: '', message: 'field not declared in schema' }]
          : validate(field, schema, options),
      ),
    );
  }
  return errors;
}

function below(element: PathElement, errors: readonly FieldError[]): readonly FieldError[] {
  if (errors.length === 0) return errors;
  const prefix = formatCauseElement(element);
  return errors.map(({ path, message }) => ({ path: prefix + path, message }));
}

// The API server is written in Go and prints values as Go does; clients match on its messages.

function goType(value: JsonValue): string {
  if (isList(value)) return '[]interface {}';
  if (isMap(value)) return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function goSyntax(value: JsonValue): string {
  if (isList(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (isMap(value))
    return `map[string]interface {}{${fieldsOf(value)
      .map(([name, field]) => `${JSON.stringify(name)}:${goSyntax(field)}`)
      .join(', ')}}`;
  return value === null ? 'interface {}(nil)' : JSON.stringify(value);
}

function goText(value: JsonValue): string {
  if (isList(value)) return `[${value.map(goText).join(' ')}]`;
  if (isMap(value))
    return `map[${fieldsOf(value)
      .map(([name, field]) => `${name}:${goText(field)}`)
      .join(' ')}]`;
  return value === null ? '<nil>' : String(value);
}
