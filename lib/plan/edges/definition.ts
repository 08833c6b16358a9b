import { formatGroupKind } from '../live.ts';
import { type EdgeFinder, ready } from './edge.ts';

/** A custom resource comes after its CustomResourceDefinition is established. */
export const definitionEdges: EdgeFinder = (_object, key, { definitionOf }) => {
  const definition = definitionOf(formatGroupKind(key));
  return definition ? [ready(definition)] : [];
};
