/** One step of a field path, and its spelling in `fieldsV1`: `f:name`, `k:{"name":"web"}`, `v:"a"`, `i:0`. */
import type { JsonValue } from '../objects/index.ts';
import { TruekeelError } from '../objects/index.ts';
import { compareFields, compareStrings, compareValues, type Field, isMap, sortedFields } from './value.ts';

/** `text` is the spelling in fieldsV1; equal elements have equal text. */
export type PathElement =
  /** A field of a map or struct. */
  | { readonly type: 'field'; readonly name: string; readonly text: string }
  /** The item of an associative list whose key fields have these values. */
  | { readonly type: 'key'; readonly fields: readonly Field[]; readonly text: string }
  /** The item of a set. */
  | { readonly type: 'value'; readonly value: JsonValue; readonly text: string }
  /** The item of a list at this position. */
  | { readonly type: 'index'; readonly index: number; readonly text: string };

export function fieldElement(name: string): PathElement {
  return { type: 'field', name, text: `f:${name}` };
}

/** @param fields values of the key fields, in any order */
export function keyElement(fields: Readonly<Record<string, JsonValue>>): PathElement {
  const sorted = sortedFields(fields);
  const text = sorted.map(([name, value]) => `${JSON.stringify(name)}:${elementJson(value)}`).join(',');
  return { type: 'key', fields: sorted, text: `k:{${text}}` };
}

export function valueElement(value: JsonValue): PathElement {
  return { type: 'value', value, text: `v:${elementJson(value)}` };
}

export function indexElement(index: number): PathElement {
  return { type: 'index', index, text: `i:${index}` };
}

/** Reads the spelling of an element.
 * @returns undefined for a sort of element that is not known, which is to be ignored
 * @throws TruekeelError `INVALID_FIELDS_V1` */
export function parseElement(text: string): PathElement | undefined {
  if (text.length < 2 || text[1] !== ':') throw invalidElement(text);
  const content = text.slice(2);
  switch (text[0]) {
    case 'f':
      return { type: 'field', name: content, text };
    case 'k': {
      const fields = parseContent(text, content);
      if (!isMap(fields)) throw invalidElement(text);
      return keyElement(fields as Readonly<Record<string, JsonValue>>); // from JSON.parse: no field is undefined
    }
    case 'v':
      return valueElement(parseContent(text, content));
    case 'i':
      if (!/^[-+]?\d+$/.test(content)) throw invalidElement(text);
      return indexElement(Number(content));
    default:
      return undefined;
  }
}

function parseContent(text: string, content: string): JsonValue {
  try {
    return JSON.parse(content) as JsonValue; // what JSON.parse returns is JSON
  } catch (cause) {
    throw invalidElement(text, cause);
  }
}

function invalidElement(text: string, cause?: unknown): TruekeelError {
  return new TruekeelError(
    `managedFields name a field path element that cannot be read: ${JSON.stringify(text)}`,
    {
      code: 'INVALID_FIELDS_V1',
      family: 'validation',
      hint: 'An element is written f:<field>, k:<key as JSON>, v:<value as JSON> or i:<index>.',
      cause,
    },
  );
}

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON as the API server writes it inside an element: sorted fields, and `<`, `>` and `&` escaped, so that our
 * bytes equal its. */
export function elementJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(elementJson).join(',')}]`;
  if (isMap(value))
    return `{${sortedFields(value)
      .map(([name, field]) => `${elementJson(name)}:${elementJson(field)}`)
      .join(',')}}`;
  const text = JSON.stringify(value);
  if (typeof value !== 'string') return text;
  return text
    .replace(/[<>&\u2028\u2029]/g, (character) => ESCAPES[character] ?? character)
    .replace(/\\(\\|[bf])/g, (whole, letter) =>
      letter === 'b' ? '\\u0008' : letter === 'f' ? '\\u000c' : whole,
    );
}

const ORDER: Readonly<Record<PathElement['type'], number>> = { field: 0, key: 1, value: 2, index: 3 };

/** The order in which fieldsV1 lists elements: fields, then keys, then values, then indices. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a.type === 'field' && b.type === 'field') return compareStrings(a.name, b.name);
  if (a.type === 'key' && b.type === 'key') return compareFields(a.fields, b.fields);
  if (a.type === 'value' && b.type === 'value') return compareValues(a.value, b.value);
  if (a.type === 'index' && b.type === 'index') return a.index - b.index;
  return ORDER[a.type] - ORDER[b.type];
}
