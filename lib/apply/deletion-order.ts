/** In which order kinds are deleted: what sends requests first, then what runs, then what that needs, and at the end
 * what takes everything else along. Edges cannot be found for these objects, whose content is not read; the kinds
 * are known. */
import { formatGroupKind } from '../plan/index.ts';

const RANKS: readonly (readonly string[])[] = [
  [
    'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
    'MutatingWebhookConfiguration.admissionregistration.k8s.io',
    'APIService.apiregistration.k8s.io',
  ],
  ['Ingress.networking.k8s.io', 'HorizontalPodAutoscaler.autoscaling', 'HTTPRoute.gateway.networking.k8s.io'],
  [
    'Deployment.apps',
    'StatefulSet.apps',
    'DaemonSet.apps',
    'ReplicaSet.apps',
    'CronJob.batch',
    'Job.batch',
    'Pod',
  ],
  [], // everything else
  ['CustomResourceDefinition.apiextensions.k8s.io', 'PersistentVolume', 'StorageClass.storage.k8s.io'],
  ['Namespace'],
];

const REST = RANKS.findIndex((kinds) => kinds.length === 0);
const RANK = new Map(RANKS.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)));

/** Lower is deleted first. */
export function deletionRank(key: { readonly group: string; readonly kind: string }): number {
  return RANK.get(formatGroupKind(key)) ?? REST;
}

/** Whether objects of this rank may go only after those before them are really gone, and not just being deleted:
 * custom resources would lose the controller's chance to clean up with their definition. */
export function needsOthersGone(rank: number): boolean {
  return rank > REST;
}
