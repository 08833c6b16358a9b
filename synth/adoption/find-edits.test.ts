/** Programs of literals, constants, templates and computed values, in which any live change is made. The programs are
 * rendered here and not in their sandbox: it is the search that is tried, many times. */
import * as cdk8s from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as truekeel from '../../lib/constructs/index.ts';
import { formatKey, type JsonValue, type KubernetesObject, TruekeelError } from '../../lib/objects/index.ts';
import { differences, formatPath } from '../../lib/plan/index.ts';
import { renderTree } from '../../lib/render/index.ts';
import { stripTypes } from '../program/index.ts';
import { type Found, findEdits } from './find-edits.ts';
import { literalText } from './literal-text.ts';
import { parseSource } from './program-source.ts';
import { Rendering } from './rendering.ts';
import type { Wish } from './wish.ts';

function rendered(text: string): Rendering {
  const code = stripTypes(text).replace(/^import .*$/gm, '');
  const { App, Application, Environment } = truekeel;
  const run = new Function(
    'App',
    'Application',
    'Environment',
    'ApiObject',
    `'use strict'; ${code}; return app;`,
  );
  return new Rendering(renderTree(run(App, Application, Environment, cdk8s.ApiObject)));
}

/** Whatever a program throws is an error of it. */
function sandboxed(run: () => Rendering): Rendering {
  try {
    return run();
  } catch (cause) {
    throw cause instanceof TruekeelError
      ? cause
      : new TruekeelError(String(cause), { code: 'PROGRAM_FAILED', family: 'usage', cause });
  }
}

/** Looks for edits that make objects of production as they are live. */
async function adopt(
  text: string,
  liveOf: (object: KubernetesObject, name: string) => KubernetesObject,
  shared = false,
) {
  const before = rendered(text);
  const production = before.environments.find(({ name }) => name === 'production')!;
  const wishes = production.applications.flatMap((application) =>
    application.objects.flatMap(({ key, object, constructPath }) =>
      differences(object, liveOf(structuredClone(object), key.name)).map(
        (one): Wish => ({
          application: application.name,
          key,
          field: formatPath(one.path),
          ...one,
          writer: { manager: "kubectl's", operation: 'Update', time: '2026-11-26T10:00:00Z' },
          ...(constructPath !== undefined && { constructPath }),
        }),
      ),
    ),
  );
  const found = await findEdits({
    environment: 'production',
    wishes,
    sources: [parseSource('main.ts', text)!],
    rendering: before,
    renderer: { render: async (texts) => sandboxed(() => rendered(texts.get('main.ts') ?? text)) },
    trials: 20,
    typecheck: false,
    shared,
  });
  const edited = found.texts.get('main.ts') ?? text;
  return { found, before, after: rendered(edited), wishes, edited };
}

type Leaf = { readonly code: string };
const name = fc.constantFrom('alpha', 'beta', 'gamma');
const scalar = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.boolean(),
  fc.constantFrom('a', 'b', 'example/web:1.4', '10.5Mi', "it's", ['$', '{x}'].join(''), '', '\\'),
  fc.string({ maxLength: 6 }),
);
const text = (value: JsonValue) => literalText(value, { language: 'script', quote: "'" });
/** Constants of the program: strings and numbers that several fields may be made of. */
const CONSTANTS = ["'web'", "'1.4'", '3', '{ staging: 1, production: 3 }[environment.name]'] as const;
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  scalar.map((value) => ({ code: text(value) })),
  fc.nat(CONSTANTS.length - 1).map((index) => ({ code: `C${index}` })),
  fc.nat(CONSTANTS.length - 1).map((index) => ({ code: `\`v\${C${index}}-x\`` })),
  fc.nat(CONSTANTS.length - 1).map((index) => ({ code: `String(C${index}).length * 7` })),
);
const spec = fc
  .record({
    alpha: leaf,
    beta: leaf,
    nested: fc.record({ gamma: leaf, alpha: leaf }),
    list: fc.array(leaf, { maxLength: 3 }),
    named: fc.uniqueArray(fc.tuple(name, leaf), { selector: ([key]) => key, maxLength: 2 }),
  })
  .map(({ alpha, beta, nested, list, named }) => {
    const items = named.map(([key, { code }]) => `{ name: '${key}', value: ${code} }`);
    return `{ alpha: ${alpha.code}, beta: ${beta.code}, nested: { gamma: ${nested.gamma.code}, alpha: ${nested.alpha.code} as unknown }, list: [${list.map(({ code }) => code).join(', ')}], named: [${items.join(', ')}] }`;
  });
