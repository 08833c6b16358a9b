import type { KubernetesObject } from '../objects/index.ts';

/** The parts of a LabelSelector (Kubernetes API reference, meta/v1). */
interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly Expression[];
}
interface Expression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

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
  // A ReplicationController's selector is the labels themselves.
  const { matchLabels = {}, matchExpressions = [] } = (
    object.kind === 'ReplicationController' ? { matchLabels: selector } : selector
  ) as LabelSelector; // the server has checked it
  const terms = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(termOf),
  ];
  return terms.length === 0 ? undefined : terms.join(',');
}

function termOf({ key, operator, values = [] }: Expression): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}
