/** Whether expressions over a typed value compile. The library knows fewer types and functions than an API server, so only
 * what is wrong for certain is told; its own words are put into the server's. */
import type { Environment } from '@marcbachmann/cel-js';
import { makeEnvironment } from './cel.ts';
import { FUNCTIONS, NAMES, UNCERTAIN } from './declared.ts';
import { replaceFunctions, writtenName } from './replaced.ts';
import { nodesIn } from './syntax.ts';

export type CheckedType =
  | 'dyn'
  | 'string'
  | 'int'
  | 'bool'
  | 'bytes'
  | 'google.protobuf.Timestamp'
  | 'google.protobuf.Duration'
  | { readonly items: CheckedType }
  | { readonly values: CheckedType }
  | { readonly fields: Readonly<Record<string, CheckedType>> };

export interface Checked {
  /** Why it does not compile. */
  readonly problem?: string;
  /** What it evaluates to; undefined when that is not certain. */
  readonly type?: string;
}

let base: Environment | undefined;

/** By type and expression: definitions say the same of the same in many places, and come again with each environment. */
const verdicts = new Map<string, Checked>();
const MOST_VERDICTS = 20_000;

/** @param self the type of `self`; `oldSelf` may be anything
 * @param texts all that are going to be asked about */
export function checkExpression(self: CheckedType, texts: readonly string[]): (text: string) => Checked {
  const words = new Set(texts.join(' ').match(/\w+/g));
  const named = withoutUnnamed(self, words);
  const about = JSON.stringify(named);
  let environment: Environment | undefined;
  return (text) => {
    const key = `${about} ${text}`;
    const known = verdicts.get(key);
    if (known) return known;
    base ??= makeEnvironment([]);
    environment ??= withSelf(base.clone(), named);
    const verdict = checked(environment, text, named);
    if (verdicts.size >= MOST_VERDICTS) verdicts.clear();
    verdicts.set(key, verdict);
    return verdict;
  };
}

/** Fields that no expression names make no difference, and a type has hundreds of them. */
function withoutUnnamed(type: CheckedType, words: ReadonlySet<string>): CheckedType {
  if (typeof type === 'string') return type;
  if ('items' in type) return { items: withoutUnnamed(type.items, words) };
  if ('values' in type) return { values: withoutUnnamed(type.values, words) };
  const fields: Record<string, CheckedType> = {};
  for (const [name, field] of Object.entries(type.fields))
    if (words.has(name)) fields[name] = withoutUnnamed(field, words);
  return { fields };
}

function withSelf(environment: Environment, self: CheckedType): Environment {
  let count = 0;
  const nameOf = (type: CheckedType): string => {
    if (typeof type === 'string') return type;
    if ('items' in type) return `list<${nameOf(type.items)}>`;
    if ('values' in type) return `map<string, ${nameOf(type.values)}>`;
    const schema = Object.fromEntries(
      Object.entries(type.fields).map(([name, field]) => [name, nameOf(field)]),
    );
    const name = `Object${count++}`;
    environment.registerType({ name, schema });
    return name;
  };
  environment.registerVariable('self', nameOf(self));
  environment.registerVariable('oldSelf', 'dyn');
  return environment;
}

function checked(environment: Environment, text: string, self: CheckedType): Checked {
  let expression: ReturnType<Environment['parse']>;
  try {
    expression = environment.parse(text);
  } catch (error) {
    const { name, summary, message } = Object(error) as { name?: string; summary?: string; message?: string };
    if (name !== 'ParseError') return {};
    const said = summary ?? message ?? '';
    const reserved = /^Reserved identifier: (\w+)$/.exec(said)?.[1];
    return {
      problem: reserved === undefined ? `Syntax error: ${said}` : `reserved identifier: ${reserved}`,
    };
  }
  const undeclared = undeclaredFunction(expression.ast);
  if (undeclared !== undefined)
    return { problem: `undeclared reference to '${undeclared}' (in container '')` };
  replaceFunctions(expression.ast);
  const missing = missingField(expression.ast, self);
  if (missing !== undefined) return { problem: `undefined field '${missing}'` };
  const { valid, type, error } = expression.check();
  if (valid) return type !== undefined && CERTAIN.test(type) ? { type } : {};
  const problem = problemOf(Object(error));
  return problem === undefined ? {} : { problem };
}

const CERTAIN = /^(?:string|int|bool|bytes|list<(?:string|int|bool)>)$/;

function undeclaredFunction(ast: unknown): string | undefined {
  for (const { op, args } of nodesIn(ast)) {
    if ((op !== 'call' && op !== 'rcall') || !Array.isArray(args)) continue;
    const name: unknown = args[0];
    if (typeof name === 'string' && !FUNCTIONS.has(name)) return name;
  }
  return undefined;
}

