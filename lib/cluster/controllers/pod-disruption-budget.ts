import type { KubernetesObject } from '../../objects/index.ts';
import { formatLabelSelector } from '../../objects/index.ts';
import { withCondition } from './conditions.ts';
import { type Controller, itself, nameOf, type Reconciliation } from './controller.ts';
import { POD, POD_DISRUPTION_BUDGET } from './kinds.ts';
import { isActive, isReady } from './pods.ts';
import { writeStatus } from './write-status.ts';

/** Counts how many of a budget's pods may be evicted. */
export const podDisruptionBudgetController: Controller = {
  manager: 'kube-controller-manager',
  component: 'controllermanager',
  watches: [
    itself(POD_DISRUPTION_BUDGET),
    {
      kind: POD,
      names({ object, previous }, client) {
        if (previous && isReady(previous) === isReady(object) && isActive(previous) === isActive(object))
          return [];
        return client.list(POD_DISRUPTION_BUDGET, { namespace: object.metadata.namespace ?? '' }).map(nameOf);
      },
    },
  ],
  reconcile(context, { namespace, name }) {
    const budget = context.client.get(POD_DISRUPTION_BUDGET, namespace, name);
    if (budget && budget.metadata.deletionTimestamp === undefined) count(context, budget);
  },
};

function count({ client, now }: Reconciliation, budget: KubernetesObject): void {
  const { selector } = budget.spec ?? {};
  const labelSelector = selector && formatLabelSelector(selector);
  const pods =
    labelSelector === undefined
      ? []
      : client.list(POD, { namespace: budget.metadata.namespace ?? '', labelSelector }).filter(isActive);
  const expected = pods.length;
  const healthy = pods.filter(isReady).length;
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  const desired =
    maxUnavailable !== undefined
      ? Math.max(0, expected - amount(maxUnavailable, expected))
      : amount(minAvailable ?? 1, expected);
  const allowed = expected === 0 ? 0 : Math.max(0, healthy - desired);
  const condition =
    allowed > 0
      ? ({ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods' } as const)
      : ({ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' } as const);
  const conditions = withCondition(
    budget.status?.conditions,
    { ...condition, message: '', observedGeneration: budget.metadata.generation },
    now(),
  );
  writeStatus(client, budget, {
    conditions,
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: expected,
    observedGeneration: budget.metadata.generation,
  });
}

/** A number, or a share of the pods, rounded up. */
function amount(value: number | string, of: number): number {
  return typeof value === 'number' ? value : Math.ceil((of * Number.parseFloat(value)) / 100);
}
