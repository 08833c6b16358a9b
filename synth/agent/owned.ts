import { type DesiredApplication, type DesiredObject, formatKey } from '../../lib/objects/index.ts';

/** An object of the release, and the application that it belongs to. */
export interface Owned {
  readonly application: DesiredApplication;
  readonly object: DesiredObject;
}

/** The objects of applications, by key. */
export function ownedOf(applications: readonly DesiredApplication[]): ReadonlyMap<string, Owned> {
  return new Map(
    applications.flatMap((application) =>
      application.objects.map((object) => [formatKey(object.key), { application, object }] as const),
    ),
  );
}

/** Applications with some of their objects only, and without their dependencies: they were in order once. */
export function narrowed(chosen: readonly Owned[]): readonly DesiredApplication[] {
  const objects = new Map<DesiredApplication, DesiredObject[]>();
  for (const { application, object } of chosen) {
    objects.set(application, [...(objects.get(application) ?? []), object]);
  }
  return [...objects].map(([application, some]) => ({
    ...application,
    dependsOn: [],
    edges: [],
    objects: some,
    load: (wanted) => application.load(wanted),
  }));
}
