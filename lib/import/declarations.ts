/** From schemas to declarations of interfaces. */

import type { SchemaNode } from '../schemas/index.ts';
import { isOpenMap, namesIn, rootOf } from './checked-schema.ts';
import { constraints, defaultTag, docComment } from './documentation.ts';
import { LINE_WIDTH } from './line-width.ts';
import { literal, propertyKey } from './literals.ts';
import { type TypeNames, upperFirst } from './names.ts';

/** The interface of an object's properties, and those that it refers to, in the order in which they are met.
 * @param name of the first, already taken
 * @param typeNames gives the others theirs */
export function propsDeclarations(
  schema: SchemaNode,
  { name, description }: { readonly name: string; readonly description: string },
  typeNames: TypeNames,
): readonly string[] {
  const declarations: string[] = [];
  const root = rootOf(schema);
  const metadata = docComment(
    ['Name, namespace, labels, annotations and the like.'],
    ['@default - named after its place in the program'],
    '  ',
  );
  // As others see it: `FooProps` has `FooSpec`, not `FooPropsSpec`.
  const prefix = name.replace(/Props$/, '');
  declare({ ...root, description }, name, prefix, [`${metadata}  readonly metadata?: ApiObjectMetadata;\n`]);
  return declarations;

  function declare(object: SchemaNode, as: string, below: string, first: readonly string[]): void {
    const index = declarations.push('') - 1;
    const names = namesIn(object);
    const fields = Object.keys(object.properties ?? {}).sort();
    const members = fields.map((field) => member(object, field, names.get(field)!, below));
    if (isOpenMap(object)) members.push('  readonly [field: string]: unknown;\n');
    const doc = docComment([object.description ?? '', constraints(object).join('\n')], [], '');
    declarations[index] = `${doc}export interface ${as} {\n${[...first, ...members].join('\n')}}\n`;
  }

  function member(object: SchemaNode, field: string, property: string, below: string): string {
    const schema = object.properties![field]!;
    const isRequired = object.required?.includes(field) && schema.default === undefined;
    const called = property === field ? [] : [`Called ${field} in the object.`];
    const rules = constraintsOf(schema);
    const doc = docComment(
      [schema.description ?? '', [...called, ...rules].join('\n')],
      defaultTag(schema),
      '  ',
    );
    const key = propertyKey(property);
    const type = typeOf(schema, `${below}${upperFirst(property)}`);
    const start = `  readonly ${key}${isRequired ? '' : '?'}:`;
    return `${doc}${start}${union(type, start.length)};\n`;
  }

  /** Alternatives of a type. */
  function typeOf(schema: SchemaNode, wanted: string): readonly string[] {
    const types = notNull(schema, wanted);
    return schema.nullable && !types.includes('unknown') ? [...types, 'null'] : types;
  }

  function notNull(schema: SchemaNode, wanted: string): readonly string[] {
    const { type, items, additionalProperties, properties } = schema;
    if (schema['x-kubernetes-int-or-string']) return ['number', 'string'];
    if (schema.enum && schema.enum.length > 0 && schema.enum.every(isAtom))
      return [...new Set(schema.enum.map(literal))];
    switch (type) {
      case 'string':
      case 'boolean':
        return [type];
      case 'integer':
      case 'number':
        return ['number'];
      case 'array': {
        const item = typeOf(items ?? {}, wanted);
        return [item.length > 1 ? `readonly (${item.join(' | ')})[]` : `readonly ${element(item[0]!)}[]`];
      }
      case 'object': {
        if (properties && Object.keys(properties).length > 0) {
          const name = typeNames.take(wanted);
          declare(schema, name, name, []);
          return [name];
        }
        if (typeof additionalProperties === 'object') {
          return [`{ readonly [name: string]: ${typeOf(additionalProperties, wanted).join(' | ')} }`];
        }
        return [`{ readonly [name: string]: ${isOpenMap(schema) ? 'unknown' : 'never'} }`];
      }
      default:
        return ['unknown'];
    }
  }
}

/** What an interface says about itself is not said again where it is used. */
function constraintsOf(schema: SchemaNode): readonly string[] {
  return schema.type === 'object' && schema.properties ? [] : constraints(schema);
}

function isAtom(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** `readonly` binds to the list that follows it. */
function element(type: string): string {
  return type.startsWith('readonly ') ? `(${type})` : type;
}

/** The alternatives behind `readonly name:`, on one line where they fit. */
function union(types: readonly string[], start: number): string {
  const line = ` ${types.join(' | ')}`;
  if (start + line.length + 1 <= LINE_WIDTH) return line;
  if (types.length > 1) return types.map((type) => `\n    | ${type}`).join('');
  const list = /^readonly \((.* \| .*)\)\[\]$/.exec(types[0]!);
  if (list)
    return ` readonly (${list[1]!
      .split(' | ')
      .map((type) => `\n    | ${type}`)
      .join('')}\n  )[]`;
  const map = /^\{ readonly \[name: string\]: (.*) \}$/.exec(types[0]!);
  if (!map) return line;
  const entry = `    readonly [name: string]: ${map[1]};`;
  const fits = entry.length <= LINE_WIDTH;
  return ` {\n${fits ? entry : `    readonly [\n      name: string\n    ]: ${map[1]};`}\n  }`;
}