/** Of what `has` asks for, which the library does not check. */
function missingField(ast: unknown, self: CheckedType): string | undefined {
  for (const { op, args } of nodesIn(ast)) {
    if (op !== 'call' || !Array.isArray(args) || args[0] !== 'has') continue;
    let at: CheckedType | undefined = self;
    for (const name of pathFromSelf(args[1]?.[0]) ?? []) {
      if (at === undefined || typeof at === 'string' || !('fields' in at)) break;
      if (!Object.hasOwn(at.fields, name)) return name;
      at = at.fields[name];
    }
  }
  return undefined;
}

/** `self.a.b` to `a`, `b`; undefined for what is anything else. */
function pathFromSelf(node: unknown): readonly string[] | undefined {
  const { op, args } = Object(node) as { readonly op?: unknown; readonly args?: unknown };
  if (op === 'id') return args === 'self' ? [] : undefined;
  if (op !== '.' || !Array.isArray(args) || typeof args[1] !== 'string') return undefined;
  const above = pathFromSelf(args[0]);
  return above && [...above, args[1]];
}

const OPERATORS: Readonly<Record<string, string>> = {
  '%': '_%_',
  '*': '_*_',
  '+': '_+_',
  '-': '_-_',
  '/': '_/_',
  '<': '_<_',
  '<=': '_<=_',
  '==': '_==_',
  '!=': '_!=_',
  '>': '_>_',
  '>=': '_>=_',
};

/** Of two of these, neither is ever taken for the other. */
const PLAIN = '(string|int|bool|bytes)';
const OVERLOAD = new RegExp(`^no such overload: ${PLAIN} (\\S+) ${PLAIN}$`);
const PLAIN_TYPE = new RegExp(`^${PLAIN}$`);
const CALL = new RegExp(`^found no matching overload for '(?:${PLAIN}\\.)?(\\w+)\\((.*)\\)'$`);
const UNARY = new RegExp(`^no such overload: ([!-])${PLAIN}$`);
const INDEXED = new RegExp(`^Cannot index type '${PLAIN}'$`);
const NO_BOOL = /, got '(string|int|bytes)'$/;
const BRANCHES = new RegExp(`got '${PLAIN}' and '${PLAIN}'$`);

function overloadProblem(summary: string): string | undefined {
  const [, sign, operand] = UNARY.exec(summary) ?? [];
  if (sign !== undefined) {
    const fits = operand === (sign === '!' ? 'bool' : 'int');
    return fits ? undefined : `found no matching overload for '${sign}_' applied to '(${operand})'`;
  }
  const [, left, operator = '', right] = OVERLOAD.exec(summary) ?? [];
  const name = operator === 'in' ? '@in' : OPERATORS[operator];
  return name === undefined || (left === right && operator !== 'in')
    ? undefined
    : `found no matching overload for '${name}' applied to '(${left}, ${right})'`;
}

/** Of a call whose receiver and arguments are {@link PLAIN}. */
function callProblem(summary: string): string | undefined {
  const [, receiver, called = '', given = ''] = CALL.exec(summary) ?? [];
  const types = given === '' ? [] : given.split(', ');
  if (called === '' || UNCERTAIN.has(called) || !types.every((type) => PLAIN_TYPE.test(type)))
    return undefined;
  const name = writtenName(called);
  const on = receiver === undefined ? '' : `${receiver}.`;
  return `found no matching overload for '${name}' applied to '${on}(${types.join(', ')})'`;
}

function problemOf({ code, summary = '' }: { code?: unknown; summary?: string }): string | undefined {
  switch (code) {
    case 'unknown_variable': {
      const name = /^Unknown variable: (\w+)$/.exec(summary)?.[1];
      return name === undefined || NAMES.has(name)
        ? undefined
        : `undeclared reference to '${name}' (in container '')`;
    }
    case 'no_such_key': {
      const name = /^No such key: (\w+)$/.exec(summary)?.[1];
      return name === undefined ? undefined : `undefined field '${name}'`;
    }
    case 'cannot_index_type': {
      const type = INDEXED.exec(summary)?.[1];
      return type === undefined ? undefined : `type '${type}' does not support field selection`;
    }
    case 'no_matching_overload':
      return callProblem(summary);
    case 'no_such_overload':
      return overloadProblem(summary);
    case 'invalid_condition_type':
    case 'invalid_logical_operand': {
      const type = NO_BOOL.exec(summary)?.[1];
      return type === undefined ? undefined : `expected type 'bool' but found '${type}'`;
    }
    case 'incompatible_ternary_branches': {
      const [, one, other] = BRANCHES.exec(summary) ?? [];
      return one === undefined
        ? undefined
        : `found no matching overload for '_?_:_' applied to '(bool, ${one}, ${other})'`;
    }
    default:
      return undefined;
  }
}
