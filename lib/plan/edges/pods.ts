import type { JsonObject, ObjectKey } from '../../objects/index.ts';
import { itemsOf, stringOf } from '../field-path.ts';
import {
  clusterWide,
  core,
  type EdgeFinder,
  inNamespace,
  type Need,
  present,
  type WrittenObjects,
} from './edge.ts';
import { podReferences, podSpecOf, podTemplateLabels } from './pod-spec.ts';

/** Pods come after what they use, and after what their namespace sets for them: a LimitRange and a ResourceQuota count
 * only for pods that come later, and a pod that is there before its NetworkPolicy is open to all for that time. */
export const podEdges: EdgeFinder = ({ key, object }, written) => {
  const spec = podSpecOf(object);
  if (!spec) return [];
  const { namespace } = key;
  return [
    ...inNamespace({ group: '', kind: 'ServiceAccount', namespace }, stringOf(spec, 'serviceAccountName')),
    ...references(spec, key, written),
    ...clusterWide('scheduling.k8s.io', 'PriorityClass', stringOf(spec, 'priorityClassName')),
    ...clusterWide('node.k8s.io', 'RuntimeClass', stringOf(spec, 'runtimeClassName')),
    ...itemsOf(spec, 'volumes').flatMap((volume) =>
      clusterWide(
        'storage.k8s.io',
        'StorageClass',
        stringOf(volume, 'ephemeral', 'volumeClaimTemplate', 'spec', 'storageClassName'),
      ),
    ),
    ...written.limitsOf(namespace).map(present),
    ...written.policiesFor(namespace, podTemplateLabels(object)).map(present),
  ];
};

function references(spec: JsonObject, { namespace }: ObjectKey, written: WrittenObjects): readonly Need[] {
  const { configMaps, secrets, claims, others } = podReferences(spec);
  const needs = (kind: string, names: ReadonlySet<string>) =>
    [...names].map((name) => present(core(kind, namespace, name)));
  return [
    ...needs('ConfigMap', configMaps),
    ...needs('Secret', secrets),
    // A Secret that is not written, but made in the cluster from something that is.
    ...[...secrets].flatMap((name) => written.producersOf(namespace, name).map(present)),
    ...needs('PersistentVolumeClaim', claims),
    ...others.map((other) => present({ namespace, ...other })),
  ];
}
