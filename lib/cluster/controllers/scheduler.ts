import type { KubernetesObject } from '../../objects/index.ts';
import { isTrue, withCondition } from './conditions.ts';
import { type Controller, itself, nameOf, type Reconciliation } from './controller.ts';
import { NODE, PERSISTENT_VOLUME_CLAIM, POD } from './kinds.ts';
import { failureOf } from './simulation.ts';
import { writeStatus } from './write-status.ts';

/** Gives pods a node: the first that their node selector and node affinity by name allow, in turn. */
export const schedulerController: Controller = {
  manager: 'kube-scheduler',
  component: 'default-scheduler',
  watches: [
    itself(POD),
    { kind: NODE, names: (_event, client) => waitingPods(client.list(POD)) },
    {
      kind: PERSISTENT_VOLUME_CLAIM,
      names: ({ object: { metadata } }, client) =>
        waitingPods(client.list(POD, { namespace: metadata.namespace ?? '' })),
    },
  ],
  reconcile(context, { namespace, name }) {
    const pod = context.client.get(POD, namespace, name);
    if (!pod || !isWaiting(pod)) return;
    const nodes = context.client.list(NODE).filter(isUsable);
    const reason = obstacle(context, pod, nodes);
    if (reason !== undefined) {
      reportUnschedulable(context, pod, reason);
      return;
    }
    const possible = nodes.filter((node) => allows(pod.spec, node));
    bind(context, pod, possible[spread(pod.metadata.uid ?? name, possible.length)]!); // obstacle() has seen one
  },
};

function waitingPods(pods: readonly KubernetesObject[]): readonly ReturnType<typeof nameOf>[] {
  return pods.filter(isWaiting).map(nameOf);
}

function isWaiting(pod: KubernetesObject): boolean {
  return !pod.spec?.nodeName && pod.metadata.deletionTimestamp === undefined;
}

function isUsable(node: KubernetesObject): boolean {
  return isTrue(node.status?.conditions, 'Ready') && node.spec?.unschedulable !== true;
}

/** @returns why no node can take the pod, in the scheduler's words */
function obstacle(
  { client }: Reconciliation,
  pod: KubernetesObject,
  nodes: readonly KubernetesObject[],
): string | undefined {
  const available = `0/${nodes.length} nodes are available`;
  const noVictims = `preemption: ${available}`;
  if (nodes.length === 0) return 'no nodes available to schedule pods';
  if (failureOf(pod) === 'unschedulable') {
    const why = `${nodes.length} Insufficient cpu`;
    return `${available}: ${why}. ${noVictims}: ${nodes.length} No preemption victims found for incoming pod.`;
  }
  for (const volume of pod.spec?.volumes ?? []) {
    const claim: string | undefined = volume.persistentVolumeClaim?.claimName;
    if (claim && !client.get(PERSISTENT_VOLUME_CLAIM, pod.metadata.namespace ?? '', claim)) {
      return `${available}: persistentvolumeclaim "${claim}" not found. ${noVictims}: ${nodes.length} Preemption is not helpful for scheduling.`;
    }
  }
  if (!nodes.some((node) => allows(pod.spec, node))) {
    const why = `${nodes.length} node(s) didn't match Pod's node affinity/selector`;
    return `${available}: ${why}. ${noVictims}: ${nodes.length} Preemption is not helpful for scheduling.`;
  }
  return undefined;
}

/** Whether the pod's node selector, and the node names its affinity asks for, allow this node. */
export function allows(podSpec: KubernetesObject['spec'], node: KubernetesObject): boolean {
  const selector: Readonly<Record<string, string>> = podSpec?.nodeSelector ?? {};
  if (Object.entries(selector).some(([label, value]) => node.metadata.labels?.[label] !== value))
    return false;
  const terms: readonly NodeSelectorTerm[] =
    podSpec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const byName = terms.filter((term) => term.matchFields !== undefined);
  return (
    byName.length === 0 ||
    byName.some((term) => term.matchFields!.every(({ values = [] }) => values.includes(node.metadata.name))) // filtered above
  );
}

/** core/v1 NodeSelectorTerm; `metadata.name` is the only field that can be matched. */
interface NodeSelectorTerm {
  readonly matchFields?: readonly { readonly values?: readonly string[] }[];
}

/** Spreads pods over nodes, the same way each time. */
function spread(text: string, buckets: number): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return sum % buckets;
}

function reportUnschedulable(context: Reconciliation, pod: KubernetesObject, message: string): void {
  const conditions = withCondition(
    pod.status?.conditions,
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
    context.now(),
  );
  const written = writeStatus(context.client, pod, { ...pod.status, phase: 'Pending', conditions });
  if (written !== pod) context.events.warning(pod, 'FailedScheduling', message);
}

/** That it is scheduled is written into the pod's status by the kubelet, together with what comes of it. */
function bind({ client, events }: Reconciliation, pod: KubernetesObject, node: KubernetesObject): void {
  const { namespace = '', name } = pod.metadata;
  client.patch(POD, namespace, name, { spec: { nodeName: node.metadata.name } });
  events.normal(pod, 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`);
}
