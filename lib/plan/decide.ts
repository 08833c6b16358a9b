/** Decides from metadata alone what is to be done with one object. Pure. */
import type { DesiredObject, JsonObject, KubernetesObject, ObjectMetadata } from '../objects/index.ts';
import { Annotation, isAsRecorded } from '../objects/index.ts';
import type { Drift, HeldField } from './conflicts.ts';
import { driftOf } from './conflicts.ts';
import { formatPath } from './field-path.ts';
import { formatRelease, releaseOf } from './helm-record.ts';
import { OUR_MARK_PATHS } from './identity.ts';
import type { Action } from './plan.ts';

/** What is known about an object without reading its values. */
export interface Situation {
  readonly desired: DesiredObject;
  /** What we would send; needed only where {@link needsContent}. */
  readonly content: KubernetesObject | undefined;
  /** undefined: it is not there. */
  readonly live: ObjectMetadata | undefined;
  /** Whose it is: ours, somebody's whom we may take it from (for people: `application web`), or nobody's. */
  readonly owner: 'ours' | 'nobody' | { readonly from: string };
}

export interface Decision {
  readonly action: Action;
  readonly because: string;
  /** Fields that others keep; known here only for objects that do not change. */
  readonly conflicts: readonly HeldField[];
  /** Why it changes, when that is drift. */
  readonly drift?: Drift;
}

const decision = (action: Action, because = '', conflicts: readonly HeldField[] = []): Decision => ({
  action,
  because,
  conflicts,
});

export function decide({ desired, content, live, owner }: Situation): Decision {
  const { settings } = desired;
  if (settings.apply === 'paused') return decision('none', 'paused');
  if (live === undefined) return decision('create');
  if (live.metadata.deletionTimestamp !== undefined) {
    return decision('replace', 'it is being deleted; made anew when it is gone');
  }
  if (owner === 'nobody') {
    return settings.apply === 'create-only'
      ? decision('none', 'exists, and is only ever created')
      : decision('adopt', adoptReason(live));
  }
  if (owner !== 'ours') return decision('change', `moves here from ${owner.from}`);
  if (settings.apply === 'create-only') return decision('none', 'exists, and is only ever created');
  if (live.metadata.annotations?.[Annotation.digest] !== desired.digest) return decision('change');
  if (content === undefined) return decision('none');
  // An object that was read is an object.
  return decideDrift(content as JsonObject, live, settings);
}

/** Whether metadata alone does not tell that nothing is to be done: what is to be written, and what may have drifted. */
export function needsContent({ desired, live, owner }: Omit<Situation, 'content'>): boolean {
  const { apply } = desired.settings;
  if (apply === 'paused') return false;
  if (live === undefined) return true;
  if (apply === 'create-only') return live.metadata.deletionTimestamp !== undefined;
  if (owner !== 'ours' || live.metadata.deletionTimestamp !== undefined) return true;
  return live.metadata.annotations?.[Annotation.digest] !== desired.digest || !isAsRecorded(live.metadata);
}

function decideDrift(
  object: JsonObject,
  { metadata }: ObjectMetadata,
  { drift: setting, conflicts: policy }: DesiredObject['settings'],
): Decision {
  const drift = driftOf(object, metadata, policy);
  const { taken, yielded, removed } = drift;
  if (taken.length === 0 && removed.length === 0) return decision('none', yieldReason(yielded), yielded);
  if (setting === 'ignore') return decision('none', '', yielded);
  const because = [
    ...[...Map.groupBy(taken, ({ manager }) => manager)].map(
      ([manager, fields]) => `${manager} changed ${listPaths(fields.map(({ path }) => path))}`,
    ),
    ...(removed.length > 0 ? [`${listPaths(removed.map(formatPath))} removed`] : []),
  ].join('; ');
  return setting === 'report'
    ? decision('none', `drift, left as it is: ${because}`, yielded)
    : { ...decision('change', `drift: ${because}`, yielded), drift };
}

function yieldReason(yielded: readonly HeldField[]): string {
  if (yielded.length === 0) return '';
  const managers = [...new Set(yielded.map(({ manager }) => manager))].join(', ');
  return `${managers} keeps ${listPaths(yielded.map(({ path }) => path))}`;
}

function adoptReason({ metadata }: ObjectMetadata): string {
  const release = releaseOf(metadata);
  if (release) return `exists already, installed by Helm as ${formatRelease(release)}`;
  const managers = new Set(
    (metadata.managedFields ?? []).filter((e) => !e.subresource).map((e) => e.manager),
  );
  return managers.size === 0
    ? 'exists already'
    : `exists already, made by ${[...managers].slice(0, 2).join(', ')}`;
}

/** A few paths for people, without our own marks. */
function listPaths(paths: readonly string[]): string {
  const names = [...new Set(paths.map((path) => OUR_MARK_PATHS.get(path) ?? path))];
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
