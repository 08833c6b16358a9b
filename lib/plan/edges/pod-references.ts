import { core, type EdgeFinder, present } from './edge.ts';
import { podReferences, podSpecOf } from './pod-spec.ts';

/** Pods come after the ConfigMaps, Secrets and claims that they use. */
export const podReferenceEdges: EdgeFinder = (object, key) => {
  const spec = podSpecOf(object);
  if (!spec) return [];
  const { configMaps, secrets, claims } = podReferences(spec);
  const needs = (kind: string, names: ReadonlySet<string>) =>
    [...names].map((name) => present(core(kind, key.namespace, name)));
  return [
    ...needs('ConfigMap', configMaps),
    ...needs('Secret', secrets),
    ...needs('PersistentVolumeClaim', claims),
  ];
};
