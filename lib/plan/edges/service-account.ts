import { stringOf } from '../field-path.ts';
import { core, type EdgeFinder, present } from './edge.ts';
import { podSpecOf } from './pod-spec.ts';

/** Pods come after the service account that they run as. */
export const serviceAccountEdges: EdgeFinder = (object, key) => {
  const name = stringOf(podSpecOf(object), 'serviceAccountName');
  return name === undefined ? [] : [present(core('ServiceAccount', key.namespace, name))];
};
