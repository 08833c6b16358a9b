/** Makes rules of expressions. */
import type { HealthExpressions, KubernetesObject } from '../../objects/index.ts';
import { joinGroupKind } from '../group-kind.ts';
import {
  current,
  failed,
  type Health,
  type HealthRule,
  type HealthRules,
  inProgress,
  paused,
} from '../health.ts';
import { celObject, describeExpressionError, type Expression, parseExpression } from './cel.ts';
import { EXPRESSIONS, expressionProblems } from './check.ts';

/** Rules by group kind, for `healthOf`. Nothing is thrown: what a rule with a wrong expression judges is `Unknown`, and so
 * is an object for which an expression gives no answer. */
export function expressionRules(rules: readonly HealthExpressions[]): HealthRules {
  return Object.fromEntries(
    rules.map((rule) => [joinGroupKind(rule.group, rule.kind), expressionRule(rule)]),
  );
}

type Parsed = Readonly<Partial<Record<(typeof EXPRESSIONS)[number], Expression>>>;

function expressionRule(rule: HealthExpressions): HealthRule {
  let parsed: Parsed | readonly string[] | undefined;
  return (object) => {
    parsed ??= parse(rule);
    return Array.isArray(parsed) ? unknown(parsed.join('; ')) : judge(object, parsed as Parsed); // an array is told just before
  };
}

function parse(rule: HealthExpressions): Parsed | readonly string[] {
  const problems = expressionProblems(rule);
  if (problems.length > 0) return problems;
  return Object.fromEntries(
    EXPRESSIONS.flatMap((name) => {
      const text = rule[name];
      return text === undefined ? [] : [[name, parseExpression(text)]];
    }),
  );
}

function judge(object: KubernetesObject, parsed: Parsed): Health {
  const context = { object: celObject(object) };
  const say = (fallback: string) => messageOf(parsed.message, context) ?? fallback;
  for (const [name, make] of [
    ['paused', () => paused(say('paused'))],
    ['failed', () => failed('', say('failed'))],
    ['inProgress', () => inProgress('', say('in progress'))],
    ['current', () => current(say('ready'))],
  ] as const) {
    const expression = parsed[name];
    if (!expression) continue;
    let answer: unknown;
    try {
      answer = expression(context);
    } catch (error) {
      return unknown(`${name}: ${describeExpressionError(error)}`);
    }
    if (typeof answer !== 'boolean') return unknown(`${name}: gives neither true nor false`);
    if (answer) return make();
  }
  return inProgress('', say('not ready yet'));
}

/** A message that cannot be made is no reason to doubt the rest. */
function messageOf(expression: Expression | undefined, context: object): string | undefined {
  if (!expression) return undefined;
  try {
    const message: unknown = expression(context);
    return typeof message === 'string' && message !== '' ? message : undefined;
  } catch {
    return undefined;
  }
}

function unknown(message: string): Health {
  return { status: 'Unknown', message, reason: 'ExpressionFailed' };
}
