/** The pods of an object: by its selector when it has one, else by who owns them. */
import { podSelectorOf, troubledPods } from '../health/index.ts';
import type { KubeClient } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { gvkOf } from '../objects/index.ts';
import type { Link, Owners } from './owners.ts';

export const POD = { group: '', version: 'v1', kind: 'Pod' } as const;

/** Pods whose owners are looked for. */
const MOST_CANDIDATES = 20;

export interface FamilyPod {
  readonly pod: KubernetesObject;
  /** From the object down to the pod. */
  readonly chain: readonly Link[];
}

/** Whether an object may have pods: a workload does, and any custom kind may own some. */
export function mayHavePods(object: KubernetesObject): boolean {
  return object.kind === 'Pod' || podSelectorOf(object) !== undefined || mayOwnPods(object);
}

/** The kinds that Kubernetes itself makes of others' pods have a selector; a CronJob's pods are its Jobs'. */
function mayOwnPods(object: KubernetesObject): boolean {
  const { group, kind } = gvkOf(object);
  const isNamespaced = (object.metadata.namespace ?? '') !== '';
  return isNamespaced && (kind === 'CronJob' || (group.includes('.') && !group.endsWith('.k8s.io')));
}

/** The pods of an object, as far as they may matter: of one without selector, those that have trouble or have not started.
 * @throws KubeError when pods may not be listed */
export async function podsOf(
  client: KubeClient,
  owners: Owners,
  root: KubernetesObject,
): Promise<readonly FamilyPod[]> {
  if (root.kind === 'Pod') return [{ pod: root, chain: [linkOf(root)] }];
  const { namespace = '' } = root.metadata;
  const labelSelector = podSelectorOf(root);
  if (labelSelector === undefined && !mayOwnPods(root)) return [];
  const resource = await client.resource(POD);
  const { items } = await client.list(resource, {
    namespace,
    ...(labelSelector !== undefined && { labelSelector }),
  });
  return familyOf(owners, root, items);
}

/** Those of some pods that are the object's; the most telling first. */
export async function familyOf(
  owners: Owners,
  root: KubernetesObject,
  pods: readonly KubernetesObject[],
): Promise<readonly FamilyPod[]> {
  const troubled = troubledPods(pods).map(({ pod }) => pod);
  const starting = pods.filter((pod) => pod.status?.phase === 'Pending' && !troubled.includes(pod));
  const family: FamilyPod[] = [];
  for (const pod of [...troubled, ...starting].slice(0, MOST_CANDIDATES)) {
    const chain = await owners.chain(pod, root);
    // Who may not see what is in between believes the labels.
    if (chain) family.push({ pod, chain });
    else if (podSelectorOf(root) !== undefined) family.push({ pod, chain: [linkOf(root), linkOf(pod)] });
  }
  return family;
}

function linkOf({ kind, metadata }: KubernetesObject): Link {
  return { kind, name: metadata.name };
}
