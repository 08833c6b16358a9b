/** Settled objects that something of a plan waits for. They have no change of their own, and have to be in the plan all
 * the same, for whoever applies it to wait until they are ready. Pure. */
import type { DependencyEdge, DesiredApplication } from '../objects/index.ts';
import { formatKey } from '../objects/index.ts';
import type { SettledObject, SettledObjects } from './live-view.ts';
import { placeOf } from './place.ts';
import type { PlannedChange } from './plan.ts';

/** @param applications with what they depend on */
export function standingChanges(
  settled: SettledObjects,
  changes: readonly PlannedChange[],
  edges: readonly DependencyEdge[],
  applications: readonly DesiredApplication[],
): readonly PlannedChange[] {
  const found = new Map<string, SettledObject>();
  const add = (name: string, object: SettledObject | undefined) => object && found.set(name, object);
  for (const { from, to } of edges) {
    for (const key of [from, to]) add(formatKey(key), settled.get(formatKey(key)));
  }
  for (const application of neededApplications(changes, applications)) {
    for (const object of settled.of(application)) add(formatKey(object.desired.key), object);
  }
  return [...found.values()].map(standing);
}

function standing({ application, desired, live }: SettledObject): PlannedChange {
  return {
    application,
    apiVersion: desired.apiVersion,
    action: 'none',
    because: '',
    changes: [],
    effects: [],
    conflicts: [],
    desired,
    ...(live && { live }),
    ...placeOf(desired),
  };
}

/** Applications that something of which is written depends on, by way of others too. */
function neededApplications(
  changes: readonly PlannedChange[],
  applications: readonly DesiredApplication[],
): ReadonlySet<string> {
  const dependsOn = new Map(applications.map((application) => [application.name, application.dependsOn]));
  const needed = new Set<string>();
  const need = (name: string): void => {
    for (const other of dependsOn.get(name) ?? []) {
      if (needed.has(other) || !dependsOn.has(other)) continue;
      needed.add(other);
      need(other);
    }
  };
  for (const { application, action } of changes) if (action !== 'none') need(application);
  return needed;
}
