/** From the values of a Helm chart to their type: what its values.schema.json says, and what its values.yaml has. */
import type { JsonObject, JsonValue } from '../objects/index.ts';
import { defaultTag, docComment } from './documentation.ts';
import { record } from './fields.ts';
import { literal, propertyKey } from './literals.ts';
import { TypeNames } from './names.ts';
import { isMap } from './structural-schema.ts';

export interface DescribedChart {
  /** As the program calls it. */
  readonly name: string;
  readonly version: string;
  /** Its values.yaml. */
  readonly defaults: JsonObject;
  /** Its values.schema.json. */
  readonly schema?: JsonValue;
  /** Names below which values of other charts in it stand. */
  readonly dependencies: readonly string[];
}

/** How a file begins that was made here. */
export const VALUES_HEADER = '// The values of the chart ';

/** Schemas and values are looked into so deep; what lies deeper can be anything. */
const DEEPEST = 12;

/** The text of a module with one interface, such as `RedisValues`. What is not known of the chart is refused at the top, where
 * Helm would not see that it is misspelt, and taken below. */
export function generateChartValues(chart: DescribedChart): string {
  const { name, version, defaults, dependencies } = chart;
  const root = record(chart.schema);
  const typeName = new TypeNames().take(`${name}-values`);
  const others = Object.fromEntries(['global', ...dependencies].map((one) => [one, {}]));
  const members = membersOf(root, { ...others, ...defaults }, { root, depth: 0, indent: '  ' });
  const doc = docComment([`What can be given to the chart ${name}; null takes a default away.`], [], '');
  return `${VALUES_HEADER}${name} ${version}, by truekeel import helm: do not edit.\n\n${doc}export interface ${typeName} {\n${members.join('\n')}}\n`;
}

interface Position {
  /** The whole schema, to which references lead. */
  readonly root: JsonObject;
  readonly depth: number;
  readonly indent: string;
}

function membersOf(schema: JsonObject, defaults: JsonObject, at: Position): readonly string[] {
  const properties = record(schema.properties);
  const names = new Set([...Object.keys(properties), ...Object.keys(defaults)]);
  return [...names].sort().map((name) => {
    const field = resolved(record(Object.hasOwn(properties, name) ? properties[name] : undefined), at.root);
    const value = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    const { description } = field;
    // What a map holds by default stands with its fields.
    const tags = isMap(value) || value === undefined || value === null ? [] : defaultTag({ default: value });
    const doc = docComment([typeof description === 'string' ? description : ''], tags, at.indent);
    const types = typesOf(field, value, at);
    const nullable = types.includes('unknown') ? ['unknown'] : [...new Set([...types, 'null'])];
    return `${doc}${at.indent}readonly ${propertyKey(name)}?: ${nullable.join(' | ')};\n`;
  });
}

function typesOf(schema: JsonObject, value: JsonValue | undefined, at: Position): readonly string[] {
  if (at.depth > DEEPEST) return ['unknown'];
  if (Array.isArray(schema.enum) && schema.enum.length > 0) {
    const isAtom = (one: JsonValue) => one === null || typeof one !== 'object';
    return schema.enum.every(isAtom) ? schema.enum.map((one) => literal(one as string)) : ['unknown'];
  }
  // Several schemas at once are more than a type says.
  if (['anyOf', 'oneOf', 'allOf'].some((several) => schema[several] !== undefined)) return ['unknown'];
  const { type } = schema;
  if (type !== undefined) {
    const named = Array.isArray(type) ? type : [type];
    return named.flatMap((one: JsonValue) => typeNamed(String(one), schema, value, at));
  }
  if (schema.properties !== undefined || isMap(value)) return typeNamed('object', schema, value, at);
  // A quantity or a share can stand where a number does by default.
  if (typeof value === 'number') return ['number', 'string'];
  if (typeof value === 'string' || typeof value === 'boolean') return [typeof value];
  return Array.isArray(value) ? ['readonly unknown[]'] : ['unknown'];
}

function typeNamed(
  type: string,
  schema: JsonObject,
  value: JsonValue | undefined,
  at: Position,
): readonly string[] {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return [type];
    case 'integer':
    case 'number':
      return ['number'];
    case 'array': {
      const inner = { ...at, depth: at.depth + 1, indent: `${at.indent}  ` };
      const types = isMap(schema.items)
        ? typesOf(resolved(record(schema.items), at.root), undefined, inner)
        : ['unknown'];
      const [only = ''] = types;
      const isSimple = types.length === 1 && !only.startsWith('readonly ');
      return [isSimple ? `readonly ${only}[]` : `readonly (${types.join(' | ')})[]`];
    }
    case 'object': {
      const indent = `${at.indent}  `;
      const members = membersOf(schema, record(value), { root: at.root, depth: at.depth + 1, indent });
      const open =
        schema.additionalProperties === false ? [] : [`${indent}readonly [name: string]: unknown;\n`];
      return [`{\n${[...members, ...open].join('\n')}${at.indent}}`];
    }
    default:
      return ['unknown'];
  }
}

/** What a reference within the schema leads to; nothing is known where it leads nowhere, or to another one without end. */
function resolved(schema: JsonObject, root: JsonObject): JsonObject {
  let at = schema;
  for (let hops = 0; typeof at.$ref === 'string'; hops += 1) {
    if (hops > DEEPEST || !at.$ref.startsWith('#/')) return {};
    let target: unknown = root;
    for (const step of at.$ref.slice(2).split('/')) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      target = isMap(target) && Object.hasOwn(target, name) ? record(target)[name] : undefined;
    }
    at = record(target);
  }
  return at;
}
