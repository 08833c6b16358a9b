/** Plans, shows, asks and applies, and takes the release back when it fails and says so: what `apply` and `sync` share. */

import type { Repository } from '../../lib/git/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import type { ApplicationNews } from '../../lib/notify/index.ts';
import { formatKey, TruekeelError } from '../../lib/objects/index.ts';
import type { Irreversible } from '../../lib/plan/index.ts';
import type { Progress } from '../deployments/index.ts';
import { announce, type ReleaseOutcome } from '../pipeline/announce.ts';
import { type Desired, desiredFromBranch } from '../pipeline/desired.ts';
import { committer } from '../pipeline/identity.ts';
import { type RollBackOutcome, rollBackFailed } from '../pipeline/roll-back.ts';
import type { CommandContext } from './command.ts';
import type { Reports } from './deployment-reports.ts';
import { type EngineRun, planAndApply } from './engine-run.ts';
import { errorResult } from './error-result.ts';
import { describeError } from './exit.ts';
import { recorded } from './record-run.ts';
import type { ResultOf } from './results.ts';
import { remoteName, type Settings } from './settings.ts';

export interface ApplyReleaseOptions {
  /** Tells the forge how it goes. */
  readonly reports?: Reports | undefined;
  /** Nothing that is done in the cluster lasts, and so nothing of it is noted. */
  readonly isThrowaway?: boolean;
}

export async function applyRelease(
  desired: Desired,
  client: KubeClient,
  settings: Settings,
  context: CommandContext,
  options: ApplyReleaseOptions = {},
): Promise<EngineRun> {
  try {
    return await applyOrRollBack(desired, client, settings, context, options);
  } finally {
    await options.reports?.settle();
  }
}

async function applyOrRollBack(
  desired: Desired,
  client: KubeClient,
  settings: Settings,
  context: CommandContext,
  options: ApplyReleaseOptions,
): Promise<EngineRun> {
  const run = await announced(desired, client, settings, context, options);
  const { errors = [] } = run;
  const { repository, flags } = settings;
  const { rendered, environment, branch } = desired;
  if (!run.result || errors.length === 0 || context.signal.aborted) return run;
  if (!repository || !rendered || environment === undefined || branch === undefined) return run;
  const outcome = await rollBackFailed(
    repository,
    { name: environment, branch },
    { commit: rendered.commit, applications: desired.applications, errors },
    {
      by: await committer(repository.root),
      ...(flags.push === true && { remote: remoteName(settings) }),
    },
  );
  if (!outcome) return run;
  const rolledBack = await carryOut(outcome, repository, client, settings, context, options);
  return rolledBack ? { ...run, result: { ...run.result, rolledBack } } : run;
}

/** Applies a release. What came of it is noted, and told to those whom the release names, and to the forge. */
async function announced(
  desired: Desired,
  client: KubeClient,
  settings: Settings,
  context: CommandContext,
  { reports, isThrowaway = false }: ApplyReleaseOptions,
): Promise<EngineRun> {
  const { signal, terminal } = context;
  const tell = async (outcome: ReleaseOutcome, applications: readonly ApplicationNews[]) => {
    const work = workOf(desired, settings);
    for (const { sink, of, why } of await announce({ client, desired, outcome, applications, work, signal }))
      terminal.err(
        `${terminal.paint('yellow', 'note')} the notification ${sink} of ${of} was not delivered: ${why}`,
      );
  };
  const waited = settings.flags.wait !== false;
  const apply = () =>
    planAndApply(desired, client, settings, context, () => {
      if (waited) reports?.tell(desired, { state: 'applied', waitsFor: 'readiness' });
    });
  let run: EngineRun;
  try {
    run = await (isThrowaway ? apply() : recorded(desired, client, settings, context, apply));
  } catch (error) {
    if (error instanceof TruekeelError && !signal.aborted) reports?.tell(desired, progressOfError(error));
    if (error instanceof TruekeelError && error.family === 'guard') await tell('refused', []);
    throw error;
  }
  const { errors = [], applications = [] } = run;
  if (signal.aborted) return run;
  if (run.result) await reports?.finished(desired, { client, news: applications, waited });
  // Where nothing was to be done, nothing is to be told.
  if (applications.length > 0) await tell(errors.length > 0 ? 'failed' : 'applied', applications);
  return run;
}

function workOf({ environment, branch, rendered }: Desired, { repository }: Settings) {
  if (!repository || !rendered || environment === undefined || branch === undefined) return undefined;
  return async () => {
    const { releasedWork } = await import('../changelog/index.ts');
    return releasedWork(repository, { name: environment, branch }, rendered.commit);
  };
}

function progressOfError({ code, family }: TruekeelError): Progress {
  const isRefused = family === 'guard' || family === 'plan-changed';
  return isRefused ? { state: 'refused', code } : { state: 'failed', problems: [{ code }] };
}

type RolledBack = NonNullable<ResultOf<'apply'>['rolledBack']>;

async function carryOut(
  outcome: RollBackOutcome,
  repository: Repository,
  client: KubeClient,
  settings: Settings,
  context: CommandContext,
  options: ApplyReleaseOptions,
): Promise<RolledBack | undefined> {
  const { terminal } = context;
  const { paint } = terminal;
  terminal.err('');
  if (!outcome.done) {
    terminal.err(paint('yellow', `The release is not taken back: ${outcome.why}.`));
    return undefined;
  }
  const { result, failed } = outcome;
  terminal.err(
    `${paint('bold', 'Rolling back:')} ${failed.join(', ')} failed. ${result.branch} goes back to ${result.to.slice(0, 7)}, and is held there.`,
  );
  for (const line of irreversibleLines(outcome.irreversible)) terminal.err(line);
  if (!result.pushed && settings.flags.push !== true)
    terminal.err(
      paint('dim', `${result.branch} was not pushed; do it with: git push origin ${result.branch}`),
    );
  terminal.err('');
  // It was agreed to with the program that says so, and it is not the plan that --plan names.
  const flags = { ...settings.flags, yes: true, plan: undefined };
  const environment = { name: outcome.release.environment, branch: result.branch };
  const older = await desiredFromBranch(repository, environment);
  const again = await announced(older, client, { ...settings, flags }, context, options).catch(
    (error: unknown): { error: TruekeelError } => {
      if (!(error instanceof TruekeelError)) throw error;
      for (const line of describeError(error, paint)) terminal.err(line);
      return { error };
    },
  );
  return {
    commit: result.commit,
    reverts: result.reverts,
    to: result.to,
    pushed: result.pushed,
    irreversible: irreversibleResult(outcome.irreversible),
    ...('error' in again && { error: errorResult(again.error) }),
    ...('result' in again && again.result && { applied: again.result }),
  };
}

export function irreversibleLines(found: readonly Irreversible[]): readonly string[] {
  if (found.length === 0) return [];
  return [
    'What going back does not undo:',
    ...found.map(({ key, message }) => `  ${formatKey(key)}: ${message}`),
  ];
}

export function irreversibleResult(found: readonly Irreversible[]) {
  return found.map(({ key, message }) => ({ key: formatKey(key), message }));
}
