/** CEL as API servers have it (Kubernetes, "Common Expression Language in Kubernetes"). */
import { createRequire } from 'node:module';
import type { Environment, ParseResult } from '@marcbachmann/cel-js';
import { spend, withinBudget } from './budget.ts';
import { registerAddresses } from './libraries/addresses.ts';
import { registerCharacters } from './libraries/characters.ts';
import { registerComprehensions } from './libraries/comprehensions.ts';
import { registerFormats } from './libraries/formats.ts';
import { registerLists } from './libraries/lists.ts';
import { registerQuantities } from './libraries/quantities.ts';
import { registerTexts } from './libraries/texts.ts';
import { registerUrls } from './libraries/urls.ts';
import { registerVersions } from './libraries/versions.ts';
import { replaceFunctions } from './replaced.ts';
import { refineTree } from './tree.ts';

export type Expression = ParseResult;

/** Parses expressions over the named variables; the values of all of them are given when one is evaluated.
 * @returns a function that throws an Error when the text is not CEL, or uses what is not known here */
export function expressionParser(variables: readonly string[]): (text: string) => Expression {
  let environment: Environment | undefined;
  return (text) => {
    environment ??= makeEnvironment(variables);
    const expression = environment.parse(text);
    replaceFunctions(expression.ast);
    const { valid, error } = expression.check();
    if (!valid) throw error ?? new Error('is not valid');
    return bounded(expression);
  };
}

/** An expression that ends, after so many items at the latest that no server would go on.
 * @param expression that was checked */
export function bounded(expression: Expression): Expression {
  refineTree(expression.ast);
  const evaluate = ((context) => withinBudget(() => expression(context))) as Expression;
  evaluate.ast = expression.ast;
  evaluate.check = expression.check;
  return evaluate;
}

export function makeEnvironment(variables: readonly string[]): Environment {
  // Loaded by require with the first expression, since rules are carried out synchronously; its types are its own.
  const cel = createRequire(import.meta.url)('@marcbachmann/cel-js') as typeof import('@marcbachmann/cel-js');
  const made = new cel.Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
  });
  const libraries = [
    registerQuantities,
    registerLists,
    registerTexts,
    registerCharacters,
    registerAddresses,
    registerUrls,
    registerVersions,
  ];
  for (const register of libraries) register(made);
  registerFormats(made, cel);
  registerComprehensions(made, spend);
  for (const name of variables) made.registerVariable(name, 'dyn');
  return made;
}

/** JSON as CEL sees it: whole numbers are ints. */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== 'object' || value === null) return value;
  // A Map, as an object has members such as `constructor` that nobody wrote.
  return new Map(Object.entries(value).map(([name, member]) => [name, celValue(member)]));
}

/** An error of the CEL library in one line: its message without the excerpt. */
export function describeExpressionError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { summary } = error as { readonly summary?: unknown };
  return typeof summary === 'string' ? summary : (error.message.split('\n')[0] ?? '');
}
