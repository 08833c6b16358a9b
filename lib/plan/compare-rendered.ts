/** A plan's changes where no cluster can be asked: what was rendered before stands for what is live. What others changed in
 * the cluster, and what only it knows, is not in it. Pure. */
import type { ObjectSettings, RenderedApplication, RenderedObject } from '../objects/index.ts';
import { formatKey, sameSettings } from '../objects/index.ts';
import { summarizeChanges } from './because.ts';
import { diffObjects } from './diff.ts';
import { effectsOf } from './effects.ts';
import { maskChanges } from './mask.ts';
import type { Effect, FieldChange, PlannedChange } from './plan.ts';

interface Placed {
  readonly application: string;
  readonly object: RenderedObject;
}

/** @returns changes in the order of applications and paths, deletes last; unchanged objects are left out */
export function compareRendered(
  before: readonly RenderedApplication[],
  after: readonly RenderedApplication[],
): { readonly changes: readonly PlannedChange[]; readonly unchanged: number } {
  const old = byKey(before);
  const names = new Set(after.map(({ name }) => name));
  const changes: PlannedChange[] = [];
  let unchanged = 0;
  for (const [key, now] of byKey(after)) {
    const was = old.get(key);
    old.delete(key);
    const change = was ? changeOf(was, now) : created(now);
    if (change) changes.push(change);
    else unchanged++;
  }
  return { changes: [...changes, ...[...old.values()].map((was) => removed(was, names))], unchanged };
}

function byKey(applications: readonly RenderedApplication[]): Map<string, Placed> {
  return new Map(
    applications.flatMap(({ name, objects }) =>
      objects.map((object) => [formatKey(object.key), { application: name, object }] as const),
    ),
  );
}

function created({ application, object }: Placed): PlannedChange {
  const { key } = object;
  const effects = effectsOf({ key, action: 'create', changes: [], after: object.object });
  return {
    ...baseOf(application, object),
    action: 'create',
    because: '',
    effects: [...effects, ...hookEffects(object)],
  };
}

function changeOf(was: Placed, now: Placed): PlannedChange | undefined {
  const moved = was.application !== now.application;
  const sameContent =
    was.object.digest === now.object.digest && was.object.apiVersion === now.object.apiVersion;
  const settings = settingChanges(was.object.settings, now.object.settings);
  if (sameContent && !moved && settings === '') return undefined;
  const { key } = now.object;
  const changes = maskChanges(key, diffObjects(was.object.object, now.object.object));
  // A Job that has run is not changed: it is made anew.
  const runsAgain = now.object.hook !== undefined && now.object.hook.run !== was.object.hook?.run;
  const action = runsAgain ? 'replace' : 'change';
  const effects = effectsOf({ key, action, changes, live: was.object.object, after: now.object.object });
  const reasons = [
    ...(moved ? [`moves here from application ${was.application}`] : []),
    ...(settings === '' ? [] : [settings]),
    ...(changes.length > 0 ? [summarizeChanges(changes)] : []),
  ];
  return {
    ...baseOf(now.application, now.object),
    action,
    because: reasons.join('; '),
    changes,
    effects: runsAgain ? hookEffects(now.object) : effects,
  };
}

function removed({ application, object }: Placed, names: ReadonlySet<string>): PlannedChange {
  const { key } = object;
  const action = object.settings.prune === 'detach' ? 'detach' : 'delete';
  return {
    ...baseOf(application, object),
    action,
    because: names.has(application)
      ? 'no longer in the program'
      : `application ${application} is no longer in the program`,
    effects: effectsOf({ key, action, changes: [], live: object.object }),
  };
}

function baseOf(application: string, { object: _object, yaml: _yaml, ...desired }: RenderedObject) {
  return {
    application,
    key: desired.key,
    apiVersion: desired.apiVersion,
    changes: [] as readonly FieldChange[],
    conflicts: [],
    ...(desired.constructPath !== undefined && { constructPath: desired.constructPath }),
    ...(desired.source && { source: desired.source }),
  };
}

function hookEffects({ hook }: RenderedObject): readonly Effect[] {
  return hook ? [{ kind: 'runs-hook', message: 'runs the hook' }] : [];
}

/** `prune protect → allow`; empty where nothing differs. */
function settingChanges(before: ObjectSettings, after: ObjectSettings): string {
  if (sameSettings(before, after)) return '';
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof ObjectSettings)[];
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${before[name] ?? 'default'} → ${after[name] ?? 'default'}`)
    .join(', ');
}
