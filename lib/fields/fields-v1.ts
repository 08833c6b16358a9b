/** The wire form of a field set: `fieldsV1` of `metadata.managedFields`, with the bytes that Kubernetes writes. */
import type { JsonObject, JsonValue } from '../objects/index.ts';
import { TruekeelError } from '../objects/index.ts';
import { FieldSet } from './field-set.ts';
import { fieldElement, parseElement } from './path-element.ts';
import { isMap } from './value.ts';

/** Reads `fieldsV1`. Elements of a sort that is not known are ignored.
 * @throws TruekeelError `INVALID_FIELDS_V1` */
export function parseFieldsV1(fieldsV1: JsonObject): FieldSet {
  return readNode(fieldsV1).below;
}

function readNode(node: JsonValue | undefined): { readonly member: boolean; readonly below: FieldSet } {
  if (node === null || node === undefined) return { member: true, below: FieldSet.empty };
  if (!isMap(node))
    throw new TruekeelError(`managedFields hold ${JSON.stringify(node)} where an object is expected`, {
      code: 'INVALID_FIELDS_V1',
      family: 'validation',
      hint: 'The value of fieldsV1 is a tree of JSON objects; a leaf is {}.',
    });
  let member = false;
  const entries = [];
  for (const [text, child] of Object.entries(node)) {
    if (text === '.') {
      member = true;
      continue;
    }
    const element = text.startsWith('f:') ? fieldElement(text.slice(2)) : parseElement(text);
    if (element !== undefined) entries.push({ element, ...readNode(child) });
  }
  const below = FieldSet.from(entries);
  return { member: member || below.isEmpty(), below };
}

/** Writes `fieldsV1`; JSON.stringify of it gives the bytes that Kubernetes writes. */
export function printFieldsV1(set: FieldSet): JsonObject {
  return Object.fromEntries(
    set
      .entries()
      .map(({ element, member, below }) => [
        element.text,
        member && !below.isEmpty() ? { '.': {}, ...printFieldsV1(below) } : printFieldsV1(below),
      ]),
  );
}
