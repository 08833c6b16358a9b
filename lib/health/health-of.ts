import type { KubernetesObject } from '../objects/index.ts';
import { customRule } from './custom-rule.ts';
import { UnreadableObject } from './fields.ts';
import { judgeAnyKind, judgeReadyCondition } from './generic.ts';
import { groupKind } from './group-kind.ts';
import { current, type Health, type HealthRules } from './health.ts';
import { READINESS_RULES, STATUS_RULES } from './rules/index.ts';

export interface HealthOptions {
  /** Milliseconds since the epoch; the present when absent. A pod without a node fails 15 s after its creation. */
  readonly now?: number;
  /** Rules for more kinds, by group kind (`Certificate.cert-manager.io`, `Pod`); they come before the built-in ones. */
  readonly rules?: HealthRules;
}

/** The state of an object by kstatus' rules (sigs.k8s.io/cli-utils/pkg/kstatus), read from the object alone, plus
 * `Paused` for a Deployment with `spec.paused` and a Job with `spec.suspend`. Widespread custom kinds have rules of
 * their own (`rules/custom/`), which know more than kstatus can: what has failed, what is suspended, and that a
 * status that is missing will come. undefined is an object that is not there: `NotFound`. Never throws: an object
 * whose status cannot be read is `Unknown`. */
export function healthOf(object: KubernetesObject | undefined, options: HealthOptions = {}): Health {
  return judge(object, options, [STATUS_RULES]);
}

/** What a wait asks of an object: {@link healthOf}, made stricter where somebody who waits means more than kstatus
 * does: a Job has completed, a pod has not failed, a load balancer has an address, an APIService is available; a
 * DaemonSet that is updated OnDelete is not waited for until somebody deletes its pods. */
export function readinessOf(object: KubernetesObject | undefined, options: HealthOptions = {}): Health {
  return judge(object, options, [READINESS_RULES, STATUS_RULES]);
}

function judge(
  object: KubernetesObject | undefined,
  { now = Date.now(), rules = {} }: HealthOptions,
  tables: readonly HealthRules[],
): Health {
  if (!object) return { status: 'NotFound', message: 'does not exist' };
  try {
    const general = judgeAnyKind(object);
    if (general) return general;
    const kind = groupKind(object);
    for (const table of [rules, ...tables]) {
      const health = Object.hasOwn(table, kind) ? table[kind]?.(object, { now }) : undefined;
      if (health) return health;
    }
    return customRule(kind)?.(object, { now }) ?? judgeReadyCondition(object) ?? current('exists');
  } catch (error) {
    if (!(error instanceof UnreadableObject)) throw error;
    return { status: 'Unknown', message: error.message, reason: 'Unreadable' };
  }
}

/** Whether there is nothing left to wait for: it is as asked, or stands still because somebody asked for that. */
export function isSettled(health: Health): boolean {
  return health.status === 'Current' || health.status === 'Paused';
}