const program = fc
  .tuple(fc.array(spec, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([specs, both]) =>
    [
      "import { ApiObject } from 'cdk8s';",
      'const app = new App();',
      "const staging = new Environment(app, 'staging', { namespace: 'x' });",
      "const production: Environment = new Environment(app, 'production', {\n  namespace: 'x',\n});",
      'function make(environment: Environment): void {',
      ...CONSTANTS.map((code, index) => `  const C${index} = ${code};`),
      "  const web = new Application(environment, 'web');",
      ...specs.map(
        (one, index) =>
          `  new ApiObject(web, 'o${index}', { apiVersion: 'example.com/v1', kind: 'Widget', spec: ${one} });`,
      ),
      '}',
      `${both ? 'make(staging); ' : ''}make(production);`,
    ].join('\n'),
  );

/** What somebody may do to a live object. */
type Edit = (spec: Record<string, JsonValue>) => void;
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.constantFrom('alpha', 'beta', 'added'), scalar).map(
    ([field, value]): Edit =>
      (it) => {
        it[field] = value;
      },
  ),
  fc.constantFrom('alpha', 'beta', 'list', 'nested').map(
    (field): Edit =>
      (it) => {
        delete it[field];
      },
  ),
  fc.tuple(fc.constantFrom('gamma', 'alpha', 'new', 'constructor', 'a/b~c'), scalar).map(
    ([field, value]): Edit =>
      (it) => {
        const nested = it.nested as Record<string, JsonValue> | undefined;
        if (nested)
          Object.defineProperty(nested, field, {
            value,
            enumerable: true,
            configurable: true,
            writable: true,
          });
      },
  ),
  fc.array(scalar, { maxLength: 3 }).map(
    (list): Edit =>
      (it) => {
        it.list = list;
      },
  ),
  fc.tuple(name, scalar).map(
    ([key, value]): Edit =>
      (it) => {
        const items = it.named as { name: string; value: JsonValue }[];
        const item = items.find((one) => one.name === key);
        if (item) item.value = value;
        else items.push({ name: key, value });
      },
  ),
  name.map(
    (key): Edit =>
      (it) => {
        it.named = (it.named as { name: string }[]).filter((one) => one.name !== key);
      },
  ),
);

const inOrder = (all: readonly string[]) => all.toSorted();

