/** The part of CEL that rules may use, and how objects look in it. */
import { createRequire } from 'node:module';
import type { Environment, ParseResult } from '@marcbachmann/cel-js';
import { bounded, celValue } from '../../expressions/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';

export type Expression = ParseResult;

/** Far more than a readable rule needs. */
const LIMITS = {
  maxAstNodes: 1000,
  maxDepth: 50,
  maxListElements: 200,
  maxMapEntries: 200,
  maxCallArguments: 20,
};

let environment: Environment | undefined;

/** @throws Error when the text is not CEL */
export function parseExpression(text: string): Expression {
  environment ??= makeEnvironment();
  const expression = environment.parse(text);
  // What is wrong with it is told by who asks for that.
  return expression.check().valid ? bounded(expression) : expression;
}

function makeEnvironment(): Environment {
  // Loaded by require, since rendering and judging are synchronous; its types are those of the package.
  const cel = createRequire(import.meta.url)('@marcbachmann/cel-js') as typeof import('@marcbachmann/cel-js');
  return new cel.Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: LIMITS,
  }).registerVariable('object', 'dyn');
}

/** An error of the CEL library in one line: its message without the excerpt, and where in the text. */
export function describeExpressionError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { summary, range } = error as {
    readonly summary?: unknown;
    readonly range?: { readonly start: number };
  };
  const text = typeof summary === 'string' ? summary : (error.message.split('\n')[0] ?? '');
  return range ? `${text} (at character ${range.start + 1})` : text;
}

/** The object as CEL sees Kubernetes objects: whole numbers are ints. Who manages its fields is left out. */
export function celObject({ metadata, ...object }: KubernetesObject): unknown {
  const { managedFields: _, ...rest } = metadata;
  return celValue({ ...object, metadata: rest });
}
