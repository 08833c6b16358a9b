import type { KubernetesObject } from '../../objects/index.ts';
import { type Controller, controlled, everyIn, itself, type Reconciliation } from './controller.ts';
import { CONTROLLER_REVISION, DAEMON_SET, NODE, POD, RESOURCE_QUOTA, SERVICE_ACCOUNT } from './kinds.ts';
import { generated } from './names.ts';
import { createPod, deletePod, podOf } from './pod-creation.ts';
import { countPods, isActive, isOver, isReady } from './pods.ts';
import { ensureRevision, REVISION_HASH } from './revisions.ts';
import { rollingLimits } from './rolling-update.ts';
import { allows } from './scheduler.ts';
import { countsOf, writeStatus } from './write-status.ts';

/** Keeps one pod of a DaemonSet on each node that its template allows. */
export const daemonSetController: Controller = {
  manager: 'kube-controller-manager',
  component: 'daemonset-controller',
  watches: [
    itself(DAEMON_SET),
    controlled(POD, DAEMON_SET),
    controlled(CONTROLLER_REVISION, DAEMON_SET),
    everyIn(NODE, DAEMON_SET),
    everyIn(RESOURCE_QUOTA, DAEMON_SET),
    everyIn(SERVICE_ACCOUNT, DAEMON_SET),
  ],
  reconcile(context, { namespace, name }) {
    const daemonSet = context.client.get(DAEMON_SET, namespace, name);
    if (!daemonSet || daemonSet.metadata.deletionTimestamp !== undefined) return;
    const { hash } = ensureRevision(context, daemonSet);
    const nodes = context.client.list(NODE).filter((node) => allows(daemonSet.spec.template.spec, node));
    rollOut(context, daemonSet, hash, nodes.length);
    coverNodes(context, daemonSet, hash, nodes);
    updateStatus(context, daemonSet, hash, nodes);
  },
};

/** Whatever is not being deleted, by node. */
function podsOf({ client, owned }: Reconciliation, daemonSet: KubernetesObject): readonly KubernetesObject[] {
  return owned.of(client, POD, daemonSet).filter((pod) => pod.metadata.deletionTimestamp === undefined);
}

/** The node that the pod is meant for, which it may not be on yet. */
function nodeOf(pod: KubernetesObject): string | undefined {
  const terms =
    pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return pod.spec?.nodeName ?? terms?.[0]?.matchFields?.[0]?.values?.[0];
}

function coverNodes(
  context: Reconciliation,
  daemonSet: KubernetesObject,
  hash: string,
  nodes: readonly KubernetesObject[],
): void {
  const byNode = Map.groupBy(podsOf(context, daemonSet), (pod) => nodeOf(pod) ?? '');
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const [node, pods] of byNode) {
    const useless = names.has(node) ? pods.filter(isOver) : pods;
    for (const pod of useless) deletePod(context, daemonSet, pod);
  }
  for (const name of names) {
    if (byNode.get(name)?.some(isActive)) continue;
    const pod = podOf(daemonSet, daemonSet.spec.template, {
      ...generated(`${daemonSet.metadata.name}-`),
      labels: { [REVISION_HASH]: hash },
      spec: { affinity: affinityTo(name, daemonSet) },
    });
    if ('refusal' in createPod(context, daemonSet, pod)) return;
  }
}

/** The scheduler binds the pod; the DaemonSet only says where to. */
function affinityTo(node: string, daemonSet: KubernetesObject): KubernetesObject['spec'] {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  return {
    ...daemonSet.spec.template.spec.affinity,
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
  };
}

function rollOut(context: Reconciliation, daemonSet: KubernetesObject, hash: string, nodes: number): void {
  if (daemonSet.spec.updateStrategy?.type === 'OnDelete') return;
  const { maxUnavailable = 1 } = daemonSet.spec.updateStrategy?.rollingUpdate ?? {};
  const limits = rollingLimits(nodes, 0, maxUnavailable);
  const pods = podsOf(context, daemonSet);
  const outdated = pods.filter((pod) => isActive(pod) && pod.metadata.labels?.[REVISION_HASH] !== hash);
  let allowed = limits.maxUnavailable - (nodes - pods.filter(isReady).length);
  for (const pod of outdated) {
    // An outdated pod that is not ready serves nobody, so it is no loss.
    if (isReady(pod) && allowed-- <= 0) continue;
    deletePod(context, daemonSet, pod);
  }
}

function updateStatus(
  context: Reconciliation,
  daemonSet: KubernetesObject,
  hash: string,
  nodes: readonly KubernetesObject[],
): void {
  const pods = podsOf(context, daemonSet).filter(isActive);
  const { ready, available, nextAvailableIn } = countPods(
    pods,
    daemonSet.spec.minReadySeconds ?? 0,
    context.now(),
  );
  if (nextAvailableIn !== undefined) context.again(nextAvailableIn);
  writeStatus(context.client, daemonSet, {
    currentNumberScheduled: pods.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes.length,
    numberReady: ready,
    observedGeneration: daemonSet.metadata.generation,
    ...countsOf({
      updatedNumberScheduled: pods.filter((pod) => pod.metadata.labels?.[REVISION_HASH] === hash).length,
      numberAvailable: available,
      numberUnavailable: nodes.length - available,
    }),
  });
}
