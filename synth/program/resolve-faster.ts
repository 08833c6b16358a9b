/** cdk8s asks for the App, and makes a context for its resolvers, at each value of each object. Where the resolvers are
 * those that every App has, what they do to a value can be said beforehand, and is done here without them. */
import { dirname, join } from 'node:path';
import type { IConstruct } from 'constructs';

type Resolve = (key: readonly string[], value: unknown, apiObject: IConstruct) => unknown;

/** cdk8s' `lib/resolve.js`. */
export interface ResolveModule {
  resolve: Resolve;
  readonly LazyResolver: Class;
  readonly ImplicitTokenResolver: Class;
  readonly NumberStringUnionResolver: Class;
}

/** cdk8s itself. */
export interface Cdk8s {
  readonly App: { of(construct: IConstruct): { readonly resolvers: readonly object[] } };
  readonly Lazy: Class;
}

type Class = (abstract new (
  ...args: never
) => object) & { readonly prototype: { readonly resolve?: unknown } };

/** {@link checksum} of what is replaced, as it is in cdk8s 2.68 to 2.70; another one is left as it is. */
const KNOWN = 2_008_097_499;

/** @param path of the entry of cdk8s, which is loaded @param cache of `require` */
export function resolveFaster(path: string, cache: NodeJS.Dict<NodeJS.Module>): void {
  const cdk8s: Cdk8s | undefined = cache[path]?.exports;
  const module: ResolveModule | undefined = cache[join(dirname(path), 'resolve.js')]?.exports;
  if (!cdk8s || !module || checksum(textOf(module)) !== KNOWN) return;
  module.resolve = fasterResolve(cdk8s, module);
}

export function fasterResolve({ App, Lazy }: Cdk8s, module: ResolveModule): Resolve {
  const original = module.resolve;
  const usual: readonly Class[] = [
    module.LazyResolver,
    module.ImplicitTokenResolver,
    module.NumberStringUnionResolver,
  ];

  const resolved = (value: unknown): unknown => {
    if (value === null || value === undefined) return value;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    // What the three look for, in their order.
    const thing = value as { resolve?: unknown; value?: unknown; produce(): unknown };
    if (value instanceof Lazy) return resolved(thing.produce());
    if (typeof thing.resolve === 'function') return resolved(thing.resolve());
    const isPlain = thing.constructor === Object;
    if (!isPlain && (typeof thing.value === 'string' || typeof thing.value === 'number')) {
      return resolved({ value: thing.value });
    }
    if (Array.isArray(value)) return value.map(resolved);
    if (!isPlain) return value;
    const result: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(value)) result[name] = resolved(field);
    return result;
  };

  return (key, value, apiObject) => {
    const { resolvers } = App.of(apiObject);
    const isUsual =
      resolvers.length === usual.length && usual.every((type, at) => resolvers[at]?.constructor === type);
    return isUsual ? resolved(value) : original(key, value, apiObject);
  };
}

function textOf(module: ResolveModule): string {
  const { resolve, LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver } = module;
  const classes = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];
  return [resolve, ...classes.map(({ prototype }) => prototype.resolve)].join('\n');
}

/** FNV-1a of the UTF-16 units, 32 bits; Node's own digests take longer to load than all this saves. */
function checksum(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}