describe('edits of a program', () => {
  it('make the fields that are adopted as they are live, and nothing else other than it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        program,
        fc.array(fc.tuple(fc.nat(2), edit), { minLength: 1, maxLength: 4 }),
        async (source, edits) => {
          const { found, before, after, wishes } = await adopt(source, (object, at) => {
            for (const [index, change] of edits) if (at.endsWith(`o${index}`)) change(object.spec);
            return object;
          });
          expect(found.unplaced.map(({ wish, error }) => [wish.field, error.hint])).toEqual([]);
          expect(found.adopted.map(({ wish }) => wish)).toEqual(wishes);
          const say = (key: string, field: string, value: JsonValue | undefined) =>
            JSON.stringify([key, field, value ?? null]);
          const came = before.environments.flatMap((environment, index) =>
            environment.applications
              .flatMap(({ objects }) => objects)
              .flatMap(({ key, object }, at) => {
                const now = after.environments[index]!.applications[0]!.objects[at]!;
                expect(formatKey(now.key)).toBe(formatKey(key));
                return differences(object, now.object).map((one) =>
                  say(`${environment.name} ${formatKey(key)}`, formatPath(one.path), one.after),
                );
              }),
          );
          const wanted = wishes.map(({ key, field, after: value }) =>
            say(`production ${formatKey(key)}`, field, value),
          );
          expect(inOrder(came)).toEqual(inOrder(wanted));
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);

  const two = `
const app = new App();
const production = new Environment(app, 'production', { namespace: 'x' });
const web = new Application(production, 'web');
const SIZE = 3;
new ApiObject(web, 'a', { apiVersion: 'example.com/v1', kind: 'Widget', spec: { size: SIZE, other: 1 } });
new ApiObject(web, 'b', { apiVersion: 'example.com/v1', kind: 'Widget', spec: { size: SIZE } });
`;
  const places = ({ adopted }: Found) =>
    adopted.map(({ edit: { kind, line, alternatives } }) => [kind, line, alternatives.map((at) => at.line)]);

  it('are one edit, where everything that is made of a literal changed alike', async () => {
    const { found } = await adopt(two, (object) => ({ ...object, spec: { ...object.spec, size: 5 } }));
    expect(places(found)).toEqual([
      ['code', 5, []],
      ['code', 5, []],
    ]);
    expect(found.texts.get('main.ts')).toBe(two.replace('SIZE = 3', 'SIZE = 5'));
  });

  it('are overrides, where only some of it did; the edit that was not taken is told', async () => {
    const one = (object: KubernetesObject, at: string) =>
      at === 'web-b' || at === 'b' ? { ...object, spec: { size: 5 } } : object;
    const { found, edited } = await adopt(two, one);
    expect(places(found)).toEqual([['override', 3, []]]);
    expect(found.adopted[0]?.passedOver).toMatchObject({ line: 5, others: [{ environment: 'production' }] });
    expect(edited).toContain("path: '/spec/size'");
    expect(edited).toContain("where kubectl\\'s set it on 2026-11-26'");
    const { found: taken } = await adopt(two, one, true);
    expect(places(taken)).toEqual([['code', 5, []]]);
    expect(taken.adopted[0]?.edit.others).toHaveLength(1);
  });

  it('are chosen among equals by their place, and the others are told', async () => {
    const source = `
const app = new App();
const production = new Environment(app, 'production', { namespace: 'x' });
const web = new Application(production, 'web');
const size = { least: 3, most: 3 };
new ApiObject(web, 'a', { apiVersion: 'example.com/v1', kind: 'Widget', spec: { size: Math.max(size.least, size.most) } });
`;
    const { found } = await adopt(source, (object) => ({ ...object, spec: { size: 5 } }));
    expect(places(found)).toEqual([['code', 5, [5]]]);
    expect(found.texts.get('main.ts')).toContain('least: 5, most: 3');
  });

  it('change overrides that are there, and come to them', async () => {
    const source = `
const app = new App();
const production = new Environment(app, 'production', {
  namespace: 'x',
  overrides: [
    { path: '/spec/size', value: 4, reason: 'large' },
  ],
});
const web = new Application(production, 'web');
new ApiObject(web, 'a', { apiVersion: 'example.com/v1', kind: 'Widget', spec: { size: 1, sum: 1 + 1 } });
`;
    const { found, edited } = await adopt(source, (object) => ({ ...object, spec: { size: 5, sum: 9 } }));
    expect(places(found)).toEqual([
      ['code', 6, []],
      ['override', 6, []],
    ]);
    expect(edited).toContain(
      "    { path: '/spec/size', value: 5, reason: 'large' },\n    {\n      path: '/spec/sum',",
    );
  });

  it('find the properties of an environment in a constant, unless another environment has them, too', async () => {
    const source = (other: string) => `
const app = new App();
const props = { namespace: 'x' };
const production = new Environment(app, 'production', props);
${other}
const web = new Application(production, 'web');
new ApiObject(web, 'a', { apiVersion: 'example.com/v1', kind: 'Widget', spec: { sum: 1 + 1 } });
`;
    const change = (object: KubernetesObject) => ({ ...object, spec: { sum: 9 } });
    const { found, edited } = await adopt(source(''), change);
    expect(places(found)).toEqual([['override', 3, []]]);
    expect(edited).toContain("const props = { namespace: 'x', overrides: [");
    const { found: none } = await adopt(source("new Environment(app, 'staging', props);"), change);
    expect(none.unplaced).toMatchObject([{ error: { code: 'ADOPT_NO_EDIT' } }]);
    expect(none.texts.size).toBe(0);
  });

  it('leave out a field that no program can have, and nothing else', async () => {
    const source = `
const app = new App();
const production = new Environment(app, 'production', { namespace: 'x' });
const web = new Application(production, 'web');
new ApiObject(web, 'a', { apiVersion: 'example.com/v1', kind: 'Widget', spec: { nested: Object.fromEntries([['sum', 1 + 1]]) } });
`;
    const nested = JSON.parse('{ "sum": 2, "more": 1, "__proto__": 1 }');
    const { found, edited } = await adopt(source, (object) => ({ ...object, spec: { nested } }));
    expect(found.adopted.map(({ wish }) => wish.field)).toEqual(['spec.nested.more']);
    expect(found.unplaced.map(({ wish }) => wish.field)).toEqual(['spec.nested.__proto__']);
    expect(edited).not.toContain('__proto__');
  });
});
