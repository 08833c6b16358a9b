/** `/rollback` and `/hold`: as `truekeel rollback --push` and `truekeel promote --hold --push` do it, in the agent's own clone. */
import { hold, readRendered, releaseHold, rollback, rollbackTarget } from '../../../lib/branch/index.ts';
import type { Repository, Signer } from '../../../lib/git/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { irreversible } from '../../../lib/plan/index.ts';
import { code } from '../../review/markdown.ts';
import { agentIdentity } from '../identity.ts';
import type { Asked } from './command-port.ts';

export interface TakingBack {
  readonly repository: Repository;
  /** The remote, as `fetch` and `push` take it. */
  readonly url: string;
  readonly environment: { readonly name: string; readonly branch: string };
  readonly sign?: Signer;
}

/** @throws TruekeelError `NOT_A_RELEASE`, and as `rollback` does */
export async function rollBack(
  { repository, url, environment, sign }: TakingBack,
  asked: Asked,
  to: string | undefined,
): Promise<string> {
  await fetchHeads(repository, url);
  const tip = await readRendered(repository, environment);
  const reason = reasonOf(asked);
  // A run that died did it already: going back from there would be one step too far.
  if (tip.hold?.reason === reason) return told(environment, tip.commit, []);
  const target = to ?? (await rollbackTarget(repository, environment));
  if (target === undefined) {
    throw new TruekeelError(`${environment.name} has no earlier release that was not taken back`, {
      code: 'NOT_A_RELEASE',
      family: 'usage',
      hint: 'Change the program instead, or name what to go back to.',
    });
  }
  const { oid } = await repository.commit(target);
  const isOlder = oid !== tip.commit && (await repository.isAncestor(oid, tip.commit));
  const losses = isOlder
    ? await irreversible(
        tip.applications,
        (await readRendered(repository, environment, { revision: oid })).applications,
      )
    : [];
  const done = await rollback(repository, environment, oid, {
    by: agentIdentity(),
    reason,
    approvedBy: [asked.by.login],
    remote: url,
    ...(sign && { sign }),
  });
  return told(
    environment,
    done.to,
    losses.map(({ message }) => message),
  );
}

/** @param why what the one who asks said of it
 * @throws TruekeelError as `hold` does */
export async function keepBack(
  { repository, url, environment, sign }: TakingBack,
  asked: Asked,
  why: string,
): Promise<string> {
  await fetchHeads(repository, url);
  const { created } = await hold(repository, environment, {
    by: agentIdentity(),
    reason: why === '' ? reasonOf(asked) : `${why} (${reasonOf(asked)})`,
    approvedBy: [asked.by.login],
    remote: url,
    ...(sign && { sign }),
  });
  const { name, branch } = environment;
  return created
    ? `${code(branch)} stays where it is until ${code(`/hold ${name} release`)}.`
    : `${code(branch)} is held already.`;
}

/** @throws TruekeelError as `releaseHold` does */
export async function letGo(
  { repository, url, environment, sign }: TakingBack,
  asked: Asked,
): Promise<string> {
  await fetchHeads(repository, url);
  const { released } = await releaseHold(repository, environment, {
    by: agentIdentity(),
    reason: reasonOf(asked),
    approvedBy: [asked.by.login],
    remote: url,
    ...(sign && { sign }),
  });
  return released
    ? `${environment.name} is free again: the next render moves ${code(environment.branch)}.`
    : `nothing holds ${environment.name}.`;
}

function fetchHeads(repository: Repository, url: string): Promise<void> {
  return repository.fetch(url, ['+refs/heads/*:refs/heads/*'], { prune: true });
}

/** Names the comment, by which a second run knows the first. */
function reasonOf({ by, url, commentId }: Asked): string {
  return `${by.login} asked for it in comment ${commentId} of ${url}`;
}

function told({ name, branch }: TakingBack['environment'], to: string, losses: readonly string[]): string {
  return [
    `${name} goes back to ${code(to.slice(0, 12))}, and ${code(branch)} is held there until ${code(`/hold ${name} release`)}.`,
    ...losses.map((loss) => `What this does not undo: ${code(loss)}.`),
  ].join(' ');
}
