/** Fields as people name them: `spec.template.spec.containers[web].image`, as plans print them
 * (`containers[name=web].image`), or as a JSON Pointer (RFC 6901, `/spec/template/spec/containers/0/image`). What was named is
 * looked up in one object, and then means the same in every other state of it: an item of a list is the one with its name,
 * wherever it stands. */
import { canonicalJson, type JsonObject, type JsonValue, TruekeelError } from '../objects/index.ts';
import { type FieldPath, formatPath, isMap, itemMatches } from './field-path.ts';
import { keyFields } from './list-keys.ts';

/** What was written for one step, which the value that it leads into decides the meaning of. */
export type AddressPart =
  /** A field; of a list the item with this name, or at this position. */
  | { readonly name: string }
  /** An item of a list by fields that tell it apart; texts, as they were written. */
  | { readonly fields: Readonly<Record<string, string>> }
  /** An item of a list that is this value. */
  | { readonly value: JsonValue };

/** Where a field is: `index` only in lists whose items nothing tells apart. */
export type FieldStep =
  | { readonly field: string }
  | { readonly key: JsonObject }
  | { readonly value: JsonValue }
  | { readonly index: number };
export type FieldAddress = readonly FieldStep[];

/** @throws TruekeelError `INVALID_FIELD_NAME` */
export function parseAddress(text: string): readonly AddressPart[] {
  const parts = text.startsWith('/') ? pointerParts(text) : dottedParts(text);
  if (parts.length === 0) throw invalidField(text, 'it names no field');
  return parts;
}

function pointerParts(text: string): readonly AddressPart[] {
  if (/~(?![01])/.test(text)) throw invalidField(text, '"~" is written "~0" in a JSON Pointer');
  return text
    .slice(1)
    .split('/')
    .map((name) => ({ name: name.replaceAll('~1', '/').replaceAll('~0', '~') }));
}

/** A name (in which `\.` is a dot), or what stands in brackets: a JSON string counts as one token. */
const TOKEN = /\.?((?:\\.|[^.[\]\\])+)|\[((?:"(?:\\.|[^"\\])*"|[^\]"])*)\]/y;

function dottedParts(text: string): readonly AddressPart[] {
  const parts: AddressPart[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw invalidField(text, `it cannot be read from ${JSON.stringify(text.slice(at))} on`);
    const [token, name, bracket] = match;
    if (name !== undefined && at > 0 && !token.startsWith('.'))
      throw invalidField(text, `there is no dot before ${JSON.stringify(name)}`);
    parts.push(name === undefined ? bracketPart(text, bracket!) : { name: name.replaceAll(/\\(.)/g, '$1') });
  }
  return parts;
}

function bracketPart(text: string, inside: string): AddressPart {
  if (inside.startsWith('"')) {
    const name = parseJson(text, inside);
    if (typeof name === 'string') return { name };
  }
  if (inside.startsWith('=')) return { value: parseJson(text, inside.slice(1)) };
  if (!inside.includes('=')) {
    if (inside === '') throw invalidField(text, 'there is nothing in brackets');
    return { name: inside };
  }
  const fields: (readonly [string, string])[] = [];
  const pair = /([^=,"]+)=("(?:\\.|[^"\\])*"|[^,]*)(?:,|$)/y;
  while (pair.lastIndex < inside.length) {
    const match = pair.exec(inside);
    if (!match) throw invalidField(text, `[${inside}] is not written like [name=web]`);
    const value = match[2]!.startsWith('"') ? parseJson(text, match[2]!) : match[2]!;
    fields.push([match[1]!, typeof value === 'string' ? value : canonicalJson(value)]);
  }
  return { fields: Object.fromEntries(fields) };
}

function parseJson(text: string, json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue; // what JSON.parse returns is JSON
  } catch {
    throw invalidField(text, `${json} is not JSON`);
  }
}

/** What an address leads to in a value.
 * @returns undefined where there is no such field */
export function resolveAddress(
  value: JsonValue,
  parts: readonly AddressPart[],
): { readonly address: FieldAddress; readonly value: JsonValue } | undefined {
  const address: FieldStep[] = [];
  let here = value;
  for (const part of parts) {
    const found = isMap(here)
      ? memberOf(here, part)
      : Array.isArray(here)
        ? itemOf(here as readonly JsonValue[], part)
        : undefined;
    if (!found) return undefined;
    address.push(found.step);
    here = found.value;
  }
  return { address, value: here };
}

interface Found {
  readonly step: FieldStep;
  readonly value: JsonValue;
}

function memberOf(map: JsonObject, part: AddressPart): Found | undefined {
  if (!('name' in part) || !Object.hasOwn(map, part.name)) return undefined;
  const value = map[part.name];
  return value === undefined ? undefined : { step: { field: part.name }, value };
}

function itemOf(list: readonly JsonValue[], part: AddressPart): Found | undefined {
  const keys = keyFields(list);
  const index = list.findIndex((item) => isMeant(item, part, keys));
  // A name that is a number is a position where no item has that name.
  const at =
    index < 0 && 'name' in part && /^(?:0|[1-9]\d{0,8})$/.test(part.name) ? Number(part.name) : index;
  const value = list[at];
  return value === undefined ? undefined : { step: stepOf(list, at, keys), value };
}

function isMeant(item: JsonValue, part: AddressPart, keys: readonly string[] | undefined): boolean {
  if ('value' in part) return canonicalJson(item) === canonicalJson(part.value);
  if (!isMap(item)) return false;
  const texts = 'name' in part ? keys && { [keys[0]!]: part.name } : part.fields;
  if (!texts) return false;
  let agreeing = 0;
  for (const [field, text] of Object.entries(texts)) {
    const own = Object.hasOwn(item, field) ? item[field] : undefined;
    // A key field that the item does not write has its default: a port's protocol.
    if (own === undefined) continue;
    if ((typeof own === 'string' ? own : canonicalJson(own)) !== text) return false;
    agreeing += 1;
  }
  return agreeing > 0;
}

function stepOf(list: readonly JsonValue[], index: number, keys: readonly string[] | undefined): FieldStep {
  if (!keys) return { index };
  // A list with key fields is one of maps.
  const item = list[index] as JsonObject;
  const key = keys.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]] as const]));
  // Only what is one word can be written in brackets.
  return key.some(([, own]) => typeof own === 'object') ? { index } : { key: Object.fromEntries(key) };
}

