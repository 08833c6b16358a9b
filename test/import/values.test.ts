/** Constructs made of random definitions, against the API server's own judgement of the same objects. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ApiObject, App, Chart, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateConstructs, readDefinitions } from '../../lib/import/index.ts';
import type { JsonValue } from '../../lib/objects/index.ts';
import type { SchemaNode } from '../../lib/schemas/index.ts';
import { judgeCustom, prune } from '../../lib/schemas/index.ts';
import { packageRoot } from '../../synth/version.ts';
import { ruleCases } from '../validation/rules.ts';
import { json, objects } from './schemas.ts';

interface Generated {
  new (scope: Construct, id: string, props: object): ApiObject;
  fromManifest(scope: Construct, id: string, manifest: object): ApiObject;
  readonly DEFINITION: { properties<Props>(manifest: object, scope: Construct, id: string): Props };
}

let directory: string;
let count = 0;

beforeAll(() => {
  // Below the package, so that its own name leads to its sources.
  mkdirSync(join(packageRoot(), 'build'), { recursive: true });
  directory = mkdtempSync(join(packageRoot(), 'build', 'imports-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const rootSchema = (spec: SchemaNode): SchemaNode => ({
  type: 'object',
  properties: { spec, status: { type: 'object' } },
});

/** The construct of a kind with the schema, imported as a program would. */
async function construct(spec: SchemaNode): Promise<Generated> {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: rootSchema(spec) } }],
    },
  };
  const { definitions, errors } = readDefinitions([{ file: 'crd.json', text: JSON.stringify(definition) }]);
  expect(errors).toEqual([]);
  const [file] = generateConstructs(definitions);
  const path = join(directory, `${count++}.ts`);
  writeFileSync(path, file!.text);
  const module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as {
    readonly Widget: Generated;
  };
  return module.Widget;
}

const manifest = (spec: JsonValue) => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w' },
  spec,
});

function render(Widget: Generated, spec: JsonValue): JsonValue {
  const chart = new Chart(new App(), 'chart');
  return Widget.fromManifest(chart, 'w', manifest(spec)).toJson();
}

/** Whether the API server takes the object as it is: it fills in no required field, and drops none. */
function isTaken(spec: SchemaNode, value: JsonValue): boolean {
  const schema = rootSchema(spec) as Parameters<typeof prune>[0];
  const unknown: string[] = [];
  prune(schema, { ...manifest(value) }, unknown);
  const content = withoutNulls(schema, manifest(value));
  return unknown.length === 0 && isAllowed(withoutDefaulted(schema), content);
}

type Schema = Parameters<typeof prune>[0];

function isAllowed(schema: Schema, content: JsonValue): boolean {
  const { problems, refusals } = judgeCustom(schema, content);
  return problems.length + refusals.length === 0;
}

/** Fields that are null and cannot be are dropped before anything else is looked at. */
function withoutNulls(schema: Schema, value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map((item: JsonValue) => (schema.items ? withoutNulls(schema.items, item) : item));
  }
  if (value === null || typeof value !== 'object') return value;
  const own = (name: string) =>
    schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  const others = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, JsonValue>>)
      .filter(([name, field]) => {
        const known = own(name);
        const isTyped = known?.type !== undefined || known?.['x-kubernetes-int-or-string'];
        return field !== null || !isTyped || known?.nullable;
      })
      .map(([name, field]) => [name, withoutNulls(own(name) ?? others ?? {}, field)]),
  );
}

/** What has a default need not be given. */
function withoutDefaulted(schema: Schema): Schema {
  const { properties, items, additionalProperties, required, ...rest } = schema;
  return {
    ...rest,
    ...(required && { required: required.filter((name) => properties?.[name]?.default === undefined) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [name, withoutDefaulted(one)]),
      ),
    }),
    ...(items && { items: withoutDefaulted(items) }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: withoutDefaulted(additionalProperties),
    }),
  };
}

