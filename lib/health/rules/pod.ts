import type { KubernetesObject } from '../../objects/index.ts';
import { conditionsOf, stringAt, UnreadableObject, valueAt } from '../fields.ts';
import type { Health, HealthRule, RuleContext } from '../health.ts';
import { current, failed, inProgress } from '../health.ts';

/** How long a pod may be without a node before that counts as a failure (kstatus: 15 s). */
const SCHEDULE_WINDOW_MS = 15_000;

export const pod: HealthRule = (object, context) => {
  const phase = stringAt(object, 'status.phase', '');
  switch (phase) {
    case 'Succeeded':
      return current('completed');
    case 'Failed':
      return current('completed, but not successfully');
    case 'Running':
      return judgeRunning(object);
    case 'Pending':
      return judgePending(object, context);
    case '':
      return inProgress('PodNotObserved', 'has no phase yet');
    default:
      throw new UnreadableObject(`unknown phase ${phase}`);
  }
};

/** A pod that ended without success is over, and that is all kstatus asks; a wait wants to know that it failed. */
export const podReadiness: HealthRule = (object) =>
  stringAt(object, 'status.phase', '') === 'Failed'
    ? failed(
        stringAt(object, 'status.reason', 'PodFailed'),
        stringAt(object, 'status.message', 'completed, but not successfully'),
      )
    : undefined;

function judgeRunning(object: KubernetesObject): Health {
  if (conditionsOf(object).some(({ type, status }) => type === 'Ready' && status === 'True')) {
    return current('ready');
  }
  const crashing = crashLoopingContainers(object);
  return crashing.length > 0
    ? failed('ContainerCrashLooping', `containers in a crash loop: ${crashing.join(', ')}`)
    : inProgress('PodRunningNotReady', 'running, not ready');
}

function judgePending(object: KubernetesObject, { now }: RuleContext): Health {
  const unscheduled = conditionsOf(object).find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  if (unscheduled?.reason !== 'Unschedulable') return inProgress('PodPending', 'pending');
  const created = Date.parse(stringAt(object, 'metadata.creationTimestamp', ''));
  return now - SCHEDULE_WINDOW_MS < created
    ? inProgress('PodNotScheduled', 'not scheduled yet')
    : failed('PodUnschedulable', unscheduled.message || 'cannot be scheduled');
}

function crashLoopingContainers(object: KubernetesObject): readonly string[] {
  const statuses = valueAt(object, 'status.containerStatuses');
  if (statuses === undefined) return [];
  if (!Array.isArray(statuses)) throw new UnreadableObject('status.containerStatuses is not a list');
  return statuses
    .filter((status) => status?.name !== undefined && status.state?.waiting?.reason === 'CrashLoopBackOff')
    .map((status) => String(status.name));
}
