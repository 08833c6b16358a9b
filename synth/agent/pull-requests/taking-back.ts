/** `/rollback` and `/hold`: as `truekeel rollback` with `--pull-request` or `--push` and `truekeel promote --hold --push` do it, in the
 * agent's own clone. */
import {
  hold,
  type RenderedRelease,
  readRendered,
  releaseHold,
  rollback,
  rollbackTarget,
} from '../../../lib/branch/index.ts';
import type { Oid, Repository } from '../../../lib/git/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { type Irreversible, irreversible } from '../../../lib/plan/index.ts';
import { code } from '../../review/index.ts';
import { proposeRollback } from '../../taking-back/index.ts';
import { agentIdentity } from '../identity.ts';
import type { Asked } from './command-port.ts';
import type { Work } from './work.ts';

/** What it takes to write the branch. */
export type TakingBack = Pick<Work, 'clone' | 'url' | 'environment' | 'branch' | 'sign' | 'onPushed'>;

/** Opens the pull request of a rollback, which is finished once it was approved.
 * @throws TruekeelError `NOT_A_RELEASE`, and as `proposeRollback` does */
export async function proposeBack(work: Work, asked: Asked, to: string | undefined): Promise<string> {
  const { forge, url: remote, sign, connect, limits, signal } = work;
  const situation = await situationOf(work, asked, to);
  const { environment, repository, done, target } = situation;
  if (done) return toldBack(environment, done.commit, []);
  const {
    pullRequest,
    losses,
    to: release,
  } = await proposeRollback({
    repository,
    environment,
    to: target,
    forge,
    remote,
    by: agentIdentity(),
    reason: reasonOf(asked),
    access: { connect, approvals: [], limits },
    signal,
    ...(sign && { sign }),
  });
  return [
    `#${pullRequest.number} proposes to take ${environment.name} back to ${code(release.slice(0, 12))}. Approve it, and it is done; do not merge it.`,
    ...lossTexts(losses),
  ].join(' ');
}

/** Moves the branch at once.
 * @throws TruekeelError `NOT_A_RELEASE`, and as `rollback` does */
export async function rollBack(work: TakingBack, asked: Asked, to: string | undefined): Promise<string> {
  const { environment, repository, done, target, tip } = await situationOf(work, asked, to);
  if (done) return toldBack(environment, done.commit, []);
  const losses = await lossesOf(repository, environment, tip, target);
  const made = await rollback(repository, environment, target, {
    ...writingOf(work, asked),
    reason: reasonOf(asked),
  });
  work.onPushed();
  return toldBack(environment, made.to, losses);
}

/** @param why what the one who asks said of it
 * @throws TruekeelError as `hold` does */
export async function keepBack(work: TakingBack, asked: Asked, why: string): Promise<string> {
  const environment = environmentOf(work);
  const { created } = await hold(await work.clone.fetched(), environment, {
    ...writingOf(work, asked),
    reason: why === '' ? reasonOf(asked) : `${why} (${reasonOf(asked)})`,
  });
  const { name, branch } = environment;
  return created
    ? `${code(branch)} stays where it is until ${code(`/hold ${name} release`)}.`
    : `${code(branch)} is held already.`;
}

/** @throws TruekeelError as `releaseHold` does */
export async function letGo(work: TakingBack, asked: Asked): Promise<string> {
  const environment = environmentOf(work);
  const { released } = await releaseHold(await work.clone.fetched(), environment, {
    ...writingOf(work, asked),
    reason: reasonOf(asked),
  });
  work.onPushed();
  return released
    ? `${environment.name} is free again: ${code(environment.branch)} gets what is newest now.`
    : `nothing holds ${environment.name}.`;
}

interface Environment {
  readonly name: string;
  readonly branch: string;
}

interface Situation {
  readonly repository: Repository;
  readonly environment: Environment;
  readonly tip: RenderedRelease;
  readonly target: Oid;
  /** What a run that died made of the same comment: going back from there would be one step too far. */
  readonly done: RenderedRelease | undefined;
}

async function situationOf(work: TakingBack, asked: Asked, to: string | undefined): Promise<Situation> {
  const repository = await work.clone.fetched();
  const environment = environmentOf(work);
  const tip = await readRendered(repository, environment);
  if (tip.hold?.reason === reasonOf(asked))
    return { repository, environment, tip, target: tip.commit, done: tip };
  const target = to ?? (await rollbackTarget(repository, environment));
  if (target === undefined) {
    throw new TruekeelError(`${environment.name} has no earlier release that was not taken back`, {
      code: 'NOT_A_RELEASE',
      family: 'usage',
      hint: 'Change the program instead, or name what to go back to.',
    });
  }
  const { oid } = await repository.commit(target);
  return { repository, environment, tip, target: oid, done: undefined };
}

async function lossesOf(
  repository: Repository,
  environment: Environment,
  tip: RenderedRelease,
  to: Oid,
): Promise<readonly Irreversible[]> {
  // What is none is refused when it comes to that.
  if (to === tip.commit || !(await repository.isAncestor(to, tip.commit))) return [];
  const older = await readRendered(repository, environment, { revision: to });
  return irreversible(tip.applications, older.applications);
}

function environmentOf({ environment: name, branch }: TakingBack): Environment {
  return { name, branch: branch() };
}

function writingOf({ url: remote, sign }: TakingBack, { by }: Asked) {
  return { by: agentIdentity(), approvedBy: [by.login], remote, ...(sign && { sign }) };
}

/** Names the comment, by which a second run knows the first. */
function reasonOf({ by, url, commentId }: Asked): string {
  return `${by.login} asked for it in comment ${commentId} of ${url}`;
}

function toldBack({ name, branch }: Environment, to: string, losses: readonly Irreversible[]): string {
  return [
    `${name} goes back to ${code(to.slice(0, 12))}, and ${code(branch)} is held there until ${code(`/hold ${name} release`)}.`,
    ...lossTexts(losses),
  ].join(' ');
}

function lossTexts(losses: readonly Irreversible[]): readonly string[] {
  return losses.map(({ message }) => `What this does not undo: ${code(message)}.`);
}
