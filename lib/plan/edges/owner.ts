import { parseApiVersion } from '../../objects/index.ts';
import { type EdgeFinder, present } from './edge.ts';

/** An object comes after its owners, or the garbage collector would take it. An owner in the same namespace or of
 * the whole cluster: the reference does not say which, so both are asked for. */
export const ownerEdges: EdgeFinder = ({ key, object }) =>
  (object.metadata.ownerReferences ?? []).flatMap(({ apiVersion, kind, name }) => {
    const { group } = parseApiVersion(apiVersion);
    return [
      present({ group, kind, namespace: key.namespace, name }),
      present({ group, kind, namespace: '', name }),
    ];
  });
