import type { KubernetesObject } from '../../objects/index.ts';
import { type Condition, conditionOf, withCondition, withoutCondition } from './conditions.ts';
import type { Reconciliation } from './controller.ts';
import { newReplicaSetOf, replicaSetsOf } from './replica-sets.ts';
import { rollingLimits } from './rolling-update.ts';
import { millisecondsOf, rfc3339 } from './time.ts';
import { countsOf, writeStatus } from './write-status.ts';

interface Progress {
  readonly wanted: number;
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly unavailable: number;
}

/** Sums up the ReplicaSets of a Deployment in its status. */
export function updateDeploymentStatus(context: Reconciliation, deployment: KubernetesObject): void {
  const all = replicaSetsOf(context, deployment);
  const fresh = newReplicaSetOf(deployment, all);
  const sum = (count: (replicaSet: KubernetesObject) => number | undefined) =>
    all.reduce((total, replicaSet) => total + (count(replicaSet) ?? 0), 0);
  const available = sum(({ status }) => status?.availableReplicas);
  const progress: Progress = {
    wanted: deployment.spec?.replicas ?? 1,
    replicas: sum(({ status }) => status?.replicas),
    updated: fresh?.status?.replicas ?? 0,
    ready: sum(({ status }) => status?.readyReplicas),
    available,
    unavailable: Math.max(0, sum(({ spec }) => spec.replicas) - available),
  };

  let conditions: readonly Condition[] = deployment.status?.conditions ?? [];
  conditions = put(context, conditions, availableCondition(deployment, progress));
  const progressing = progressingCondition(context, deployment, fresh, progress);
  if (progressing) conditions = put(context, conditions, progressing);
  const failure = conditionOf<Condition>(fresh?.status?.conditions, 'ReplicaFailure');
  conditions = failure
    ? put(context, conditions, { ...failure })
    : withoutCondition(conditions, 'ReplicaFailure');

  writeStatus(context.client, deployment, {
    observedGeneration: deployment.metadata.generation,
    ...countsOf({
      replicas: progress.replicas,
      updatedReplicas: progress.updated,
      readyReplicas: progress.ready,
      availableReplicas: progress.available,
      unavailableReplicas: progress.unavailable,
    }),
    terminatingReplicas: sum(({ status }) => status?.terminatingReplicas),
    conditions,
  });
}

/** Deployment conditions also tell when they were last written with anything new. */
function put(
  { now }: Reconciliation,
  conditions: readonly Condition[],
  condition: Condition,
): readonly Condition[] {
  const before = conditionOf(conditions, condition.type);
  const same =
    before?.status === condition.status &&
    before.reason === condition.reason &&
    before.message === condition.message &&
    condition.lastUpdateTime === undefined;
  if (same) return conditions;
  return withCondition(conditions, { ...condition, lastUpdateTime: rfc3339(now()) }, now());
}

function availableCondition(deployment: KubernetesObject, { wanted, available }: Progress): Condition {
  const { maxSurge, maxUnavailable } = deployment.spec?.strategy?.rollingUpdate ?? {};
  const allowed =
    deployment.spec?.strategy?.type === 'Recreate'
      ? 0
      : rollingLimits(wanted, maxSurge, maxUnavailable).maxUnavailable;
  return available >= wanted - allowed
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** @returns what the Progressing condition shall be; undefined when it stays as it is */
function progressingCondition(
  context: Reconciliation,
  deployment: KubernetesObject,
  fresh: KubernetesObject | undefined,
  progress: Progress,
): Condition | undefined {
  const before = conditionOf<Condition>(deployment.status?.conditions, 'Progressing');
  if (deployment.spec?.paused === true) {
    return {
      type: 'Progressing',
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
    };
  }
  if (!fresh) return undefined;
  const subject = `ReplicaSet "${fresh.metadata.name}"`;
  const { wanted, replicas, updated, available } = progress;
  if (updated === wanted && replicas === wanted && available >= wanted) {
    const message = `${subject} has successfully progressed.`;
    return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message };
  }
  // Pods that fall ill later are no new rollout.
  const sameRollout = before?.message === `${subject} has successfully progressed.`;
  if (sameRollout && deployment.status?.observedGeneration === deployment.metadata.generation)
    return undefined;

  const isNew = !before?.message?.includes(`"${fresh.metadata.name}"`);
  if (isNew || hasMoved(deployment.status ?? {}, progress)) {
    watchDeadline(context, deployment, context.now().getTime());
    const lastUpdateTime = rfc3339(context.now());
    return hasMoved(deployment.status ?? {}, progress)
      ? {
          type: 'Progressing',
          status: 'True',
          reason: 'ReplicaSetUpdated',
          message: `${subject} is progressing.`,
          lastUpdateTime,
        }
      : {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetCreated',
          message: `Created new replica set "${fresh.metadata.name}"`,
          lastUpdateTime,
        };
  }
  if (before?.reason === 'ProgressDeadlineExceeded') return undefined;
  if (!watchDeadline(context, deployment, millisecondsOf(before?.lastUpdateTime))) return undefined;
  return {
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: `${subject} has timed out progressing.`,
  };
}

function hasMoved(status: Readonly<Record<string, number | undefined>>, now: Progress): boolean {
  const { updatedReplicas = 0, replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  return (
    now.updated > updatedReplicas ||
    now.replicas - now.updated < replicas - updatedReplicas ||
    now.ready > readyReplicas ||
    now.available > availableReplicas
  );
}

/** @returns whether the deadline has passed; if not, the Deployment is looked at again when it does */
function watchDeadline(context: Reconciliation, deployment: KubernetesObject, sinceMs: number): boolean {
  const seconds: number = deployment.spec?.progressDeadlineSeconds ?? 600;
  if (seconds >= 2 ** 31 - 1) return false;
  const left = sinceMs + seconds * 1_000 - context.now().getTime();
  if (left <= 0) return true;
  context.again(left);
  return false;
}
