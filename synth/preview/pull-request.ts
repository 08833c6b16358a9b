/** A pull request → its preview, from the fetch to the comment. */
import { type Forge, ForgeError, type PullRequest } from '../../lib/forge/index.ts';
import type { Repository } from '../../lib/git/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import { type ClusterTarget, TruekeelError, TruekeelErrors } from '../../lib/objects/index.ts';
import { fetchPullRequest, type ShownRequest, shownOf } from './change.ts';
import { tellNoPreview, tellPreview } from './telling.ts';
import { previewUp, type UpOutcome, type UpRequest } from './up.ts';

export interface PullRequestPreview
  extends ShownRequest,
    Pick<UpRequest, 'now' | 'timeoutMs' | 'openSecret' | 'signal' | 'onEvent'> {
  readonly forge: Forge;
  readonly number: number;
  /** A name or URL. */
  readonly remote: string;
  /** Who asked for it; the author of the pull request when absent. */
  readonly owner?: string;
  /** Leads to the cluster of the environment. It is closed afterwards. */
  readonly connect: (cluster: ClusterTarget) => Promise<KubeClient>;
  /** The commit of a fork that somebody who may looked at: at least twelve characters of it. */
  readonly trustedCommit?: string;
  /** Whether the pull request is told. */
  readonly tells: boolean;
}

/** @throws TruekeelError `PREVIEW_OF_FORK`, and as `fetchPullRequest`, `shownOf` and `previewUp` do; the pull request was told */
export async function previewPullRequest(
  repository: Repository,
  request: PullRequestPreview,
): Promise<UpOutcome> {
  const { forge, number, program, tells } = request;
  const fetched = await fetchPullRequest(repository, request, request.signal);
  const { base, merged, pullRequest } = fetched;
  const { commit: head } = pullRequest.head;
  const telling = { forge, number, head, program };
  try {
    checkTrusted(pullRequest, request.trustedCommit);
    const shown = await shownOf(repository, { base, head: merged }, shownRequest(request));
    const client = await request.connect(shown.base.cluster);
    try {
      const outcome = await previewUp({
        ...request,
        ...shown,
        client,
        name: String(number),
        pullRequest: number,
        repository: forge.repository,
        head,
        owner: request.owner ?? pullRequest.author.login,
        onStart: async (preview) => {
          if (tells) await tellPreview(telling, { preview });
        },
      });
      if (tells) await tellPreview(telling, outcome);
      return outcome;
    } finally {
      await client.close();
    }
  } catch (error) {
    // What another try may mend is not told to people.
    const isTold =
      error instanceof TruekeelError && !(error instanceof ForgeError) && !UNTOLD.has(error.code);
    if (tells && isTold) await tellNoPreview(telling, firstOf(error));
    throw error;
  }
}

function firstOf(error: TruekeelError): TruekeelError {
  return error instanceof TruekeelErrors ? (error.errors[0] ?? error) : error;
}

function shownRequest(request: PullRequestPreview): ShownRequest {
  const { program, environment, cache, packages, commands, typecheck, onWarning, charts } = request;
  return {
    program,
    cache,
    typecheck,
    ...(environment !== undefined && { environment }),
    ...(packages !== undefined && { packages }),
    ...(commands && { commands }),
    ...(onWarning && { onWarning }),
    ...(charts && { charts }),
  };
}

/** Another try mends the one; and who has no previews wants to hear of none. */
const UNTOLD: ReadonlySet<string> = new Set(['PREVIEW_GOING', 'NO_PREVIEWS']);

/** Fewer characters can be met on purpose. */
const SHORTEST_COMMIT = 12;

/** What others wrote runs only if somebody who may looked at this very commit of it.
 * @param commit which one they named
 * @throws TruekeelError `PREVIEW_OF_FORK` */
export function checkTrusted({ head, url }: PullRequest, commit: string | undefined): void {
  const isNamed = commit !== undefined && commit.length >= SHORTEST_COMMIT && head.commit.startsWith(commit);
  if (!head.isFork || isNamed) return;
  const named = head.commit.slice(0, SHORTEST_COMMIT);
  throw new TruekeelError(`${url} comes from another repository`, {
    code: 'PREVIEW_OF_FORK',
    family: 'guard',
    hint: `Look at it first, and then name the commit: /preview ${named} on the pull request, or --trust ${named}.`,
  });
}
