/** What other languages are told of imported constructs: an assembly as jsii has them, which says what TypeScript is told. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assembly, type InterfaceType, type TypeReference, validateAssembly } from '@jsii/spec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  generateConstructs,
  generateJsiiPackages,
  type JsiiPackage,
  readDefinitions,
} from '../../lib/import/index.ts';
import { stripTypes } from '../../synth/program/strip-types.ts';
import { objects } from './schemas.ts';

const SAMPLE = readFileSync(join(import.meta.dirname, 'testdata', 'definitions.yaml'), 'utf8');

const DEPENDENCIES = ['cdk8s', 'constructs', 'truekeel'].map((name) => ({
  name,
  version: '^1.0.0',
  targets: { python: { distName: name, module: name } },
}));

const definitionsOf = (text: string) => readDefinitions([{ file: 'sample.yaml', text }]).definitions;

const packagesOf = (text: string): readonly JsiiPackage[] =>
  generateJsiiPackages(
    definitionsOf(text),
    (name) => ({ python: { distName: name, module: name } }),
    DEPENDENCIES,
  );

const assemblyIn = ({ assembly }: JsiiPackage): Assembly => validateAssembly(JSON.parse(assembly));

/** A definition with one spec, or the whole schema where it has a type. */
const definition = (schema: object): string =>
  JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  });

const structsOf = (assembly: Assembly): ReadonlyMap<string, InterfaceType> =>
  new Map(
    Object.values(assembly.types ?? {}).flatMap((type) =>
      type.kind === 'interface' ? [[type.name, type as InterfaceType]] : [],
    ),
  );

const memberTypes = (schema: object): Readonly<Record<string, TypeReference>> => {
  const spec = { type: 'object', properties: { spec: { type: 'object', properties: { field: schema } } } };
  const members = structsOf(assemblyIn(packagesOf(definition(spec))[0]!)).get('WidgetSpec')?.properties ?? [];
  return Object.fromEntries(members.map(({ name, type }) => [name, type]));
};

/** Members of the interfaces of TypeScript: `size` → whether it has to be given. */
const interfacesOf = (text: string): ReadonlyMap<string, ReadonlyMap<string, boolean>> =>
  new Map(
    [...text.matchAll(/^export interface (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name, body]) => [
      name!,
      new Map([...body!.matchAll(/^ {2}readonly (\w+)(\??):/gm)].map(([, of, mark]) => [of!, mark === ''])),
    ]),
  );

