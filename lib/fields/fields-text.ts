/** The JSON of a value's fieldsV1, written straight from the value: for every object that is written, a field set and
 * its printed form would only be made to be thrown away. */
import { compareText, type JsonValue } from '../objects/index.ts';
import { itemsByElement } from './list-items.ts';
import type { ListSchema, MapSchema, Schema } from './schema.ts';
import { schemaOfField, shapeOf } from './schema.ts';
import { fieldsOf, isList, isMap } from './value.ts';

/** A field or an item: its spelling in fieldsV1, whether it is a member itself, and the members of what is in it. */
interface Node {
  readonly text: string;
  readonly member: boolean;
  readonly inside: string;
}

/** What {@link toFieldSet} says of a value, as canonical JSON (members sorted, no white space) of fieldsV1. */
export function fieldsText(value: JsonValue, schema: Schema): string {
  return `{${inside(value, schema) ?? ''}}`;
}

/** @returns members of a JSON object; undefined where the value counts as one field, whatever is in it */
function inside(value: JsonValue, schema: Schema): string | undefined {
  const shape = shapeOf(schema, value);
  if (shape === 'map' && schema.map?.relationship === 'granular') return insideMap(value, schema.map);
  if (shape === 'list' && schema.list?.relationship === 'associative') return insideList(value, schema.list);
  return undefined;
}

function insideMap(value: JsonValue, map: MapSchema): string {
  if (!isMap(value)) return '';
  const nodes: Node[] = [];
  for (const [name, field] of fieldsOf(value)) {
    const below = inside(field, schemaOfField(map, name));
    const isEmptyMap = isMap(field) && fieldsOf(field).length === 0;
    const member = below === undefined || field === null || isEmptyMap || !map.fields.has(name);
    nodes.push({ text: `f:${name}`, member, inside: below ?? '' });
  }
  return print(nodes);
}

function insideList(value: JsonValue, list: ListSchema): string {
  if (!isList(value)) return '';
  const byText = new Map<string, Node>();
  for (const { element, item } of itemsByElement(list, value)) {
    const { text } = element;
    // Items with the same key are owned together and as a whole.
    const below = byText.has(text) ? '' : (inside(item, list.items) ?? '');
    byText.set(text, { text, member: true, inside: below });
  }
  return print([...byText.values()]);
}

function print(nodes: Node[]): string {
  return nodes
    .filter((node) => node.member || node.inside !== '')
    .sort((a, b) => compareText(a.text, b.text))
    .map(({ text, member, inside }) =>
      member && inside !== ''
        ? `${JSON.stringify(text)}:{".":{},${inside}}`
        : `${JSON.stringify(text)}:{${inside}}`,
    )
    .join(',');
}
