import type { KubernetesObject } from '../../objects/index.ts';
import { withCondition, withoutCondition } from './conditions.ts';
import { type Controller, controlled, everyIn, itself, type Reconciliation } from './controller.ts';
import { POD, REPLICA_SET, RESOURCE_QUOTA, SERVICE_ACCOUNT } from './kinds.ts';
import { generated } from './names.ts';
import { createPod, deletePod, podOf } from './pod-creation.ts';
import { byWorthLeast, countPods, isActive } from './pods.ts';
import { countsOf, writeStatus } from './write-status.ts';

/** Keeps as many pods as a ReplicaSet asks for. */
export const replicaSetController: Controller = {
  manager: 'kube-controller-manager',
  component: 'replicaset-controller',
  watches: [
    itself(REPLICA_SET),
    controlled(POD, REPLICA_SET),
    // What was refused may be allowed now.
    everyIn(RESOURCE_QUOTA, REPLICA_SET),
    everyIn(SERVICE_ACCOUNT, REPLICA_SET),
  ],
  reconcile(context, { namespace, name }) {
    const replicaSet = context.client.get(REPLICA_SET, namespace, name);
    if (!replicaSet) return;
    const refusal =
      replicaSet.metadata.deletionTimestamp === undefined ? keepReplicas(context, replicaSet) : undefined;
    updateStatus(context, replicaSet, refusal);
  },
};

/** @returns why a pod could not be created */
function keepReplicas(context: Reconciliation, replicaSet: KubernetesObject): string | undefined {
  const pods = activePods(context, replicaSet);
  const wanted: number = replicaSet.spec?.replicas ?? 1;
  for (const pod of pods.toSorted(byWorthLeast).slice(0, Math.max(0, pods.length - wanted))) {
    deletePod(context, replicaSet, pod);
  }
  for (let missing = wanted - pods.length; missing > 0; missing--) {
    const pod = podOf(replicaSet, replicaSet.spec.template, generated(`${replicaSet.metadata.name}-`));
    const creation = createPod(context, replicaSet, pod);
    if ('refusal' in creation) return creation.refusal;
  }
  return undefined;
}

function activePods(
  { client, owned }: Reconciliation,
  replicaSet: KubernetesObject,
): readonly KubernetesObject[] {
  return owned.of(client, POD, replicaSet).filter(isActive);
}

function terminatingPods({ client, owned }: Reconciliation, replicaSet: KubernetesObject): number {
  return owned.of(client, POD, replicaSet).filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
    .length;
}

function updateStatus(
  context: Reconciliation,
  replicaSet: KubernetesObject,
  refusal: string | undefined,
): void {
  const now = context.now();
  const pods = activePods(context, replicaSet);
  const { ready, available, nextAvailableIn } = countPods(pods, replicaSet.spec?.minReadySeconds ?? 0, now);
  if (nextAvailableIn !== undefined) context.again(nextAvailableIn);

  const before = replicaSet.status?.conditions;
  const conditions =
    refusal === undefined
      ? withoutCondition(before, 'ReplicaFailure')
      : withCondition(
          before,
          { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal },
          now,
        );
  writeStatus(context.client, replicaSet, {
    replicas: pods.length,
    ...countsOf({ fullyLabeledReplicas: pods.length, readyReplicas: ready, availableReplicas: available }),
    terminatingReplicas: terminatingPods(context, replicaSet),
    observedGeneration: replicaSet.metadata.generation,
    ...(conditions.length > 0 && { conditions }),
  });
}
