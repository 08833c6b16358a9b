import type { DesiredApplication, GroupVersionKind } from '../objects/index.ts';
import { gvkOf } from '../objects/index.ts';
import { formatGroupKind } from '../plan/index.ts';

/** The kinds and namespaces of an application's objects. */
export interface Footprint {
  /** By group kind. */
  readonly kinds: ReadonlyMap<string, GroupVersionKind>;
  readonly namespaces: ReadonlySet<string>;
}

const known = new WeakMap<DesiredApplication, Footprint>();

/** Computed once for each application that is read. */
export function footprintOf(application: DesiredApplication): Footprint {
  const before = known.get(application);
  if (before) return before;
  const kinds = new Map<string, GroupVersionKind>();
  const namespaces = new Set<string>();
  for (const { apiVersion, key } of application.objects) {
    const kind = formatGroupKind(key);
    if (!kinds.has(kind)) kinds.set(kind, gvkOf({ apiVersion, kind: key.kind }));
    if (key.namespace !== '') namespaces.add(key.namespace);
  }
  const footprint = { kinds, namespaces };
  known.set(application, footprint);
  return footprint;
}
