/** Notes on the rendered commit what came of applying it: `truekeel history` tells it. */
import { randomUUID } from 'node:crypto';
import { type NewRun, noteRun } from '../../lib/branch/index.ts';
import { asOid, type Identity, type Repository } from '../../lib/git/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import { formatKey, TruekeelError } from '../../lib/objects/index.ts';
import type { Desired } from '../pipeline/desired.ts';
import { committer } from '../pipeline/identity.ts';
import type { CommandContext } from './command.ts';
import type { EngineRun } from './engine-run.ts';
import { remoteName, type Settings } from './settings.ts';

/** Does what applies a release, and notes how it ended. What cannot be noted is told, and changes nothing. */
export async function recorded(
  desired: Desired,
  client: KubeClient,
  settings: Settings,
  context: CommandContext,
  apply: () => Promise<EngineRun>,
): Promise<EngineRun> {
  const { repository } = settings;
  const { rendered } = desired;
  if (!repository || !rendered) return apply();
  const started = performance.now();
  const note = async (ended: Ended) => {
    const durationMs = performance.now() - started;
    await write(
      repository,
      rendered.commit,
      { ...ended, durationMs, cluster: client.server },
      settings,
      context,
    );
  };
  try {
    const run = await apply();
    const ended = endOf(run);
    if (ended) await note(ended);
    return run;
  } catch (error) {
    if (error instanceof TruekeelError && REFUSALS.has(error.family))
      await note({ outcome: 'refused', changed: 0, errors: [problemOf(error)], approvals: [] });
    throw error;
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['guard', 'plan-changed']);

type Ended = Pick<NewRun, 'outcome' | 'changed' | 'errors' | 'approvals' | 'plan'>;

/** @returns undefined where nobody agreed to it */
function endOf({ result, errors = [] }: EngineRun): Ended | undefined {
  if (!result) return undefined;
  const { none: _, ...done } = result.actions;
  return {
    outcome: result.interrupted ? 'interrupted' : errors.length > 0 ? 'failed' : 'applied',
    plan: result.planDigest,
    changed: Object.values(done).reduce((sum, count) => sum + count, 0),
    errors: errors.map(problemOf),
    approvals: result.approvals.map(({ code, by }) => ({ code, by })),
  };
}

function problemOf({ code, key }: TruekeelError): NewRun['errors'][number] {
  return { code, ...(key && { key: formatKey(key) }) };
}

async function write(
  repository: Repository,
  commit: string,
  ended: Ended & Pick<NewRun, 'durationMs' | 'cluster'>,
  settings: Settings,
  { terminal }: CommandContext,
): Promise<void> {
  try {
    const author = await whoApplies(repository);
    const by = `${author.name} <${author.email}>`;
    const run: NewRun = { run: randomUUID(), at: new Date().toISOString(), by, ...ended };
    const target = settings.flags.push === true ? { remote: remoteName(settings) } : {};
    const isThere = await noteRun(repository, asOid(commit), run, { author, ...target });
    if (!isThere) throw new TruekeelError('the remote does not take it', { code: 'PUSH_REJECTED' });
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    terminal.err(
      `${terminal.paint('yellow', 'note')} what came of this release is not on record: ${error.message}`,
    );
  }
}

/** Applying needs no name in Git. */
async function whoApplies({ root }: Repository): Promise<Identity> {
  return committer(root).catch((error: unknown) => {
    if (!(error instanceof TruekeelError) || error.code !== 'NO_IDENTITY') throw error;
    const seconds = Math.floor(Date.now() / 1000);
    return { name: 'Somebody', email: 'somebody@truekeel.invalid', seconds, timezone: '+0000' };
  });
}
