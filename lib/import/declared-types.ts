/** The types that a schema stands for, before a language writes them down. */
import { compareText } from '../objects/index.ts';
import type { SchemaNode } from '../schemas/index.ts';
import { isOpenMap, namesIn, rootOf } from './checked-schema.ts';
import { constraints } from './documentation.ts';
import { type TypeNames, upperFirst } from './names.ts';

export type DeclaredType =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'any' }
  | { readonly kind: 'numberOrString' }
  /** One of these values. At least one. */
  | { readonly kind: 'literals'; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: 'list'; readonly of: DeclaredValue }
  /** Undefined where the schema allows no entry. */
  | { readonly kind: 'map'; readonly of: DeclaredValue | undefined }
  | { readonly kind: 'struct'; readonly struct: DeclaredStruct };

/** A type, and whether null is a value of it. */
export type DeclaredValue = DeclaredType & { readonly nullable: boolean };

export interface DeclaredStruct {
  readonly name: string;
  readonly description: string;
  /** What its values have to be, a sentence each. */
  readonly rules: readonly string[];
  /** By name of the field. */
  readonly members: readonly DeclaredMember[];
  /** Whether it takes fields that its schema does not name, with any value. */
  readonly isOpen: boolean;
  /** Whether every member is called as its field, and so perhaps illegally, since others could have any other name. */
  readonly keepsNames: boolean;
}

export interface DeclaredMember {
  readonly name: string;
  readonly isRequired: boolean;
  readonly type: DeclaredValue;
  readonly description: string;
  /** What its values have to be, and what it is called in the object: a sentence each. */
  readonly rules: readonly string[];
  /** What the server fills in; undefined where it does not. */
  readonly default: unknown;
}

/** The properties of an object, and below them every struct that they are made of.
 * @param name of the properties, already taken
 * @param typeNames gives the others theirs */
export function declaredProps(
  schema: SchemaNode,
  { name, description }: { readonly name: string; readonly description: string },
  typeNames: TypeNames,
): DeclaredStruct {
  // As others see it: `FooProps` has `FooSpec`, not `FooPropsSpec`.
  return structOf({ ...rootOf(schema), description }, name, name.replace(/Props$/, ''), typeNames);
}

/** A struct and those that it refers to, in the order in which they are met.
 * @param isTaken whether to take a struct that another refers to, and look into it */
export function structsOf(
  struct: DeclaredStruct,
  isTaken: (struct: DeclaredStruct) => boolean = () => true,
): readonly DeclaredStruct[] {
  const within = (type: DeclaredType): readonly DeclaredStruct[] => {
    if (type.kind === 'struct') return isTaken(type.struct) ? structsOf(type.struct, isTaken) : [];
    return (type.kind === 'list' || type.kind === 'map') && type.of ? within(type.of) : [];
  };
  return [struct, ...struct.members.flatMap(({ type }) => within(type))];
}

function structOf(object: SchemaNode, name: string, prefix: string, typeNames: TypeNames): DeclaredStruct {
  const names = namesIn(object);
  const fields = Object.keys(object.properties ?? {}).sort(compareText);
  return {
    name,
    description: object.description ?? '',
    rules: constraints(object),
    members: fields.map((field): DeclaredMember => {
      const schema = object.properties![field]!;
      const property = names.get(field)!;
      return {
        name: property,
        isRequired: Boolean(object.required?.includes(field)) && schema.default === undefined,
        type: typeOf(schema, `${prefix}${upperFirst(property)}`, typeNames),
        description: schema.description ?? '',
        rules: [...(property === field ? [] : [`Called ${field} in the object.`]), ...ownRules(schema)],
        default: schema.default,
      };
    }),
    isOpen: isOpenMap(object),
    keepsNames: isOpenMap(object) || object['x-kubernetes-embedded-resource'] === true,
  };
}

function typeOf(schema: SchemaNode, wanted: string, typeNames: TypeNames): DeclaredValue {
  return { ...notNull(schema, wanted, typeNames), nullable: schema.nullable === true };
}

function notNull(schema: SchemaNode, wanted: string, typeNames: TypeNames): DeclaredType {
  const { type, items, additionalProperties, properties, enum: values } = schema;
  if (schema['x-kubernetes-int-or-string']) return { kind: 'numberOrString' };
  if (values && values.length > 0 && values.every(isAtom)) {
    return { kind: 'literals', values: [...new Set(values)] };
  }
  switch (type) {
    case 'string':
    case 'boolean':
      return { kind: type };
    case 'integer':
    case 'number':
      return { kind: 'number' };
    case 'array':
      return { kind: 'list', of: typeOf(items ?? {}, wanted, typeNames) };
    case 'object': {
      if (properties && Object.keys(properties).length > 0) {
        const name = typeNames.take(wanted);
        return { kind: 'struct', struct: structOf(schema, name, name, typeNames) };
      }
      if (typeof additionalProperties === 'object') {
        return { kind: 'map', of: typeOf(additionalProperties, wanted, typeNames) };
      }
      return { kind: 'map', of: isOpenMap(schema) ? { kind: 'any', nullable: false } : undefined };
    }
    default:
      return { kind: 'any' };
  }
}

/** What a struct says about itself is not said again where it is used. */
function ownRules(schema: SchemaNode): readonly string[] {
  return schema.type === 'object' && schema.properties ? [] : constraints(schema);
}

function isAtom(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
