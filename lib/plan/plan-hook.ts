/** Decides whether a hook runs: it does when no record says that it has, and when it is not at it already. */
import { type HealthRules, hookHealthOf } from '../health/index.ts';
import type { ApiResource, KubeClient } from '../kube/index.ts';
import type { DesiredObject, Hook, KubernetesObject, ObjectMetadata } from '../objects/index.ts';
import { Annotation } from '../objects/index.ts';
import { summarizeChanges } from './because.ts';
import type { Situation } from './decide.ts';
import { detailChange } from './detail.ts';
import { hasRun, shortRun } from './hook-runs.ts';
import type { Effect, PlannedChange } from './plan.ts';

export interface HookSituation extends Omit<Situation, 'desired' | 'content'> {
  readonly desired: DesiredObject & { readonly hook: Hook };
  /** What would be sent, if it runs. */
  readonly content: KubernetesObject | undefined;
  /** Runs on record. */
  readonly runs: readonly string[];
  /** Rules of its application's own. */
  readonly rules: HealthRules;
}

export type HookDecision = Pick<PlannedChange, 'action' | 'because' | 'changes' | 'effects' | 'conflicts'> &
  Required<Pick<PlannedChange, 'hook'>>;

/** Whether what would be sent has to be known. */
export function needsHookContent({ desired, runs }: Pick<HookSituation, 'desired' | 'runs'>): boolean {
  return desired.settings.apply !== 'paused' && !hasRun(runs, desired.hook);
}

const EFFECTS: Readonly<Record<Hook['place'], string>> = {
  before: "runs before the application's other objects",
  after: "runs after the application's other objects",
  ordered: 'runs where its dependencies put it',
};

const stays = (hook: HookDecision['hook'], because = ''): HookDecision => ({
  action: 'none',
  because,
  changes: [],
  effects: [],
  conflicts: [],
  hook,
});

/** @param resource how its kind is served */
export async function planHook(
  client: KubeClient,
  resource: ApiResource | undefined,
  situation: HookSituation,
): Promise<HookDecision> {
  const { desired, live, owner, runs, content, rules } = situation;
  const { hook, settings } = desired;
  if (settings.apply === 'paused') return stays('has-run', 'paused');
  if (hasRun(runs, hook)) {
    // What is still there moves along; what is gone, by its time to live say, is not made anew.
    const isThisRun = live?.metadata.annotations?.[Annotation.run] === shortRun(hook.run);
    return typeof owner === 'object' && isThisRun && live?.metadata.deletionTimestamp === undefined
      ? { ...stays('has-run', `moves here from ${owner.from}`), action: 'change' }
      : stays('has-run');
  }
  const runsAs = (action: 'create' | 'replace' | 'adopt', because: string): HookDecision => ({
    ...stays('to-run', because),
    action,
    effects: effectsOf(hook),
  });
  if (live === undefined) {
    return runsAs('create', runs.length === 0 ? 'hook, has not run yet' : 'hook, runs again');
  }
  if (live.metadata.deletionTimestamp !== undefined || !resource || !content) {
    return runsAs('replace', `hook, runs when the ${desired.key.kind} that is being deleted is gone`);
  }
  if (live.metadata.annotations?.[Annotation.run] === shortRun(hook.run) && owner !== 'nobody') {
    const judged = await judgeRun(client, resource, live, rules);
    return judged === undefined ? runsAs('create', 'hook, has not run yet') : judged(runsAs);
  }
  const read = () => client.get(resource, desired.key);
  const detail = await detailChange(client, {
    desired: { ...desired, settings: { ...settings, apply: 'recreate' } },
    object: content,
    live: await read(),
    read,
  });
  if (detail.action === 'gone') return runsAs('create', 'hook, runs again');
  if (owner === 'nobody' && detail.action === 'same') {
    return {
      ...runsAs('adopt', `hook, the same ${desired.key.kind} exists already`),
      changes: detail.changes,
    };
  }
  const what = detail.changes.length === 0 ? '' : `: ${summarizeChanges(detail.changes)}`;
  const why = desired.digest === live.metadata.annotations?.[Annotation.digest] ? 'release' : 'hook';
  return { ...runsAs('replace', `${why} changed, runs again${what}`), changes: detail.changes };
}

type Judgement = (
  runsAs: (action: 'create' | 'replace' | 'adopt', because: string) => HookDecision,
) => HookDecision;

/** The run was begun, and no record says how it ended: the object knows. undefined: it is gone meanwhile. */
async function judgeRun(
  client: KubeClient,
  resource: ApiResource,
  { metadata: { namespace = '', name } }: ObjectMetadata,
  rules: HealthRules,
): Promise<Judgement | undefined> {
  const run = await client.get(resource, { namespace, name });
  if (!run) return undefined;
  const health = hookHealthOf(run, { rules });
  if (health.status === 'Failed') {
    return (runsAs) => runsAs('replace', `hook failed (${health.reason ?? health.message}), runs again`);
  }
  return () => stays('to-run', health.status === 'Current' ? '' : `hook, ${health.message}`);
}

function effectsOf({ place }: Hook): readonly Effect[] {
  return [{ kind: 'runs-hook', message: EFFECTS[place] }];
}
