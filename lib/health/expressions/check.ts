/** Says what is wrong with a rule before it is ever used. */
import type { HealthExpressions } from '../../objects/index.ts';
import { describeExpressionError, type Expression, parseExpression } from './cel.ts';

/** The expressions of a rule in the order in which they are asked, and last the one that gives the message. */
export const EXPRESSIONS = ['paused', 'failed', 'inProgress', 'current', 'message'] as const;

/** Expressions come from programs and run beside the credentials of a cluster: they shall end soon. A list within a list
 * is looked at, but not more; and the library matches patterns with JavaScript's engine, which can take forever. */
const MOST_NESTED = 2;
const FORBIDDEN: ReadonlySet<string> = new Set(['matches']);
const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const MOST_CHARACTERS = 4096;

/** What is wrong, one line an expression: `current: Unexpected token: EOF (at character 23)`. */
export function expressionProblems(rule: HealthExpressions): readonly string[] {
  return EXPRESSIONS.flatMap((name) => {
    // The rule may come from a program in JavaScript, or from a file.
    const text: unknown = rule[name];
    if (text === undefined) return name === 'current' ? ['current: is missing'] : [];
    const problem = problemOf(text, name === 'message' ? 'string' : 'bool');
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
}

function problemOf(text: unknown, wanted: 'bool' | 'string'): string | undefined {
  if (typeof text !== 'string') return 'is not a text';
  if (text.length > MOST_CHARACTERS) return `is longer than ${MOST_CHARACTERS} characters`;
  let expression: Expression;
  try {
    expression = parseExpression(text);
  } catch (error) {
    return describeExpressionError(error);
  }
  const { valid, type = 'dyn', error } = expression.check();
  if (!valid) return describeExpressionError(error);
  if (type !== wanted && type !== 'dyn') return `gives ${type}, and has to give ${wanted}`;
  return problemOfNode(expression.ast, 0);
}

function problemOfNode(node: unknown, loops: number): string | undefined {
  if (Array.isArray(node)) {
    for (const part of node) {
      const problem = problemOfNode(part, loops);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return undefined;
  const name = node.op === 'call' || node.op === 'rcall' ? calledName(node.args) : '';
  if (FORBIDDEN.has(name)) return `${name} is not available: use startsWith, endsWith, contains or ==`;
  const inside = LOOPS.has(name) ? loops + 1 : loops;
  if (inside > MOST_NESTED) return `goes through lists within lists more than ${MOST_NESTED} deep`;
  return problemOfNode(node.args, inside);
}

function calledName(args: unknown): string {
  return Array.isArray(args) && typeof args[0] === 'string' ? args[0] : '';
}
