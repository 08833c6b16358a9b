/** What a namespace that is being deleted says about what is left in it. Words and order are those of Kubernetes'
 * namespace controller (pkg/controller/namespace/deletion/status_condition_utils.go). */
import type { JsonObject, KubernetesObject } from '../../objects/index.ts';

export interface Remaining {
  readonly resource: { readonly group: string; readonly plural: string };
  readonly objects: readonly KubernetesObject[];
}

/** @param now of conditions that are new or other than before */
export function remainingConditions(
  before: readonly JsonObject[],
  remaining: readonly Remaining[],
  now: string,
): readonly JsonObject[] {
  const finalizers = new Map<string, number>();
  for (const { objects } of remaining) {
    for (const { metadata } of objects) {
      for (const name of metadata.finalizers ?? []) finalizers.set(name, (finalizers.get(name) ?? 0) + 1);
    }
  }
  const resources = remaining
    .filter(({ objects }) => objects.length > 0)
    .map(
      ({ resource, objects }) =>
        `${resource.plural}.${resource.group} has ${objects.length} resource instances`,
    )
    .sort();
  const holders = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).sort();
  const conditions = [
    condition(
      'NamespaceDeletionDiscoveryFailure',
      'False',
      'ResourcesDiscovered',
      'All resources successfully discovered',
    ),
    condition(
      'NamespaceDeletionGroupVersionParsingFailure',
      'False',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    condition(
      'NamespaceDeletionContentFailure',
      'False',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    resources.length > 0
      ? condition(
          'NamespaceContentRemaining',
          'True',
          'SomeResourcesRemain',
          `Some resources are remaining: ${resources.join(', ')}`,
        )
      : condition('NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed'),
    holders.length > 0
      ? condition(
          'NamespaceFinalizersRemaining',
          'True',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${holders.join(', ')}`,
        )
      : condition(
          'NamespaceFinalizersRemaining',
          'False',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ),
  ];
  return conditions.map((next) => {
    const old = before.find(({ type }) => type === next.type);
    const isSame =
      old?.status === next.status && old?.reason === next.reason && old?.message === next.message;
    return { ...next, lastTransitionTime: isSame ? (old?.lastTransitionTime ?? now) : now };
  });
}

function condition(type: string, status: 'True' | 'False', reason: string, message: string) {
  return { type, status, reason, message };
}
