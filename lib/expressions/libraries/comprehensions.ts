/** CEL's macros with two variables (ext.TwoVarComprehensions): the index and the item of a list, the key and the value of a
 * map; and `sortBy` (ext.Lists), which has one. */
import type { Environment } from '@marcbachmann/cel-js';
import { compare } from './lists.ts';

/** What a macro sees of the syntax tree, the type checker and the evaluator of the library, of which it publishes no types. */
interface Node {
  readonly op: string;
  readonly args: unknown;
}

interface Context {
  forkWithVariable(name: string, type: unknown): Context;
  reuse(parent: Context): Context;
  setIterValue(value: unknown, evaluator: Evaluator): Context;
}

interface Checker {
  check(node: Node, context: Context): unknown;
  getType(name: string): unknown;
}

interface Evaluator {
  run(node: Node, context: Context): unknown;
}

interface Macro {
  readonly receiver: Node;
  readonly names: readonly [string, string];
  readonly filter: Node | undefined;
  readonly body: Node;
  keyContext?: Context;
  valueContext?: Context;
}

type Entries = Iterable<readonly [unknown, unknown]>;

/** What comes of the entries. @param bodyOf gives undefined for an entry that the filter leaves out */
type Fold = (entries: Entries, bodyOf: (key: unknown, value: unknown) => unknown) => unknown;

interface Shape {
  readonly name: string;
  readonly returns: string;
  readonly fold: Fold;
  /** Whether a filter may stand before the last argument. */
  readonly isFiltered?: boolean;
}

/** An outcome that is decided is decided, whatever errors others have. */
function quantifier(decides: boolean): Fold {
  return (entries, bodyOf) => {
    let failure: unknown;
    for (const [key, value] of entries) {
      try {
        const outcome = bodyOf(key, value);
        if (typeof outcome !== 'boolean') throw new Error('a predicate has to give true or false');
        if (outcome === decides) return decides;
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return !decides;
  };
}

const existsOne: Fold = (entries, bodyOf) =>
  [...entries].filter(([key, value]) => bodyOf(key, value) === true).length === 1;

const transformList: Fold = (entries, bodyOf) =>
  [...entries].flatMap(([key, value]) => {
    const made = bodyOf(key, value);
    return made === undefined ? [] : [made];
  });

const transformMap: Fold = (entries, bodyOf) => {
  const made = new Map<unknown, unknown>();
  for (const [key, value] of entries) {
    const body = bodyOf(key, value);
    if (body !== undefined) made.set(key, body);
  }
  return made;
};

const transformMapEntry: Fold = (entries, bodyOf) => {
  const made = new Map<unknown, unknown>();
  for (const [key, value] of entries) {
    const body = bodyOf(key, value);
    if (body === undefined) continue;
    for (const [name, one] of entriesOf(body)) {
      if (made.has(name)) throw new Error(`the key ${String(name)} is made twice`);
      made.set(name, one);
    }
  }
  return made;
};

const sortBy: Fold = (entries, bodyOf) =>
  [...entries]
    .map(([index, item]) => ({ item, key: bodyOf(index, item) }))
    .sort((a, b) => {
      const order = compare(a.key, b.key);
      if (order === 0 && a !== b) throw new Error('the order of equals is left to the server');
      return order;
    })
    .map(({ item }) => item);

const SHAPES: readonly Shape[] = [
  { name: 'all', returns: 'bool', fold: quantifier(false) },
  { name: 'exists', returns: 'bool', fold: quantifier(true) },
  { name: 'existsOne', returns: 'bool', fold: existsOne },
  { name: 'exists_one', returns: 'bool', fold: existsOne },
  { name: 'transformList', returns: 'list', fold: transformList, isFiltered: true },
  { name: 'transformMap', returns: 'map', fold: transformMap, isFiltered: true },
  { name: 'transformMapEntry', returns: 'map', fold: transformMapEntry, isFiltered: true },
];

/** @param step called for each entry that is looked at */
export function registerComprehensions(environment: Environment, step: () => void): void {
  for (const { name, returns, fold, isFiltered = false } of SHAPES) {
    const type = { bool: 'bool', list: 'list<dyn>', map: 'map<dyn, dyn>' }[returns]!;
    const macro = expander({ type, fold, step });
    environment.registerFunction(`list.${name}(ast, ast, ast): ${type}`, macro);
    if (isFiltered) environment.registerFunction(`list.${name}(ast, ast, ast, ast): ${type}`, macro);
  }
  const sorting = expander({ type: 'list<dyn>', fold: sortBy, step });
  environment.registerFunction(
    'list.sortBy(ast, ast): list<dyn>',
    ({ args, receiver }: { readonly args: readonly Node[]; readonly receiver: Node }) =>
      // The index has a name that no expression can write.
      sorting({ args: [{ op: 'id', args: '@index' }, ...args], receiver }),
  );
}

function expander({
  type,
  fold,
  step,
}: {
  readonly type: string;
  readonly fold: Fold;
  readonly step: () => void;
}) {
  return ({ args, receiver }: { readonly args: readonly Node[]; readonly receiver: Node }) => {
    const [key, value, ...rest] = args;
    const macro: Macro = {
      receiver,
      names: [variable(key!), variable(value!)],
      filter: rest.length > 1 ? rest[0] : undefined,
      body: rest.at(-1)!,
    };
    return {
      async: false,
      typeCheck: (checker: Checker, _: unknown, context: Context) => check(macro, checker, context, type),
      evaluate: (evaluator: Evaluator, _: unknown, context: Context) => {
        const entries = entriesOf(evaluator.run(macro.receiver, context));
        return fold(entries, (...entry) => {
          step();
          const at = entryContext(macro, entry, evaluator, context);
          const isLeftOut = macro.filter !== undefined && evaluator.run(macro.filter, at) !== true;
          return isLeftOut ? undefined : evaluator.run(macro.body, at);
        });
      },
    };
  };
}

function variable({ op, args }: Node): string {
  if (op === 'id' && typeof args === 'string') return args;
  throw new Error('the first two arguments are names of variables');
}

function check(macro: Macro, checker: Checker, context: Context, type: string): unknown {
  checker.check(macro.receiver, context);
  const [key, value] = macro.names;
  macro.keyContext = context.forkWithVariable(key, checker.getType('dyn'));
  macro.valueContext = macro.keyContext.forkWithVariable(value, checker.getType('dyn'));
  if (macro.filter) checker.check(macro.filter, macro.valueContext);
  checker.check(macro.body, macro.valueContext);
  return checker.getType(type);
}

function entryContext(
  { keyContext, valueContext }: Macro,
  [key, value]: readonly [unknown, unknown],
  evaluator: Evaluator,
  context: Context,
): Context {
  // Both were made when the expression was checked, which it is before it is evaluated.
  const at = keyContext!.reuse(context).setIterValue(key, evaluator);
  return valueContext!.reuse(at).setIterValue(value, evaluator);
}

function entriesOf(value: unknown): Entries {
  if (value instanceof Map) return value.entries();
  if (Array.isArray(value) || value instanceof Set)
    return [...value].map((item, index) => [BigInt(index), item] as const);
  if (typeof value === 'object' && value !== null) return Object.entries(value);
  throw new Error('only lists and maps have entries');
}
