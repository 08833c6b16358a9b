import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ApiObject, App, Chart, type IResolver, Lazy } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cdk8s, fasterResolve, type ResolveModule, resolveFaster } from './resolve-faster.ts';

const require = createRequire(import.meta.url);
const PATH = require.resolve('cdk8s');
const cdk8s: Cdk8s = require(PATH);
const module: ResolveModule = require(join(dirname(PATH), 'resolve.js'));

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

describe('the faster resolve', () => {
  const faster = fasterResolve(cdk8s, module);
  const original = module.resolve;

  it('makes of any value what that of cdk8s makes of it', () => {
    const object = objectOf();
    fc.assert(
      fc.property(values.value, (value) => {
        const ours = outcomeOf(() => faster([], value, object));
        expect(ours).toStrictEqual(outcomeOf(() => original([], value, object)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('asks the resolvers that an App has of its own, with the path of each value', () => {
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
    expect(faster([], value, object)).toEqual({ a: ['x', 'replaced'], b: { c: 'replaced' } });
    expect(seen).toContain('a.1');
    expect(seen).toContain('b.c');
  });

  const copyOf = (resolve: ResolveModule['resolve']) => {
    const exports: ResolveModule = { ...module, resolve };
    resolveFaster(PATH, {
      [PATH]: { exports: cdk8s } as NodeJS.Module,
      [join(dirname(PATH), 'resolve.js')]: { exports } as NodeJS.Module,
    });
    return exports.resolve;
  };

  it('takes the place of the one that it knows', () => {
    expect(copyOf(original)).not.toBe(original);
  });

  it('leaves one that it does not know', () => {
    const another: ResolveModule['resolve'] = (_key, value) => value;
    expect(copyOf(another)).toBe(another);
  });
});