/** What a state of the object has at an address.
 * @returns undefined where it has nothing */
export function valueAtAddress(object: JsonValue | undefined, address: FieldAddress): JsonValue | undefined {
  let value = object;
  for (const step of address) {
    if ('field' in step)
      value = isMap(value) && Object.hasOwn(value, step.field) ? value[step.field] : undefined;
    else if (!Array.isArray(value)) return undefined;
    else if ('index' in step) value = (value as readonly JsonValue[])[step.index];
    else value = (value as readonly JsonValue[]).find((item) => itemMatches(step, item));
    if (value === undefined) return undefined;
  }
  return value;
}

/** The same way into an object as managedFields know it. Lists without keys are held as a whole.
 * @returns undefined where the object has nothing there */
export function heldPath(object: JsonValue, address: FieldAddress): FieldPath | undefined {
  const path: FieldPath[number][] = [];
  for (const [depth, step] of address.entries()) {
    if ('field' in step) path.push(step);
    else {
      const item = valueAtAddress(object, address.slice(0, depth + 1));
      if (item === undefined) return undefined;
      path.push({ item });
    }
  }
  return path;
}

/** Every single field: scalars, empty maps and lists, and lists whose items nothing tells apart. */
export function fieldAddresses(value: JsonValue): readonly FieldAddress[] {
  const found: FieldAddress[] = [];
  const visit = (here: JsonValue, address: FieldAddress): void => {
    if (isMap(here)) {
      const fields = Object.entries(here).filter(
        (entry): entry is [string, JsonValue] => entry[1] !== undefined,
      );
      if (fields.length > 0 || address.length === 0) {
        for (const [field, child] of fields) visit(child, [...address, { field }]);
        return;
      }
    } else if (Array.isArray(here)) {
      const list = here as readonly JsonValue[];
      const keys = list.length > 0 ? keyFields(list) : undefined;
      if (keys) {
        for (const [index, item] of list.entries()) visit(item, [...address, stepOf(list, index, keys)]);
        return;
      }
    }
    found.push(address);
  };
  visit(value, []);
  return found;
}

/** `spec.template.spec.containers[name=web].args[0]`: {@link parseAddress} reads it. */
export function formatAddress(address: FieldAddress): string {
  let text = '';
  for (const step of address) {
    if ('index' in step) text += `[${step.index}]`;
    else if ('key' in step) text += `[${Object.entries(step.key).map(formatKeyField).join(',')}]`;
    else {
      const part = formatPath([step]);
      text += 'field' in step && text !== '' && !part.startsWith('[') ? `.${part}` : part;
    }
  }
  return text;
}

function formatKeyField([field, value]: readonly [string, JsonValue | undefined]): string {
  const plain = typeof value === 'string' && !/[\],=\s"\\]|^$/.test(value);
  return `${field}=${plain ? value : JSON.stringify(value)}`;
}

function invalidField(text: string, why: string): TruekeelError {
  return new TruekeelError(`${JSON.stringify(text)} names no field: ${why}`, {
    code: 'INVALID_FIELD_NAME',
    family: 'usage',
    hint: 'Write it as plans do, `spec.template.spec.containers[web].image`, `metadata.labels["example.com/tier"]`, or as a JSON Pointer.',
  });
}
