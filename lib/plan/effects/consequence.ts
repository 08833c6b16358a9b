import type { KubernetesObject, ObjectKey } from '../../objects/index.ts';
import type { Action, Effect, FieldChange } from '../plan.ts';

/** A change, with what has to be known to say what it brings about. */
export interface Consequence {
  readonly key: ObjectKey;
  readonly action: Action;
  readonly changes: readonly FieldChange[];
  /** The object as it is; for deletes only where its kind needs to be looked at. */
  readonly live?: KubernetesObject;
  /** The object as it will be. */
  readonly after?: KubernetesObject;
  /** The volume that a claim has, as far as we may read it. */
  readonly volume?: KubernetesObject;
}

/** Looks for one sort of effects. */
export type FindEffects = (consequence: Consequence) => readonly Effect[] | Effect | undefined;

/** Whether what is there now goes, for good or to be made anew. */
export function isRemoval({ action }: Pick<Consequence, 'action'>): boolean {
  return action === 'delete' || action === 'replace';
}
