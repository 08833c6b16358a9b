/** CEL as ValidatingAdmissionPolicies have it (Kubernetes, "Common Expression Language in Kubernetes"): the variables of
 * admission, and of the libraries of Kubernetes quantities and regular expressions. */
import { createRequire } from 'node:module';
import type { Environment, ParseResult } from '@marcbachmann/cel-js';
import { parseQuantity } from '../../objects/index.ts';

export type Expression = ParseResult;

const VARIABLES = ['object', 'oldObject', 'request', 'params', 'namespaceObject', 'variables'] as const;
export type Variables = { readonly [name in (typeof VARIABLES)[number]]: unknown };

let environment: Environment | undefined;

/** @throws Error when the text is not CEL, or uses what is not known here */
export function parseExpression(text: string): Expression {
  environment ??= makeEnvironment();
  const expression = environment.parse(text);
  const { valid, error } = expression.check();
  if (!valid) throw error ?? new Error('is not valid');
  return expression;
}

class Quantity {
  readonly nano: bigint;

  constructor(text: string) {
    const nano = parseQuantity(text);
    if (nano === undefined) throw new Error(`${JSON.stringify(text)} is not a quantity`);
    this.nano = nano;
  }
}

const NANO = 1_000_000_000n;
const compare = (a: bigint, b: bigint): bigint => (a < b ? -1n : a > b ? 1n : 0n);

function makeEnvironment(): Environment {
  // Loaded by require with the first expression, since policies are carried out synchronously; its types are its own.
  const cel = createRequire(import.meta.url)('@marcbachmann/cel-js') as typeof import('@marcbachmann/cel-js');
  let made = new cel.Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
  }).registerType('Quantity', { ctor: Quantity, fields: {} });
  for (const name of VARIABLES) made = made.registerVariable(name, 'dyn');
  return made
    .registerFunction('quantity(string): Quantity', (text: string) => new Quantity(text))
    .registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined)
    .registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => a.nano < b.nano)
    .registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => a.nano > b.nano)
    .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) =>
      compare(a.nano, b.nano),
    )
    .registerFunction('Quantity.isInteger(): bool', ({ nano }: Quantity) => nano % NANO === 0n)
    .registerFunction('Quantity.asInteger(): int', ({ nano }: Quantity) => nano / NANO)
    .registerFunction('Quantity.sign(): int', ({ nano }: Quantity) => compare(nano, 0n))
    .registerFunction('string.find(string): string', (text: string, pattern: string) => {
      return new RegExp(pattern, 'u').exec(text)?.[0] ?? '';
    })
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => {
      return [...text.matchAll(new RegExp(pattern, 'gu'))].map(([found]) => found);
    })
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) => {
      return text.replaceAll(from, () => to);
    });
}

/** JSON as CEL sees it: whole numbers are ints. */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, celValue(member)]));
}

/** An error of the CEL library in one line: its message without the excerpt. */
export function describeExpressionError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { summary } = error as { readonly summary?: unknown };
  return typeof summary === 'string' ? summary : (error.message.split('\n')[0] ?? '');
}
