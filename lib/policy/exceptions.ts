/** Exceptions from policies: for a part of the program, with a reason, until a day. */
import type { RecordedException, TruekeelError } from '../objects/index.ts';
import type { CollectedEnvironment, CollectedException } from '../render/index.ts';
import { policyError } from './policy-error.ts';
import type { Severity } from './rule.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** When the day is past, in milliseconds since 1970. */
export function endOf(day: string): number {
  return Date.parse(day) + DAY_MS;
}

export interface Exceptions {
  /** What is wrong with the exceptions themselves. */
  readonly errors: readonly TruekeelError[];
  /** Whether an exception is in force for what stands at a construct path. It counts as used then. */
  permit(policy: string, constructPath: string): boolean;
  /** One that was in force until a day that is past. */
  ended(policy: string, constructPath: string): CollectedException | undefined;
  /** Those that permitted something. */
  used(): readonly RecordedException[];
  /** Those that permitted nothing. */
  unused(): readonly TruekeelError[];
}

export interface ExceptionOptions {
  /** What is in force, by name. */
  readonly policies: ReadonlyMap<string, Severity>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function exceptionsOf(
  { exceptions = [] }: CollectedEnvironment,
  { policies, now }: ExceptionOptions,
): Exceptions {
  const errors: TruekeelError[] = [];
  const inForce: CollectedException[] = [];
  const past: CollectedException[] = [];
  for (const exception of exceptions) {
    const problem = problemOf(exception);
    const ends = endOf(exception.expires);
    if (problem !== undefined)
      errors.push(
        policyError(problem, exception, {
          code: 'INVALID_POLICY_EXCEPTION',
          hint: 'Give a reason, and the last day on which it holds, such as 2027-01-31.',
        }),
      );
    else (now < ends ? inForce : past).push(exception);
  }
  const used = new Set<CollectedException>();
  const find = (among: readonly CollectedException[], policy: string, constructPath: string) =>
    among.filter(
      (exception) => exception.policy === policy && isWithin(constructPath, exception.constructPath),
    );
  return {
    errors,
    permit(policy, constructPath) {
      const found = find(inForce, policy, constructPath);
      for (const exception of found) used.add(exception);
      return found.length > 0;
    },
    ended: (policy, constructPath) => find(past, policy, constructPath).at(-1),
    used: () =>
      inForce
        .filter((exception) => used.has(exception))
        .map(({ policy, constructPath = '', reason, expires }) => ({
          policy,
          constructPath,
          reason,
          expires,
        })),
    unused: () =>
      inForce
        .filter((exception) => !used.has(exception))
        .map((exception) =>
          policyError(
            policies.has(exception.policy)
              ? `the exception from ${exception.policy} is not needed any more: nothing there violates it`
              : `there is an exception from ${exception.policy}, which is no policy of this environment`,
            exception,
            { code: 'UNUSED_POLICY_EXCEPTION', hint: 'Take it away.' },
          ),
        ),
  };
}

/** It comes from the process of a program, and may be anything. */
function problemOf({ policy, reason, expires }: CollectedException): string | undefined {
  if (typeof reason !== 'string' || reason.trim() === '')
    return `the exception from ${policy} gives no reason`;
  const time =
    typeof expires === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(expires) ? Date.parse(expires) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== expires) {
    return `the exception from ${policy} expires on ${JSON.stringify(expires)}, which is no day such as 2027-01-31`;
  }
  return undefined;
}

function isWithin(path: string, above: string | undefined): boolean {
  return above === '' || path === above || path.startsWith(`${above}/`);
}
