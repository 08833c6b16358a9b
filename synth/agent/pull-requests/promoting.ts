/** `/promote`: as `truekeel promote --propose --automatic --upstream notes` does it, in the agent's own clone. Whoever asks has it
 * looked at now; the gates decide as ever. */
import type { Forge } from '../../../lib/forge/index.ts';
import { branchRef, type Repository } from '../../../lib/git/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { type Promotion, type PromotionRequest, promote } from '../../promotion/index.ts';
import { code, plain } from '../../review/markdown.ts';

export interface Promoting
  extends Pick<PromotionRequest, 'program' | 'cache' | 'packages' | 'sign' | 'openSecret' | 'signal'> {
  readonly repository: Repository;
  readonly forge: Forge;
  /** The remote, as `fetch` and `push` take it. */
  readonly url: string;
  readonly environment: string;
  /** The source branch; the remote's own when absent. */
  readonly sourceBranch?: string;
}

/** @throws TruekeelError `NOTHING_UPSTREAM`, and what rendering the newest source commit throws */
export async function promoteTo({
  repository,
  url: remote,
  environment,
  sourceBranch,
  ...request
}: Promoting): Promise<string> {
  await repository.fetch(remote, ['+refs/heads/*:refs/heads/*'], { prune: true, signal: request.signal });
  const head =
    sourceBranch === undefined
      ? (await repository.lsRemote(remote, [], { signal: request.signal })).head
      : branchRef(sourceBranch);
  const promotions = await promote(repository, {
    ...request,
    head: head ?? 'HEAD',
    remote,
    environment,
    moves: 'when-passed',
    asks: () => 'notes',
    clusterOf: async (release) => {
      throw new TruekeelError(
        `the agent of ${environment} does not ask the cluster of ${release.environment}`,
        {
          code: 'OTHER_CLUSTER',
          family: 'usage',
        },
      );
    },
    fetch: globalThis.fetch,
    now: Date.now,
  });
  const failed = promotions.find(({ error }) => error !== undefined);
  if (failed?.error) throw failed.error;
  return promotions.map(told).join(' ');
}

function told({ environment, state, why, bundle, pullRequest }: Promotion): string {
  return [
    `${code(environment)} is ${state}: ${plain(why)}.`,
    ...(bundle ? [`Source commit ${code(bundle.source.slice(0, 12))}.`] : []),
    ...(pullRequest ? [`Pull request #${pullRequest.number}.`] : []),
  ].join(' ');
}
