/** From the constructs of a group to a jsii assembly: what Python, Java and Go are told of them. It is what jsii would make of
 * their TypeScript, if it took all of it: literals are strings here, and names stay as the fields are called (`clusterIP`). */
import { canonicalJson, digestOf, type JsonObject } from '../objects/index.ts';
import type { ConstructGroup, DeclaredConstruct } from './construct-group.ts';
import {
  type DeclaredMember,
  type DeclaredStruct,
  type DeclaredType,
  type DeclaredValue,
  structsOf,
} from './declared-types.ts';
import { defaultText } from './documentation.ts';
import { isLegalProperty } from './names.ts';

/** A package that constructs are built on. */
export interface JsiiDependency {
  readonly name: string;
  /** `^2.68.91` */
  readonly version: string;
  /** What it is called in each language, as its package.json says. */
  readonly targets: JsonObject;
}

/** Constructs are no release of anything. */
export const ASSEMBLY_VERSION = '0.0.0';

/** The format, jsii/0.10.0: `@jsii/spec`, "Assembly". That of the compiler whose output this looks like. */
const FORMAT = { schema: 'jsii/0.10.0', jsiiVersion: '6.0.16' };

/** @param name of the assembly, which is that of its package
 * @param targets what it is called in each language: `{ python: { distName, module } }` */
export function assemblyOf(
  { group, constructs }: ConstructGroup,
  name: string,
  targets: JsonObject,
  dependencies: readonly JsiiDependency[],
): JsonObject {
  const types = constructs.flatMap((construct) => [
    classOf(construct, name),
    ...structsOf(construct.props, isStruct).map((struct) => interfaceOf(struct, construct, name)),
  ]);
  const assembly: JsonObject = {
    ...FORMAT,
    name,
    version: ASSEMBLY_VERSION,
    description: `The constructs of ${group}`,
    author: { name: 'truekeel import crd', roles: ['author'] },
    license: 'UNLICENSED',
    homepage: `https://${group}`,
    repository: { type: 'git', url: `https://${group}` },
    targets,
    dependencies: Object.fromEntries(dependencies.map((one) => [one.name, one.version])),
    dependencyClosure: Object.fromEntries(dependencies.map((one) => [one.name, { targets: one.targets }])),
    types: Object.fromEntries(types.map((type) => [`${type.fqn}`, type])),
  };
  return { ...assembly, fingerprint: digestOf(canonicalJson(assembly)) };
}

function classOf(
  { className, props, checked, ...construct }: DeclaredConstruct,
  assembly: string,
): JsonObject {
  const { description, deprecation } = construct;
  const fqn = `${assembly}.${className}`;
  const place = [
    parameter('scope', { fqn: 'constructs.Construct' }, 'where it belongs'),
    parameter('id', { primitive: 'string' }, 'its name among its neighbours'),
  ];
  const fields = parameter('props', { fqn: `${assembly}.${props.name}` }, 'its fields');
  return {
    ...named(className, assembly),
    kind: 'class',
    base: 'cdk8s.ApiObject',
    docs: docs(description, deprecation === undefined ? {} : { deprecated: deprecation }),
    initializer: {
      docs: docs(['Declares the object.']),
      parameters: [...place, checked.required === undefined ? { ...fields, optional: true } : fields],
    },
    methods: [
      {
        name: 'fromManifest',
        static: true,
        docs: docs(['The object that a manifest describes, with fields named as in YAML.']),
        parameters: [...place, parameter('manifest', { primitive: 'any' }, 'the object as JSON')],
        returns: { type: { fqn } },
      },
    ],
  };
}

function interfaceOf(struct: DeclaredStruct, { props }: DeclaredConstruct, assembly: string): JsonObject {
  const { name, description, rules, members } = struct;
  // An object that takes fields of any name takes those that are no name here by `fromManifest`.
  const properties = members
    .filter((member) => isLegalProperty(member.name))
    .map((member) => property(member, assembly));
  return {
    ...named(name, assembly),
    kind: 'interface',
    datatype: true,
    docs: docs([description, ...rules]),
    properties: struct === props ? [METADATA, ...properties] : properties,
  };
}

function property(
  { name, isRequired, type, description, rules, ...member }: DeclaredMember,
  assembly: string,
): JsonObject {
  const filledIn = defaultText(member);
  return {
    name,
    abstract: true,
    immutable: true,
    ...(!isRequired && { optional: true }),
    type: reference(type, assembly),
    docs: docs(
      [description, ...allowed(type), ...rules],
      filledIn === undefined ? {} : { default: filledIn },
    ),
  };
}

const METADATA: JsonObject = {
  name: 'metadata',
  abstract: true,
  immutable: true,
  optional: true,
  type: { fqn: 'cdk8s.ApiObjectMetadata' },
  docs: {
    summary: 'Name, namespace, labels, annotations and the like.',
    default: '- named after its place in the program',
  },
};

function parameter(name: string, type: JsonObject, summary: string): JsonObject {
  return { name, type, docs: { summary } };
}

function named(name: string, assembly: string): JsonObject {
  return { assembly, name, fqn: `${assembly}.${name}` };
}

function reference(type: DeclaredType, assembly: string): JsonObject {
  switch (type.kind) {
    case 'numberOrString':
      return { union: { types: [{ primitive: 'number' }, { primitive: 'string' }] } };
    case 'literals': {
      const [first, ...others] = new Set(type.values.map((value) => typeof value));
      return { primitive: others.length === 0 ? first! : 'any' };
    }
    case 'list':
      return collection('array', type.of, assembly);
    case 'map':
      return collection('map', type.of, assembly);
    case 'struct':
      return isStruct(type.struct)
        ? { fqn: `${assembly}.${type.struct.name}` }
        : collection('map', undefined, assembly);
    default:
      return { primitive: type.kind };
  }
}

function collection(kind: 'array' | 'map', of: DeclaredValue | undefined, assembly: string): JsonObject {
  return { collection: { kind, elementtype: of ? reference(of, assembly) : { primitive: 'any' } } };
}

/** What has fields of any name is a map in these languages: a struct has just its members. */
function isStruct({ keepsNames }: DeclaredStruct): boolean {
  return !keepsNames;
}

/** What TypeScript's type says. */
function allowed(type: DeclaredType): readonly string[] {
  if (type.kind === 'literals') return [`One of: ${type.values.map((value) => `\`${value}\``).join(', ')}.`];
  return type.kind === 'list' ? allowed(type.of).map((text) => `Each item: ${text}`) : [];
}

function docs(paragraphs: readonly string[], more: JsonObject = {}): JsonObject {
  const [summary, ...remarks] = paragraphs
    .flatMap((text) => text.trim().split(/\n\n+/))
    .filter((text) => text !== '');
  return {
    ...(summary !== undefined && { summary }),
    ...(remarks.length > 0 && { remarks: remarks.join('\n\n') }),
    ...more,
  };
}
