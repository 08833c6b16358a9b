import { core, type EdgeFinder } from './edge.ts';

/** What lies in a namespace comes after it. */
export const namespaceEdges: EdgeFinder = ({ key }) =>
  key.namespace === '' ? [] : [{ to: core('Namespace', '', key.namespace), until: 'present', isVital: true }];
