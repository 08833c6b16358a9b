import { gvkOf } from '../objects/index.ts';

/** `Deployment.apps`; the kind alone in the core group. */
export function groupKind(object: { readonly apiVersion: string; readonly kind: string }): string {
  const { group, kind } = gvkOf(object);
  return joinGroupKind(group, kind);
}

export function joinGroupKind(group: string, kind: string): string {
  return group === '' ? kind : `${kind}.${group}`;
}
