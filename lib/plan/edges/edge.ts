import type { KubernetesObject, ObjectKey } from '../../objects/index.ts';

/** What an object needs to be there before it. */
export interface Need {
  readonly to: ObjectKey;
  readonly until: 'present' | 'ready';
}

/** Finds one sort of reference in an object. References to objects that are not part of the plan are dropped later. */
export type EdgeFinder = (object: KubernetesObject, key: ObjectKey, context: EdgeContext) => Iterable<Need>;

interface EdgeContext {
  /** The definition among the planned objects that makes a kind known. */
  readonly definitionOf: (groupKind: string) => ObjectKey | undefined;
}

export const present = (to: ObjectKey): Need => ({ to, until: 'present' });
export const ready = (to: ObjectKey): Need => ({ to, until: 'ready' });

export const core = (kind: string, namespace: string, name: string): ObjectKey => ({
  group: '',
  kind,
  namespace,
  name,
});
