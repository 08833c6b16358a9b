/** Lists and maps of Go and Sprig. What Go visits in no order comes in that of the names here. */
import { type Call, int, list, map, taking, text } from './arguments.ts';
import { isDeeplySame } from './comparisons.ts';
import {
  compareBytes,
  type Dictionary,
  dictionary,
  field,
  isDictionary,
  isEmpty,
  isList,
  print,
  Refusal,
  sortedNames,
  type Value,
} from './values.ts';

const ofList = (call: (items: readonly Value[]) => Value) => taking(1, (value) => call(list(value)));

const index: Call = ([start, ...steps]) =>
  steps.reduce((value, step) => {
    if (isList(value)) {
      const at = int(step);
      if (at < 0 || at >= value.length) throw new Refusal();
      return value[at];
    }
    return field(map(value), text(step));
  }, start);

function length(value: Value): bigint {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value));
  if (isList(value)) return BigInt(value.length);
  return BigInt(Object.keys(map(value)).length);
}

/** Of texts of the items; what is not there is passed over. */
function texts(items: readonly Value[]): readonly string[] {
  return items.filter((item) => item !== null && item !== undefined).map(print);
}

const has = (items: readonly Value[], wanted: Value) => items.some((item) => isDeeplySame(item, wanted));

function slice([items, start, end, ...more]: readonly Value[]): Value {
  const given = list(items);
  const [from, to] = [start === undefined ? 0 : int(start), end === undefined ? given.length : int(end)];
  if (given.length === 0) return null;
  if (more.length > 0 || from < 0 || from > to || to > given.length) throw new Refusal();
  return given.slice(from, to);
}

function dict(given: readonly Value[]): Dictionary {
  const pairs: (readonly [string, Value])[] = [];
  for (let at = 0; at < given.length; at += 2) {
    const name = given[at];
    pairs.push([typeof name === 'string' ? name : print(name), at + 1 < given.length ? given[at + 1] : '']);
  }
  return dictionary(pairs);
}

/** Into the first, what it lacks; or all, where those that come later win. */
const merge =
  (overwrites: boolean): Call =>
  ([first, ...others]) => {
    const target = changeable(first);
    for (const other of others) mergeInto(target, map(other), overwrites);
    return target;
  };

function changeable(value: Value): Dictionary {
  if (Object.isFrozen(value)) throw new Refusal();
  return map(value);
}

function mergeInto(target: Dictionary, source: Dictionary, overwrites: boolean): void {
  for (const [name, value] of Object.entries(source)) {
    const known = field(target, name);
    if (isDictionary(known) && isDictionary(value)) mergeInto(changeable(known), value, overwrites);
    else if (isList(known) || isList(value) || isDictionary(known) || isDictionary(value)) {
      // The library behind it has rules for these that nobody documents.
      if (known !== undefined) throw new Refusal();
      target[name] = value;
    } else if (overwrites ? !isEmpty(value) || !Object.hasOwn(target, name) : isEmpty(known)) {
      target[name] = value;
    }
  }
}

function dig(given: readonly Value[]): Value {
  if (given.length < 3) throw new Refusal();
  const names = given.slice(0, -2).map(text);
  let value: Value = map(given.at(-1));
  for (const name of names) {
    const at = map(value);
    if (!Object.hasOwn(at, name)) return given.at(-2);
    value = field(at, name);
  }
  return value;
}

function copied(value: Value): Value {
  if (isList(value)) return value.map(copied);
  if (!isDictionary(value)) return value;
  return dictionary(Object.entries(value).map(([name, one]) => [name, copied(one)]));
}

const append = taking(2, (items, item) => [...list(items), item]);
const chosen = (given: readonly Value[], isChosen: (name: string, names: readonly string[]) => boolean) => {
  const [from, ...rest] = given;
  const names = rest.map(text);
  return dictionary(Object.entries(map(from)).filter(([name]) => isChosen(name, names)));
};

const PLAIN: Readonly<Record<string, Call>> = {
  first: ofList(([item]) => item),
  last: ofList((items) => items.at(-1)),
  rest: ofList((items) => (items.length === 0 ? null : items.slice(1))),
  initial: ofList((items) => (items.length === 0 ? null : items.slice(0, -1))),
  append,
  push: append,
  prepend: taking(2, (items, item) => [item, ...list(items)]),
  reverse: ofList((items) => items.toReversed()),
  uniq: ofList((items) => items.filter((item, index) => !has(items.slice(0, index), item))),
  without: ([items, ...omitted]) => list(items).filter((item) => !has(omitted, item)),
  has: taking(2, (item, items) => (items === null || items === undefined ? false : has(list(items), item))),
  compact: ofList((items) => items.filter((item) => !isEmpty(item))),
  slice,
  deepCopy: taking(1, copied),
  merge: merge(false),
  mergeOverwrite: merge(true),
};

export const COLLECTIONS: Readonly<Record<string, Call>> = {
  ...PLAIN,
  ...Object.fromEntries(
    Object.entries(PLAIN).map(([name, call]) => [`must${name[0]!.toUpperCase()}${name.slice(1)}`, call]),
  ),
  index,
  len: taking(1, length),
  list: (given) => given,
  tuple: (given) => given,
  concat: (given) => given.flatMap(list),
  join: taking(2, (separator, items) => texts(list(items)).join(text(separator))),
  sortAlpha: ofList((items) => texts(items).toSorted(compareBytes)),
  toStrings: ofList(texts),
  dict,
  get: taking(2, (from, name) => {
    const at = map(from);
    return Object.hasOwn(at, text(name)) ? field(at, text(name)) : '';
  }),
  set: taking(3, (into, name, value) => {
    changeable(into)[text(name)] = value;
    return into;
  }),
  unset: taking(2, (from, name) => {
    delete changeable(from)[text(name)];
    return from;
  }),
  hasKey: taking(2, (from, name) => Object.hasOwn(map(from), text(name))),
  pluck: ([name, ...maps]) =>
    maps.map(map).flatMap((one) => (Object.hasOwn(one, text(name)) ? [field(one, text(name))] : [])),
  keys: (given) => given.flatMap((one) => sortedNames(map(one))),
  values: taking(1, (from) => sortedNames(map(from)).map((name) => field(map(from), name))),
  pick: (given) => chosen(given, (name, names) => names.includes(name)),
  omit: (given) => chosen(given, (name, names) => !names.includes(name)),
  dig,
};