describe('the assembly of imported constructs', () => {
  it('has the classes of TypeScript, which make an ApiObject', () => {
    for (const one of packagesOf(SAMPLE)) {
      const classes = Object.values(assemblyIn(one).types ?? {}).filter(({ kind }) => kind === 'class');
      expect(classes.map(({ name }) => name)).toEqual(one.constructs);
      expect(classes).toEqual(classes.map(() => expect.objectContaining({ base: 'cdk8s.ApiObject' })));
    }
  });

  it('has the members of TypeScript, and asks for the same, whatever the schema', () => {
    fc.assert(
      fc.property(objects(4), ({ schema }) => {
        const text = definition({ type: 'object', properties: { spec: schema } });
        const structs = structsOf(assemblyIn(packagesOf(text)[0]!));
        const interfaces = interfacesOf(generateConstructs(definitionsOf(text))[0]!.text);
        for (const [name, { properties = [] }] of structs) {
          const members = new Map(properties.map((member) => [member.name, member.optional !== true]));
          expect([...members].sort(), name).toEqual([...interfaces.get(name)!].sort());
        }
      }),
      { numRuns: 100 },
    );
  });

  it('refers to nothing that it does not have', () => {
    fc.assert(
      fc.property(objects(4), ({ schema }) => {
        const [one] = packagesOf(definition({ type: 'object', properties: { spec: schema } }));
        const { types = {} } = assemblyIn(one!);
        const named = one!.assembly.match(/(?<="fqn":")example-com\.\w+/g) ?? [];
        expect(named.filter((fqn) => !(fqn in types))).toEqual([]);
        const used = new Set(
          JSON.stringify(Object.values(types).map((type) => ({ ...type, fqn: '' }))).match(
            /example-com\.\w+/g,
          ),
        );
        expect(Object.keys(types).filter((fqn) => !used.has(fqn) && !fqn.endsWith('.Widget'))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    [
      'a number or a text',
      { 'x-kubernetes-int-or-string': true },
      { union: { types: [{ primitive: 'number' }, { primitive: 'string' }] } },
    ],
    ['one of some texts', { type: 'string', enum: ['a', 'b'] }, { primitive: 'string' }],
    [
      'one of some values',
      { enum: ['a', 1], 'x-kubernetes-preserve-unknown-fields': true },
      { primitive: 'any' },
    ],
    [
      'a list',
      { type: 'array', items: { type: 'integer' } },
      { collection: { kind: 'array', elementtype: { primitive: 'number' } } },
    ],
    [
      'a map',
      { type: 'object', additionalProperties: { type: 'boolean' } },
      { collection: { kind: 'map', elementtype: { primitive: 'boolean' } } },
    ],
    [
      'an object that takes fields of any name',
      {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: { default: { type: 'string' } },
      },
      { collection: { kind: 'map', elementtype: { primitive: 'any' } } },
    ],
  ])('gives %s a type', (_, schema, type) => {
    expect(memberTypes(schema)).toEqual({ field: type });
  });

  it('has the legal fields of an object that takes any', () => {
    const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const text = definition({
      ...open,
      properties: { size: { type: 'integer' }, default: { type: 'string' } },
    });
    const props = structsOf(assemblyIn(packagesOf(text)[0]!)).get('WidgetProps');
    expect(props?.properties?.map(({ name }) => name)).toEqual(['metadata', 'size']);
  });

  it('says which values there are, and what a field is called', () => {
    const properties = {
      default: { type: 'string', enum: ['a', 'b'], default: 'a', description: 'A letter.\n\nOr two.' },
    };
    const text = definition({ type: 'object', properties: { spec: { type: 'object', properties } } });
    const [member] = structsOf(assemblyIn(packagesOf(text)[0]!)).get('WidgetSpec')?.properties ?? [];
    expect(member).toMatchObject({
      name: 'defaultValue',
      docs: {
        summary: 'A letter.',
        remarks: 'Or two.\n\nOne of: `a`, `b`.\n\nCalled default in the object.',
        default: 'a',
      },
    });
  });
});

describe('the package of imported constructs', () => {
  it('is called after its group, so that every language takes the name', () => {
    const groups = ['cert-manager.io', '3scale.net', 'import'];
    const text = groups
      .map((group) => definition({ type: 'object' }).replaceAll('example.com', group))
      .join('\n---\n');
    expect(
      packagesOf(text).map(({ group, name, assembly }) => [group, name, JSON.parse(assembly).name]),
    ).toEqual([
      ['3scale.net', 'group_3scale_net', 'group-3scale-net'],
      ['cert-manager.io', 'cert_manager_io', 'cert-manager-io'],
      ['import', 'group_import', 'group-import'],
    ]);
  });

  it('has classes by which the runtime of jsii knows them', async () => {
    const [one] = packagesOf(definition({ type: 'object', properties: { size: { type: 'integer' } } }));
    const source = stripTypes(one!.source).replace("'truekeel/imported'", JSON.stringify(IMPORTED));
    const module = await import(`data:text/javascript,${encodeURIComponent(source)}`);
    expect(module.Widget[Symbol.for('jsii.rtti')]).toEqual({ fqn: 'example-com.Widget', version: '0.0.0' });
  });
});

const IMPORTED = new URL('../../lib/imported/index.ts', import.meta.url).href;
