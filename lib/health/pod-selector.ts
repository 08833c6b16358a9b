import type { KubernetesObject, LabelSelector } from '../objects/index.ts';
import { formatLabelSelector } from '../objects/index.ts';

const WORKLOADS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'ReplicationController',
]);

/** The label selector of a workload's pods, as text; undefined when the object has none. */
export function podSelectorOf(object: KubernetesObject): string | undefined {
  const selector: unknown = object.spec?.selector;
  if (!WORKLOADS.has(object.kind) || typeof selector !== 'object' || selector === null) return undefined;
  // A ReplicationController's selector is the labels themselves. The server has checked it.
  const text = formatLabelSelector(
    (object.kind === 'ReplicationController' ? { matchLabels: selector } : selector) as LabelSelector,
  );
  return text === '' ? undefined : text;
}
