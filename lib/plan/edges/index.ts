/** Finds what objects need from each other in their content: one file for each sort of reference. */
import type { DependencyEdge, KubernetesObject, ObjectKey } from '../../objects/index.ts';
import { formatKey } from '../../objects/index.ts';
import { stringOf } from '../field-path.ts';
import { formatGroupKind } from '../live.ts';
import { classEdges } from './classes.ts';
import { definitionEdges } from './definition.ts';
import type { EdgeFinder } from './edge.ts';
import { namespaceEdges } from './namespace.ts';
import { ownerEdges } from './owner.ts';
import { podReferenceEdges } from './pod-references.ts';
import { roleEdges } from './role.ts';
import { scaleTargetEdges } from './scale-target.ts';
import { serviceEdges } from './service.ts';
import { serviceAccountEdges } from './service-account.ts';

const FINDERS: readonly EdgeFinder[] = [
  namespaceEdges,
  definitionEdges,
  serviceAccountEdges,
  podReferenceEdges,
  classEdges,
  roleEdges,
  serviceEdges,
  scaleTargetEdges,
  ownerEdges,
];

export interface EdgeSource {
  readonly key: ObjectKey;
  readonly object: KubernetesObject;
}

/** Edges from some objects to objects that `isKnown`, found in their content.
 * @param sources what is to be written; nothing waits for what stays as it is */
export function findEdges(
  sources: readonly EdgeSource[],
  isKnown: (name: string) => boolean,
): readonly DependencyEdge[] {
  const definitions = new Map<string, ObjectKey>();
  for (const { key, object } of sources) {
    const groupKind = definedKind(object);
    if (groupKind !== undefined) definitions.set(groupKind, key);
  }
  const context = { definitionOf: (groupKind: string) => definitions.get(groupKind) };
  const edges: DependencyEdge[] = [];
  for (const { key, object } of sources) {
    for (const find of FINDERS) {
      for (const { to, until } of find(object, key, context)) {
        if (isKnown(formatKey(to))) edges.push({ from: key, to, until });
      }
    }
  }
  return edges;
}

/** The kind that a CustomResourceDefinition defines, as a group kind; undefined for every other object. */
export function definedKind(object: KubernetesObject): string | undefined {
  if (object.kind !== 'CustomResourceDefinition') return undefined;
  const kind = stringOf(object, 'spec', 'names', 'kind');
  const group = stringOf(object, 'spec', 'group');
  return kind === undefined || group === undefined ? undefined : formatGroupKind({ group, kind });
}
