import type { KubernetesObject } from '../../objects/index.ts';
import { type Condition, withCondition } from './conditions.ts';
import { type Controller, itself, nameOf, type Reconciliation, type Watch } from './controller.ts';
import { DEPLOYMENT, HORIZONTAL_POD_AUTOSCALER, REPLICA_SET, STATEFUL_SET } from './kinds.ts';
import { rfc3339 } from './time.ts';
import { writeStatus } from './write-status.ts';

const TARGETS = [DEPLOYMENT, STATEFUL_SET, REPLICA_SET];

/** Keeps the scale target between the minimum and maximum. There are no metrics, so nothing else ever moves it. */
export const horizontalPodAutoscalerController: Controller = {
  manager: 'kube-controller-manager',
  component: 'horizontal-pod-autoscaler',
  watches: [itself(HORIZONTAL_POD_AUTOSCALER), ...TARGETS.map(scalersOf)],
  reconcile(context, { namespace, name }) {
    const autoscaler = context.client.get(HORIZONTAL_POD_AUTOSCALER, namespace, name);
    if (!autoscaler || autoscaler.metadata.deletionTimestamp !== undefined) return;
    const target = targetOf(context, autoscaler);
    if (target) scale(context, autoscaler, target);
    else reportMissingTarget(context, autoscaler);
  },
};

function scalersOf(kind: Watch['kind']): Watch {
  return {
    kind,
    names: ({ object }, client) =>
      client
        .list(HORIZONTAL_POD_AUTOSCALER, { namespace: object.metadata.namespace ?? '' })
        .filter(
          ({ spec }) =>
            spec.scaleTargetRef.kind === kind.kind && spec.scaleTargetRef.name === object.metadata.name,
        )
        .map(nameOf),
  };
}

function targetOf(
  { client }: Reconciliation,
  { metadata, spec }: KubernetesObject,
): KubernetesObject | undefined {
  const kind = TARGETS.find((target) => target.kind === spec.scaleTargetRef.kind);
  return kind && client.get(kind, metadata.namespace ?? '', spec.scaleTargetRef.name);
}

function scale(context: Reconciliation, autoscaler: KubernetesObject, target: KubernetesObject): void {
  const { minReplicas = 1, maxReplicas } = autoscaler.spec;
  const present: number = target.spec?.replicas ?? 1;
  // A target at zero is switched off, and stays so.
  const desired = present === 0 ? 0 : Math.min(Math.max(present, minReplicas), maxReplicas);
  if (desired !== present) {
    const { namespace = '', name } = target.metadata;
    context.client.patch({ apiVersion: target.apiVersion, kind: target.kind }, namespace, name, {
      spec: { replicas: desired },
    });
    const bound = desired > present ? 'below Spec.MinReplicas' : 'above Spec.MaxReplicas';
    const message = `New size: ${desired}; reason: Current number of replicas ${bound}`;
    context.events.normal(autoscaler, 'SuccessfulRescale', message);
  }
  writeConditions(context, autoscaler, { currentReplicas: present, desiredReplicas: desired }, [
    {
      type: 'AbleToScale',
      status: 'True',
      reason: 'ReadyForNewScale',
      message: 'recommended size matches current size',
    },
    {
      type: 'ScalingActive',
      status: 'True',
      reason: 'ValidMetricFound',
      message:
        'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
    },
    {
      type: 'ScalingLimited',
      status: 'False',
      reason: 'DesiredWithinRange',
      message: 'the desired count is within the acceptable range',
    },
  ]);
}

function reportMissingTarget(context: Reconciliation, autoscaler: KubernetesObject): void {
  const { kind, name } = autoscaler.spec.scaleTargetRef;
  const message = `the HPA controller was unable to get the target's current scale: ${kind.toLowerCase()}s.apps "${name}" not found`;
  writeConditions(context, autoscaler, { currentReplicas: 0, desiredReplicas: 0 }, [
    { type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message },
  ]);
}

function writeConditions(
  context: Reconciliation,
  autoscaler: KubernetesObject,
  counts: { readonly currentReplicas: number; readonly desiredReplicas: number },
  conditions: readonly Condition[],
): void {
  const now = context.now();
  const rescaled = counts.currentReplicas !== counts.desiredReplicas;
  const lastScaleTime = rescaled ? rfc3339(now) : autoscaler.status?.lastScaleTime;
  writeStatus(context.client, autoscaler, {
    ...(lastScaleTime && { lastScaleTime }),
    ...counts,
    currentMetrics: [],
    conditions: conditions.reduce<readonly Condition[]>(
      (all, condition) => withCondition(all, condition, now),
      autoscaler.status?.conditions ?? [],
    ),
  });
}
