/** The health of what runs to an end: whether it has, and how. */
import type { KubernetesObject } from '../objects/index.ts';
import { customRule } from './custom-rule.ts';
import { conditionsOf, stringAt } from './fields.ts';
import { groupKind } from './group-kind.ts';
import type { Health } from './health.ts';
import { current, failed, inProgress } from './health.ts';
import { type HealthOptions, readinessOf } from './health-of.ts';
import { STATUS_RULES } from './rules/index.ts';

/** Conditions by which controllers say that something has run to its end. */
const SUCCESS: ReadonlySet<string> = new Set(['Succeeded', 'Complete', 'Completed']);

/** As {@link readinessOf}, for hooks: `Current` when it has run and succeeded. A pod that is ready has not; what is suspended
 * has not, either. A custom kind without a rule is asked for its conditions Succeeded, Complete and Failed. */
export function hookHealthOf(object: KubernetesObject | undefined, options: HealthOptions = {}): Health {
  const health = readinessOf(object, options);
  if (health.status === 'Paused') return { ...health, status: 'InProgress' };
  if (!object || (health.status !== 'Current' && health.status !== 'InProgress')) return health;
  if (groupKind(object) === 'Pod') {
    const isOver = stringAt(object, 'status.phase', '') === 'Succeeded';
    return health.status === 'Current' && !isOver ? inProgress('PodRunning', 'running') : health;
  }
  return hasRule(object, options) ? health : endOf(object, health);
}

function hasRule(object: KubernetesObject, { rules = {}, now = Date.now() }: HealthOptions): boolean {
  const kind = groupKind(object);
  if (Object.hasOwn(rules, kind) || Object.hasOwn(STATUS_RULES, kind)) return true;
  return customRule(kind)?.(object, { now }) !== undefined;
}

function endOf(object: KubernetesObject, health: Health): Health {
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (SUCCESS.has(type) && status === 'True') return current(message || 'completed');
    if ((type === 'Failed' && status === 'True') || (type === 'Succeeded' && status === 'False'))
      return failed(reason, message || reason || 'failed');
  }
  return health.status === 'InProgress'
    ? health
    : inProgress('NotEnded', 'no condition says that it has ended');
}
