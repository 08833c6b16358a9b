import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ApiObject, App, Chart, type IResolver, JsonPatch, Lazy } from 'cdk8s';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Cdk8s,
  fasterFunctions,
  type ResolveModule,
  resolveFaster,
  type UtilModule,
} from './resolve-faster.ts';

const require = createRequire(import.meta.url);
const PATH = require.resolve('cdk8s');
const cdk8s: Cdk8s = require(PATH);
const module: ResolveModule = require(join(dirname(PATH), 'resolve.js'));
const util: UtilModule = require(join(dirname(PATH), '_util.js'));

/** An API object below an App with such resolvers before the usual ones. */
function objectOf(resolvers: IResolver[] = []): ApiObject {
  const chart = new Chart(new App({ resolvers }), 'chart');
  return new ApiObject(chart, 'object', { apiVersion: 'v1', kind: 'ConfigMap' });
}

class Other {
  readonly field = 1;
}

/** What programs put into objects, and some of what they do not. */
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constantFrom(null, undefined, 10n, () => 1, new Other(), new Date(0)),
      fc.constantFrom('constructor', 'value', 'resolve', 'produce'),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => {
      const sparse: unknown[] = [...items];
      sparse.length += 1;
      return sparse;
    }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('value', 'resolve', 'constructor', '__proto__')),
      tie('value'),
      {
        maxKeys: 4,
      },
    ),
    tie('value').map((value) => Lazy.any({ produce: () => value })),
    tie('value').map((value) => ({ resolve: () => value })),
    tie('value').map((value) => Object.assign(Object.create(null), { value })),
    fc.oneof(fc.string(), fc.double(), fc.constant({})).map((value) => Object.assign(new Other(), { value })),
  ),
}));

const outcomeOf = (run: () => unknown): unknown => {
  try {
    return { value: run() };
  } catch (error) {
    return { error: String(error) };
  }
};

/** With the order in which lazy values are asked. */
const countingOrder = (value: unknown, asked: number[]): unknown => {
  if (Array.isArray(value)) return value.map((item) => countingOrder(item, asked));
  if (value === null || typeof value !== 'object' || value.constructor !== Object) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field], at) => [
      name,
      Lazy.any({
        produce: () => {
          asked.push(at);
          return countingOrder(field, asked);
        },
      }),
    ]),
  );
};

describe('the faster resolve and sanitize', () => {
  const faster = fasterFunctions(cdk8s, module, util);
  const original = { resolve: module.resolve, sanitizeValue: util.sanitizeValue };
  const bothOf = ({ resolve, sanitizeValue }: typeof original, value: unknown, options: object) =>
    outcomeOf(() => sanitizeValue(resolve([], value, objectOf()), options));
  const ALIKE: readonly object[] = [
    { sortKeys: true },
    {},
    { sortKeys: false },
    { filterEmptyArrays: true, filterEmptyObjects: true },
  ];
  afterEach(() => vi.unstubAllEnvs());

  it.each(['', 'true'])(
    'make of any value what those of cdk8s make of it (CDK8S_DISABLE_SORT=%s)',
    (unsorted) => {
      vi.stubEnv('CDK8S_DISABLE_SORT', unsorted);
      // The two ways in which cdk8s asks, which are the ways that count.
      const asked = [{ sortKeys: unsorted === '' }, ALIKE[3]!];
      fc.assert(
        fc.property(values.value, fc.constantFrom(...asked), (value, options) => {
          const ours = bothOf(faster, value, options);
          const theirs = bothOf(original, value, options);
          expect(ours).toStrictEqual(theirs);
          expect(keysOf(ours)).toEqual(keysOf(theirs));
        }),
        { numRuns: 2_000 },
      );
    },
  );

  it('ask lazy values in the same order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 40 }), (value) => {
        // What cdk8s has to refuse itself is asked for a second time.
        fc.pre(!JSON.stringify(value).includes('"__proto__"'));
        const [ours, theirs]: [number[], number[]] = [[], []];
        bothOf(faster, countingOrder(value, ours), { sortKeys: true });
        bothOf(original, countingOrder(value, theirs), { sortKeys: true });
        expect(ours).toEqual(theirs);
      }),
    );
  });

  it('sanitize as ever what did not come from resolve', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...ALIKE), (value, options) => {
        expect(faster.sanitizeValue(value, options)).toStrictEqual(original.sanitizeValue(value, options));
      }),
    );
  });

  it('leave it to the resolvers that an App has of its own, with the path of each value', () => {
    const seen: string[] = [];
    const object = objectOf([
      {
        resolve: (context) => {
          seen.push(context.key.join('.'));
          if (context.value === 'secret') context.replaceValue('replaced');
        },
      },
    ]);
    const value = { a: ['x', 'secret'], b: Lazy.any({ produce: () => ({ c: 'secret' }) }) };
    expect(faster.resolve([], value, object)).toEqual({ a: ['x', 'replaced'], b: { c: 'replaced' } });
    expect(seen).toContain('a.1');
    expect(seen).toContain('b.c');
  });

  const replaced = (changes: {
    resolve?: ResolveModule['resolve'];
    sanitizeValue?: UtilModule['sanitizeValue'];
  }) => {
    const modules = { 'resolve.js': { ...module, ...changes }, '_util.js': { ...util, ...changes } };
    const before = { ...modules['resolve.js'], ...modules['_util.js'] };
    const patch = { apply: JsonPatch.apply };
    resolveFaster(PATH, {
      [PATH]: { exports: { ...cdk8s, JsonPatch: patch } } as unknown as NodeJS.Module,
      ...Object.fromEntries(
        Object.entries(modules).map(([name, exports]) => [
          join(dirname(PATH), name),
          { exports } as unknown as NodeJS.Module,
        ]),
      ),
    });
    return [
      modules['resolve.js'].resolve !== before.resolve,
      modules['_util.js'].sanitizeValue !== before.sanitizeValue,
      patch.apply !== JsonPatch.apply,
    ];
  };

  it('patch what has patches, and leave the rest as it is', () => {
    const { apply } = fasterFunctions(cdk8s, module, util);
    const document = { replicas: 1 };
    expect(apply(document)).toBe(document);
    expect(apply(document, JsonPatch.replace('/replicas', 2))).toEqual({ replicas: 2 });
  });

  it('take the place of those that they know, and of no others', () => {
    expect(replaced({})).toEqual([true, true, true]);
    expect(replaced({ resolve: (_key, value) => value })).toEqual([false, false, false]);
    expect(replaced({ sanitizeValue: (value) => value })).toEqual([false, false, false]);
  });
});

/** The names of fields in their order, which equality does not look at. */
function keysOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return undefined;
  return Object.entries(value).map(([name, field]) => [name, keysOf(field)]);
}
