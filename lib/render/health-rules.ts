/** The rules by which an application has kinds judged: its environment's, and its own in their place. */
import { expressionProblems, joinGroupKind } from '../health/expressions/index.ts';
import { compareText, type HealthExpressions } from '../objects/index.ts';
import type { Problems } from './problems.ts';
import type { Place } from './tree/index.ts';

/** Somewhere in the program that rules are given. */
interface Giver extends Place {
  readonly name: string;
  readonly health?: readonly HealthExpressions[];
}

/** Says what is wrong with the rules that are given somewhere: expressions, and two for one kind. */
export function checkHealthRules(giver: Giver, what: string, problems: Problems): void {
  const seen = new Set<string>();
  for (const rule of giver.health ?? []) {
    const kind = nameOf(rule);
    const found = [
      ...expressionProblems(rule),
      ...(seen.has(kind) ? ['there is another rule for this kind'] : []),
    ];
    seen.add(kind);
    for (const problem of found) {
      problems.add(giver, {
        code: 'INVALID_HEALTH_RULE',
        message: `health rule for ${kind} of ${what} ${giver.name}: ${problem}`,
        hint: 'Expressions are CEL over the variable "object"; see docs/health.md.',
      });
    }
  }
}

/** @param kinds of the application's objects, such as `Widget.acme.io`: of the environment's rules no others are kept */
export function healthRulesOf(
  application: readonly HealthExpressions[] = [],
  environment: readonly HealthExpressions[] = [],
  kinds: ReadonlySet<string>,
): readonly HealthExpressions[] {
  const own = new Set(application.map(nameOf));
  const inherited = environment.filter((rule) => kinds.has(nameOf(rule)) && !own.has(nameOf(rule)));
  return [...application, ...inherited].sort((a, b) => compareText(nameOf(a), nameOf(b)));
}

function nameOf({ group, kind }: HealthExpressions): string {
  return joinGroupKind(group, kind);
}
