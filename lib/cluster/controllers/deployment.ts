import type { KubernetesObject } from '../../objects/index.ts';
import { type Controller, controlled, itself, type Reconciliation } from './controller.ts';
import { updateDeploymentStatus } from './deployment-status.ts';
import { DEPLOYMENT, POD, REPLICA_SET } from './kinds.ts';
import { isOver } from './pods.ts';
import {
  ensureNewReplicaSet,
  newReplicaSetOf,
  removeOldHistory,
  replicaSetsOf,
  scaleTo,
} from './replica-sets.ts';
import { nextNewReplicas, nextOldReplicas, rollingLimits } from './rolling-update.ts';

/** Brings a Deployment from one ReplicaSet to the next. */
export const deploymentController: Controller = {
  manager: 'kube-controller-manager',
  component: 'deployment-controller',
  watches: [itself(DEPLOYMENT), controlled(REPLICA_SET, DEPLOYMENT)],
  reconcile(context, { namespace, name }) {
    const deployment = context.client.get(DEPLOYMENT, namespace, name);
    if (!deployment) return;
    if (deployment.metadata.deletionTimestamp === undefined) {
      if (deployment.spec?.paused === true) scalePaused(context, deployment);
      else rollOut(context, deployment);
    }
    const latest = context.client.get(DEPLOYMENT, namespace, name);
    if (latest) updateDeploymentStatus(context, latest);
  },
};

/** A paused rollout makes no new ReplicaSet, but replicas still count. */
function scalePaused(context: Reconciliation, deployment: KubernetesObject): void {
  const all = replicaSetsOf(context, deployment);
  const active = all.filter((replicaSet) => replicaSet.spec.replicas > 0);
  const only = active.length <= 1 ? (active[0] ?? newReplicaSetOf(deployment, all)) : undefined;
  if (only) scaleTo(context, deployment, only, deployment.spec?.replicas ?? 1);
}

function rollOut(context: Reconciliation, deployment: KubernetesObject): void {
  if (deployment.spec?.strategy?.type === 'Recreate') recreate(context, deployment);
  else rollingUpdate(context, deployment);
  removeOldHistory(context, deployment);
}

function recreate(context: Reconciliation, deployment: KubernetesObject): void {
  const wanted: number = deployment.spec?.replicas ?? 1;
  const existing = newReplicaSetOf(deployment, replicaSetsOf(context, deployment));
  const old = replicaSetsOf(context, deployment).filter(
    (replicaSet) => replicaSet.metadata.uid !== existing?.metadata.uid,
  );
  for (const replicaSet of old) scaleTo(context, deployment, replicaSet, 0);
  const running = old.some((replicaSet) =>
    context.owned.of(context.client, POD, replicaSet).some((pod) => !isOver(pod)),
  );
  if (running) return;
  scaleTo(context, deployment, ensureNewReplicaSet(context, deployment, wanted), wanted);
}

function rollingUpdate(context: Reconciliation, deployment: KubernetesObject): void {
  const wanted: number = deployment.spec?.replicas ?? 1;
  const { maxSurge, maxUnavailable } = deployment.spec?.strategy?.rollingUpdate ?? {};
  const limits = rollingLimits(wanted, maxSurge, maxUnavailable);

  const existing = newReplicaSetOf(deployment, replicaSetsOf(context, deployment));
  const old = replicaSetsOf(context, deployment).filter(
    (replicaSet) => replicaSet.metadata.uid !== existing?.metadata.uid,
  );
  const before = existing ? generationOf(existing) : { replicas: 0, available: 0 };
  const replicas = nextNewReplicas(wanted, before, old.map(generationOf), limits);
  const fresh = scaleTo(context, deployment, ensureNewReplicaSet(context, deployment, replicas), replicas);

  const next = nextOldReplicas(wanted, generationOf(fresh), old.map(generationOf), limits);
  old.forEach((replicaSet, index) => {
    scaleTo(context, deployment, replicaSet, next[index]!); // one number for each
  });
}

function generationOf(replicaSet: KubernetesObject): { replicas: number; available: number } {
  const replicas: number = replicaSet.spec.replicas ?? 1;
  // The status may be older than the last scaling.
  return { replicas, available: Math.min(replicas, replicaSet.status?.availableReplicas ?? 0) };
}
