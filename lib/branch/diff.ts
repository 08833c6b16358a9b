/** What differs between two releases, by object, from their manifests alone. */
import { type DesiredObject, formatKey, sameSettings } from '../objects/index.ts';
import type { RenderedRelease } from './release.ts';

export interface ObjectInRelease {
  readonly application: string;
  readonly object: DesiredObject;
}

export interface ChangedObject {
  readonly before: ObjectInRelease;
  readonly after: ObjectInRelease;
}

export interface ReleaseDiff {
  readonly added: readonly ObjectInRelease[];
  /** Content or settings differ, or the object went to another application. */
  readonly changed: readonly ChangedObject[];
  readonly removed: readonly ObjectInRelease[];
  readonly unchanged: number;
}

/** @param before undefined for the diff of a first release */
export function diffReleases(
  before: Pick<RenderedRelease, 'applications'> | undefined,
  after: Pick<RenderedRelease, 'applications'>,
): ReleaseDiff {
  const old = byKey(before?.applications ?? []);
  const added: ObjectInRelease[] = [];
  const changed: ChangedObject[] = [];
  let unchanged = 0;
  for (const [key, here] of byKey(after.applications)) {
    const there = old.get(key);
    old.delete(key);
    if (!there) added.push(here);
    else if (same(there, here)) unchanged++;
    else changed.push({ before: there, after: here });
  }
  return { added, changed, removed: [...old.values()], unchanged };
}

function byKey(applications: RenderedRelease['applications']): Map<string, ObjectInRelease> {
  return new Map(
    applications.flatMap(({ name, objects }) =>
      objects.map((object) => [formatKey(object.key), { application: name, object }]),
    ),
  );
}

function same(a: ObjectInRelease, b: ObjectInRelease): boolean {
  return (
    a.application === b.application &&
    a.object.digest === b.object.digest &&
    a.object.apiVersion === b.object.apiVersion &&
    sameSettings(a.object.settings, b.object.settings)
  );
}
