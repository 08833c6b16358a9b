import type { JsonValue, KubernetesObject, ObjectKey } from '../../objects/index.ts';

/** What an object needs to be there before it. */
export interface Need {
  readonly to: ObjectKey;
  readonly until: 'present' | 'ready';
  /** The API server takes the object for nothing without the other: a namespace, a definition. */
  readonly isVital?: true;
}

export interface EdgeSource {
  readonly key: ObjectKey;
  readonly object: KubernetesObject;
}

/** Finds one sort of reference in an object. References to objects that are not part of the plan are dropped later. */
export type EdgeFinder = (source: EdgeSource, written: WrittenObjects) => Iterable<Need>;

/** What else is written in the same run, for needs that no reference names. */
export interface WrittenObjects {
  get(key: ObjectKey): KubernetesObject | undefined;
  /** The definition that makes a kind known. */
  definitionOf(kind: Pick<ObjectKey, 'group' | 'kind'>): ObjectKey | undefined;
  /** LimitRanges and ResourceQuotas. */
  limitsOf(namespace: string): readonly ObjectKey[];
  /** NetworkPolicies that select pods with these labels. */
  policiesFor(namespace: string, labels: JsonValue | undefined): readonly ObjectKey[];
  /** What makes pods in a namespace. */
  workloads(namespace: string): readonly EdgeSource[];
  /** What has a Secret made by its controller. */
  producersOf(namespace: string, secret: string): readonly ObjectKey[];
}

export const present = (to: ObjectKey): Need => ({ to, until: 'present' });
export const ready = (to: ObjectKey): Need => ({ to, until: 'ready' });

export const core = (kind: string, namespace: string, name: string): ObjectKey => ({
  group: '',
  kind,
  namespace,
  name,
});

/** A need for an object of the whole cluster that a field names; none where the field is not there. */
export function clusterWide(group: string, kind: string, name: string | undefined): readonly Need[] {
  return name === undefined || name === '' ? [] : [present({ group, kind, namespace: '', name })];
}

/** The same for one in a namespace. */
export function inNamespace(
  { group, kind, namespace }: Omit<ObjectKey, 'name'>,
  name: string | undefined,
): readonly Need[] {
  return name === undefined || name === '' ? [] : [present({ group, kind, namespace, name })];
}

export function secrets(namespace: string, names: Iterable<string | undefined>): readonly Need[] {
  return [...names].flatMap((name) => inNamespace({ group: '', kind: 'Secret', namespace }, name));
}
