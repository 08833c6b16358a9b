/** A rule written as data: which conditions mean what. Most custom kinds need no more than this. */
import type { KubernetesObject } from '../../objects/index.ts';
import { type Condition, conditionsOf, valueAt } from '../fields.ts';
import type { Health, HealthRule } from '../health.ts';
import { current, failed, inProgress, paused } from '../health.ts';

/** Matches a condition by type, status and, when given, reason. */
export interface ConditionMatch {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
}

/** Asked in the order of the members; the first that matches decides. */
export interface ConditionRule {
  /** Path of a field that holds `true` while the object is paused: `spec.suspend`. */
  readonly pausedBy?: string;
  readonly failed?: readonly ConditionMatch[];
  readonly inProgress?: readonly ConditionMatch[];
  readonly current?: readonly ConditionMatch[];
  /** When nothing matches, usually because the controller has not written conditions yet. Without it the rules for
   * objects of any kind decide. */
  readonly otherwise?: 'InProgress' | 'Current';
}

/** Makes a rule of data. */
export function conditionRule(rule: ConditionRule): HealthRule {
  return (object) => {
    if (rule.pausedBy && valueAt(object, rule.pausedBy) === true) return paused(`paused (${rule.pausedBy})`);
    const conditions = conditionsOf(object);
    const failure = firstMatch(conditions, rule.failed);
    if (failure) return failed(failure.reason, failure.message);
    const progress = firstMatch(conditions, rule.inProgress);
    if (progress) return inProgress(progress.reason, progress.message);
    const done = firstMatch(conditions, rule.current);
    if (done) return current(done.message || `${done.type} is ${done.status}`);
    return judgeNothing(object, rule);
  };
}

function firstMatch(
  conditions: readonly Condition[],
  matches: readonly ConditionMatch[] = [],
): Condition | undefined {
  return conditions.find((condition) =>
    matches.some(
      ({ type, status, reason }) =>
        condition.type === type &&
        condition.status === status &&
        (reason === undefined || condition.reason === reason),
    ),
  );
}

function judgeNothing(object: KubernetesObject, { otherwise }: ConditionRule): Health | undefined {
  if (otherwise === 'Current') return current('exists');
  if (otherwise === 'InProgress') {
    return inProgress('NoConditions', `waiting for the controller of ${object.kind} to report`);
  }
  return undefined;
}
