/** cdk8s makes each object in two passes: `resolve`, which asks for the App and makes a context for its resolvers at each
 * value, and `sanitizeValue`, which leaves out what is empty and puts fields in order. Where the resolvers are those that
 * every App has, what they do to a value can be said beforehand, and both are done here in one pass. */
import { dirname, join } from 'node:path';
import type { IConstruct } from 'constructs';
import { checksum } from './checksum.ts';

type Resolve = (key: readonly string[], value: unknown, apiObject: IConstruct) => unknown;

/** cdk8s' `lib/resolve.js`. */
export interface ResolveModule {
  resolve: Resolve;
  readonly LazyResolver: Class;
  readonly ImplicitTokenResolver: Class;
  readonly NumberStringUnionResolver: Class;
}

interface SanitizeOptions {
  readonly sortKeys?: boolean;
  readonly filterEmptyArrays?: boolean;
  readonly filterEmptyObjects?: boolean;
}

/** cdk8s' `lib/_util.js`. */
export interface UtilModule {
  sanitizeValue(value: unknown, options?: SanitizeOptions): unknown;
}

/** cdk8s itself. */
export interface Cdk8s {
  readonly App: { of(construct: IConstruct): { readonly resolvers: readonly object[] } };
  readonly Lazy: Class;
  readonly ApiObject: Class;
  readonly ApiObjectMetadataDefinition: Class;
  readonly JsonPatch: { apply(document: unknown, ...operations: readonly object[]): unknown };
}

type Class = (abstract new (
  ...args: never
) => object) & {
  readonly prototype: { readonly resolve?: unknown; readonly toJson?: unknown };
};

/** {@link checksum} of what is replaced and of those that call it, in cdk8s 2.68 to 2.70; others are left as they are. */
const KNOWN = 543_544_263;

/** @param path of the entry of cdk8s, which is loaded @param cache of `require` */
export function resolveFaster(path: string, cache: NodeJS.Dict<NodeJS.Module>): void {
  const cdk8s: Cdk8s | undefined = cache[path]?.exports;
  const module: ResolveModule | undefined = cache[join(dirname(path), 'resolve.js')]?.exports;
  const util: UtilModule | undefined = cache[join(dirname(path), '_util.js')]?.exports;
  if (!cdk8s || !module || !util || checksum(textOf(cdk8s, module, util)) !== KNOWN) return;
  const { resolve, sanitizeValue, apply } = fasterFunctions(cdk8s, module, util);
  module.resolve = resolve;
  util.sanitizeValue = sanitizeValue;
  cdk8s.JsonPatch.apply = apply;
}

/** Thrown where `sanitizeValue` has something to refuse: it shall do that itself. */
const REFUSED = new Error('cannot be sanitized');

/** The functions anew. The first also does what the second does, which lets pass what comes from the first. */
export function fasterFunctions(
  { App, Lazy, JsonPatch }: Cdk8s,
  module: ResolveModule,
  util: UtilModule,
): Pick<ResolveModule, 'resolve'> & UtilModule & Cdk8s['JsonPatch'] {
  const { resolve, LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver } = module;
  const { sanitizeValue } = util;
  const { apply } = JsonPatch;
  const usual: readonly Class[] = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];
  let isSorted = true;
  let last: unknown;

  const made = (value: unknown): unknown => {
    if (value === null || value === undefined) return undefined;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    // What the three look for, in their order.
    const thing = value as { resolve?: unknown; value?: unknown; produce(): unknown };
    if (value instanceof Lazy) return made(thing.produce());
    if (typeof thing.resolve === 'function') return made(thing.resolve());
    const isPlain = thing.constructor === Object;
    if (!isPlain && (typeof thing.value === 'string' || typeof thing.value === 'number')) {
      return { value: thing.value };
    }
    if (Array.isArray(value)) return value.map(made);
    if (typeof value !== 'object') return value;
    if (!isPlain) throw REFUSED;
    const names = Object.keys(value);
    // In the order in which they stand, as what is produced may count.
    const values: unknown[] = Object.values(value);
    for (let at = 0; at < values.length; at += 1) values[at] = made(values[at]);
    if (isSorted) sort(names, values);
    const fields: Record<string, unknown> = {};
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at]!;
      if (name === '__proto__') throw REFUSED;
      if (values[at] !== undefined) fields[name] = values[at];
    }
    return fields;
  };

  return {
    resolve: (key, value, apiObject) => {
      const { resolvers } = App.of(apiObject);
      const isUsual =
        resolvers.length === usual.length && usual.every((type, at) => resolvers[at]?.constructor === type);
      if (!isUsual) return resolve(key, value, apiObject);
      // As ApiObject asks.
      isSorted = !process.env.CDK8S_DISABLE_SORT;
      try {
        last = made(value);
        return last;
      } catch (error) {
        if (error !== REFUSED) throw error;
        return resolve(key, value, apiObject);
      }
    },
    sanitizeValue: (value, options = {}) => {
      const isDone =
        value === last &&
        (options.sortKeys ?? true) === isSorted &&
        !options.filterEmptyArrays &&
        !options.filterEmptyObjects;
      if (isDone) return value;
      // As ApiObjectMetadataDefinition asks.
      const isFilled =
        value === last &&
        (options.sortKeys ?? true) &&
        isSorted &&
        options.filterEmptyArrays &&
        options.filterEmptyObjects;
      return isFilled ? withoutEmpty(value) : sanitizeValue(value, options);
    },
    // Most objects have no patches.
    apply: (document, ...operations) =>
      operations.length === 0 ? document : apply.call(JsonPatch, document, ...operations),
  };
}

/** What {@link fasterFunctions} has made, without lists and objects that have nothing in them. */
function withoutEmpty(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutEmpty);
  const fields: Record<string, unknown> = {};
  let isEmpty = true;
  for (const name of Object.keys(value)) {
    const field = withoutEmpty((value as Record<string, unknown>)[name]);
    if (field === undefined) continue;
    fields[name] = field;
    isEmpty = false;
  }
  return isEmpty ? undefined : fields;
}

/** Sorts names by UTF-16 units, and their values with them. By insertion: fields are few, and often in order already. */
function sort(names: string[], values: unknown[]): void {
  for (let end = 1; end < names.length; end += 1) {
    const name = names[end]!;
    if (names[end - 1]! <= name) continue;
    const value = values[end];
    let at = end;
    for (; at > 0 && names[at - 1]! > name; at -= 1) {
      names[at] = names[at - 1]!;
      values[at] = values[at - 1];
    }
    names[at] = name;
    values[at] = value;
  }
}

function textOf(
  { ApiObject, ApiObjectMetadataDefinition, JsonPatch }: Cdk8s,
  { resolve, LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver }: ResolveModule,
  { sanitizeValue }: UtilModule,
): string {
  const resolvers = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];
  const callers = [ApiObject, ApiObjectMetadataDefinition];
  return [
    resolve,
    sanitizeValue,
    JsonPatch.apply,
    ...resolvers.map(({ prototype }) => prototype.resolve),
    ...callers.map(({ prototype }) => prototype.toJson),
  ].join('\n');
}
