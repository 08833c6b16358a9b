/** From types to interfaces of TypeScript. */
import { type DeclaredMember, type DeclaredStruct, type DeclaredValue, structsOf } from './declared-types.ts';
import { defaultTag, docComment } from './documentation.ts';
import { LINE_WIDTH } from './line-width.ts';
import { literal, propertyKey } from './literals.ts';

/** The interface of an object's properties, and those that it refers to, in the order in which they are met. */
export function propsDeclarations(props: DeclaredStruct): readonly string[] {
  const metadata = docComment(
    ['Name, namespace, labels, annotations and the like.'],
    ['@default - named after its place in the program'],
    '  ',
  );
  const [own, ...others] = structsOf(props);
  return [
    declaration(own!, [`${metadata}  readonly metadata?: ApiObjectMetadata;\n`]),
    ...others.map((struct) => declaration(struct, [])),
  ];
}

function declaration(
  { name, description, rules, members, isOpen }: DeclaredStruct,
  first: readonly string[],
): string {
  const lines = [...first, ...members.map(member)];
  if (isOpen) lines.push('  readonly [field: string]: unknown;\n');
  const doc = docComment([description, rules.join('\n')], [], '');
  return `${doc}export interface ${name} {\n${lines.join('\n')}}\n`;
}

function member(declared: DeclaredMember): string {
  const { name, isRequired, type, description, rules } = declared;
  const doc = docComment([description, rules.join('\n')], defaultTag(declared), '  ');
  const start = `  readonly ${propertyKey(name)}${isRequired ? '' : '?'}:`;
  return `${doc}${start}${union(alternatives(type), start.length)};\n`;
}

function alternatives(type: DeclaredValue): readonly string[] {
  const types = notNull(type);
  return type.nullable && type.kind !== 'any' ? [...types, 'null'] : types;
}

function notNull(type: DeclaredValue): readonly string[] {
  switch (type.kind) {
    case 'any':
      return ['unknown'];
    case 'numberOrString':
      return ['number', 'string'];
    case 'literals':
      return type.values.map(literal);
    case 'list': {
      const item = alternatives(type.of);
      return [item.length > 1 ? `readonly (${item.join(' | ')})[]` : `readonly ${element(item[0]!)}[]`];
    }
    case 'map':
      return [`{ readonly [name: string]: ${type.of ? alternatives(type.of).join(' | ') : 'never'} }`];
    case 'struct':
      return [type.struct.name];
    default:
      return [type.kind];
  }
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
