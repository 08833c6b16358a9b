import { core, type EdgeFinder, present } from './edge.ts';

/** What lies in a namespace comes after it. */
export const namespaceEdges: EdgeFinder = (_object, key) =>
  key.namespace === '' ? [] : [present(core('Namespace', '', key.namespace))];
