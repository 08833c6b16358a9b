import type { EdgeFinder } from './edge.ts';

/** A custom resource comes after its CustomResourceDefinition is established. */
export const definitionEdges: EdgeFinder = ({ key }, written) => {
  const definition = written.definitionOf(key);
  return definition ? [{ to: definition, until: 'ready', isVital: true }] : [];
};
