import type { DesiredApplication, DesiredObject } from '../../lib/objects/index.ts';

/** An object of the release, and the application that it belongs to. */
export interface Owned {
  readonly application: DesiredApplication;
  readonly desired: DesiredObject;
}

/** Applications with some of their objects only, and without their dependencies: they were in order once. */
export function narrowed(chosen: readonly Owned[]): readonly DesiredApplication[] {
  return [...Map.groupBy(chosen, ({ application }) => application)].map(([application, some]) => ({
    name: application.name,
    dependsOn: [],
    edges: [],
    objects: some.map(({ desired }) => desired),
    load: (wanted) => application.load(wanted),
  }));
}
