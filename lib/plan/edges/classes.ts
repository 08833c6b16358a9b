import type { JsonValue } from '../../objects/index.ts';
import { fieldOf, itemsOf, stringOf } from '../field-path.ts';
import { type EdgeFinder, type Need, present } from './edge.ts';
import { podSpecOf } from './pod-spec.ts';

/** Claims come after their storage class, pods after their priority and runtime class, ingresses after theirs. */
export const classEdges: EdgeFinder = (object) => {
  const spec = podSpecOf(object);
  const claims: readonly JsonValue[] =
    object.kind === 'PersistentVolumeClaim' ? [object] : itemsOf(object, 'spec', 'volumeClaimTemplates');
  return [
    ...claims.flatMap((claim) =>
      need('storage.k8s.io', 'StorageClass', fieldOf(claim, 'spec'), 'storageClassName'),
    ),
    ...need('scheduling.k8s.io', 'PriorityClass', spec, 'priorityClassName'),
    ...need('node.k8s.io', 'RuntimeClass', spec, 'runtimeClassName'),
    ...need('networking.k8s.io', 'IngressClass', fieldOf(object, 'spec'), 'ingressClassName'),
  ];
};

function need(group: string, kind: string, holder: JsonValue | undefined, field: string): readonly Need[] {
  const name = stringOf(holder, field);
  return name ? [present({ group, kind, namespace: '', name })] : [];
}
