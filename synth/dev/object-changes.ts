/** What two renders of an environment differ in, by object and field. */
import {
  formatKey,
  type RenderedEnvironment,
  type RenderedObject,
  sameSettings,
} from '../../lib/objects/index.ts';
import { diffObjects, type FieldChange } from '../../lib/plan/index.ts';

export interface ObjectChange {
  readonly action: 'create' | 'change' | 'delete';
  readonly application: string;
  /** As it is now; of a deleted one, as it was. */
  readonly object: RenderedObject;
  readonly changes: readonly FieldChange[];
}

/** @param before undefined: everything is new */
export function objectChanges(
  before: RenderedEnvironment | undefined,
  after: RenderedEnvironment,
): readonly ObjectChange[] {
  const old = byKey(before);
  const changes: ObjectChange[] = [];
  for (const [key, { application, object }] of byKey(after)) {
    const was = old.get(key);
    old.delete(key);
    if (!was) changes.push({ action: 'create', application, object, changes: [] });
    else if (!isSame(was, { application, object })) {
      const fields = diffObjects(was.object.object, object.object);
      changes.push({ action: 'change', application, object, changes: fields });
    }
  }
  for (const gone of old.values()) changes.push({ action: 'delete', ...gone, changes: [] });
  return changes;
}

interface Owned {
  readonly application: string;
  readonly object: RenderedObject;
}

function byKey(environment: RenderedEnvironment | undefined): Map<string, Owned> {
  return new Map(
    (environment?.applications ?? []).flatMap(({ name, objects }) =>
      objects.map((object) => [formatKey(object.key), { application: name, object }] as const),
    ),
  );
}

function isSame(a: Owned, b: Owned): boolean {
  return (
    a.application === b.application &&
    a.object.digest === b.object.digest &&
    sameSettings(a.object.settings, b.object.settings)
  );
}