/** The value with something in it replaced, added or taken away. */
function broken(value: JsonValue, choices: readonly number[], other: JsonValue): JsonValue {
  const [choice = 0, ...further] = choices;
  if (value === null || typeof value !== 'object' || choices.length === 0) return other;
  if (Array.isArray(value)) {
    const at = choice % (value.length + 1);
    return at === value.length
      ? [...value, value[0] ?? other]
      : value.with(at, broken(value[at]!, further, other));
  }
  const entries = Object.entries(value as Readonly<Record<string, JsonValue>>);
  const at = choice % (entries.length + 1);
  if (at === entries.length) return { ...value, unknownField: other };
  return further.length === 0 && choice % 2 === 0
    ? Object.fromEntries(entries.toSpliced(at, 1))
    : Object.fromEntries(entries.with(at, [entries[at]![0], broken(entries[at]![1], further, other)]));
}

const RUNS = 120;

describe('a construct of a random definition', () => {
  it('renders exactly the value, and its properties lead back to the manifest', async () => {
    const sample = objects(3).chain(({ schema, value }) =>
      fc.tuple(fc.constant(schema), fc.array(value, { minLength: 1, maxLength: 5 })),
    );
    await fc.assert(
      fc.asyncProperty(sample, async ([schema, values]) => {
        const Widget = await construct(schema);
        for (const value of values) {
          expect(isTaken(schema, value), JSON.stringify(value)).toBe(true);
          expect(render(Widget, value)).toEqual(manifest(value));
          const chart = new Chart(new App(), 'chart');
          const props = Widget.DEFINITION.properties<object>(manifest(value), chart, 'w');
          expect(new Widget(chart, 'w', props).toJson()).toEqual(manifest(value));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('takes an object when the API server does, and throws when that refuses or drops something', async () => {
    const sample = objects(3).chain(({ schema, value }) =>
      fc.tuple(fc.constant(schema), fc.array(value, { minLength: 1, maxLength: 5 })),
    );
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        sample,
        fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
        json,
        async ([schema, values], choices, other) => {
          const Widget = await construct(schema);
          for (const value of values.map((value) => broken(value, choices, other))) {
            if (isTaken(schema, value)) expect(render(Widget, value)).toEqual(manifest(value));
            else {
              refused += 1;
              expect(() => render(Widget, value), JSON.stringify(value)).toThrow(/^Widget chart\/w: spec/);
            }
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(refused).toBeGreaterThan(RUNS / 4);
  });
});

describe('the properties of a manifest', () => {
  it('are called as in TypeScript, and are the typed ones', async () => {
    const field = { type: 'string' };
    const Widget = await construct({
      type: 'object',
      properties: { default: field, 'a-b': field, constructor: field, clusterIP: field },
    });
    const chart = new Chart(new App(), 'chart');
    const given = { default: 'x', 'a-b': 'y', constructor: 'z', clusterIP: 'v' };
    expect(Widget.DEFINITION.properties(manifest(given), chart, 'w')).toEqual({
      metadata: { name: 'w' },
      spec: { defaultValue: 'x', aB: 'y', constructorValue: 'z', clusterIP: 'v' },
    });
    expect(() => Widget.fromManifest(chart, 'w', { kind: 'Gadget', spec: {} })).toThrow(
      'Widget chart/w: kind must be Widget, not "Gadget"',
    );
  });
});

describe('the rules of a definition', () => {
  it.each(ruleCases.map((one) => [one.what, one] as const))(
    'are asked when an object is made: %s',
    async (_, { schema, kept, broken: refused }) => {
      const Widget = await construct({ type: 'object', properties: { ruled: schema as SchemaNode } });
      const made = (ruled: unknown) => {
        const chart = new Chart(new App(), 'chart');
        return Widget.fromManifest(chart, 'w', { spec: { ruled } });
      };
      for (const value of kept) expect(() => made(value), JSON.stringify(value)).not.toThrow();
      for (const value of refused) {
        expect(() => made(value), JSON.stringify(value)).toThrow(/^Widget chart\/w: spec\.ruled/);
      }
    },
  );

  it('see defaults, the name, and what is made late; they say what is wrong in their words', async () => {
    const Widget = await construct({
      type: 'object',
      properties: {
        min: { type: 'integer', default: 2 },
        max: { type: 'integer' },
        name: {
          type: 'string',
          'x-kubernetes-validations': [{ rule: 'self != "none"', message: 'needs a name' }],
        },
      },
      'x-kubernetes-validations': [
        { rule: 'self.min <= self.max', message: 'min is above max', fieldPath: '.max' },
        { rule: 'oldSelf.min == self.min', message: 'must stay' },
      ],
    });
    const chart = new Chart(new App(), 'chart');
    expect(new Widget(chart, 'a', { spec: { max: 2 } }).toJson().spec).toEqual({ max: 2 });
    expect(() => new Widget(chart, 'b', { spec: { max: 1, name: 'none' } })).toThrow(
      'Widget chart/b: spec.max is refused: Invalid value: min is above max\n' +
        'spec.name is refused: Invalid value: "none": needs a name',
    );
    const late = (max: number) => ({ spec: { min: 1, max: Lazy.any({ produce: () => max }) } });
    expect(new Widget(chart, 'c', late(1)).toJson().spec).toEqual({ min: 1, max: 1 });
    expect(() => new Widget(chart, 'd', late(0)).toJson()).toThrow('Widget chart/d: spec.max is refused');
  });
});

describe('values that are made late', () => {
  it('are named and checked when they are rendered', async () => {
    const Widget = await construct({
      type: 'object',
      properties: {
        default: { type: 'object', properties: { 'max-size': { type: 'integer', maximum: 3 } } },
      },
    });
    const chart = new Chart(new App(), 'chart');
    const late = (maxSize: number) => ({
      spec: Lazy.any({ produce: () => ({ defaultValue: { maxSize } }) }),
    });
    expect(new Widget(chart, 'a', late(3)).toJson().spec).toEqual({ default: { 'max-size': 3 } });
    expect(() => new Widget(chart, 'b', late(4)).toJson()).toThrow(
      'Widget chart/b: spec.default.max-size must be at most 3, not 4',
    );
  });
});

describe('what no JSON can hold', () => {
  it.each([
    ['a Date', new Date(0)],
    ['NaN', Number.NaN],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a Map', new Map()],
    ['a symbol', Symbol('x')],
  ])('is refused: %s', async (name, value) => {
    const Widget = await construct({
      type: 'object',
      properties: { a: { 'x-kubernetes-preserve-unknown-fields': true } },
    });
    const make = () => new Widget(new Chart(new App(), 'chart'), 'w', { spec: { a: { b: value } } });
    expect(make).toThrow(`spec.a.b must be a value that JSON can hold, not ${name}`);
  });

  it('is refused: a value that holds itself, and __proto__', async () => {
    const Widget = await construct({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true });
    const loop: Record<string, unknown> = {};
    loop.again = loop;
    const make = (spec: unknown) => () => new Widget(new Chart(new App(), 'chart'), 'w', { spec } as object);
    expect(make(loop)).toThrow('does a value hold itself?');
    expect(make(JSON.parse('{"__proto__": 1}'))).toThrow('spec.__proto__ cannot be a field in JavaScript');
  });
});

describe('the escape hatches', () => {
  it('set what the schema does not know', async () => {
    const Widget = await construct({ type: 'object', properties: { a: { type: 'string' } } });
    const widget = new Widget(new Chart(new App(), 'chart'), 'w', { spec: { a: 'x' } });
    const { JsonPatch } = await import('cdk8s');
    widget.addJsonPatch(JsonPatch.add('/spec/b', 1));
    expect(ApiObject.isApiObject(widget)).toBe(true);
    expect(widget.toJson().spec).toEqual({ a: 'x', b: 1 });
  });
});
