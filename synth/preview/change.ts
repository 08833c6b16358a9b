/** What a preview shows: the outcome of merging a pull request, or the work tree, and the settings that the base has for it. */
import { type Forge, type PullRequest, pullRequestRef } from '../../lib/forge/index.ts';
import type { Oid, Repository } from '../../lib/git/index.ts';
import { type PreviewSettings, type RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import { type RenderRequest, renderOnly } from '../pipeline/render.ts';

export interface Shown {
  /** What is shown. */
  readonly environment: RenderedEnvironment;
  /** As the base has them. */
  readonly settings: PreviewSettings;
  /** The environment as the base has it: where it goes is for the base to say. */
  readonly base: RenderedEnvironment;
}

export type ShownRequest = Omit<RenderRequest, 'remote' | 'source'>;

/** @param request its environment may be absent: it is the one that has previews
 * @throws TruekeelError `NO_PREVIEWS`, `UNKNOWN_ENVIRONMENT`, and what rendering throws */
export async function shownOf(
  repository: Repository,
  sources: { readonly base?: Oid; readonly head?: Oid },
  request: ShownRequest,
): Promise<Shown> {
  const { base, head } = sources;
  const found = await renderOnly(repository, { ...request, ...(base && { source: base }) });
  const [environment] = found.filter(({ previews }) => previews !== undefined);
  if (!environment?.previews) {
    const { environment: name } = request;
    throw new TruekeelError(
      name === undefined
        ? 'no environment of the program has previews'
        : `environment ${name} has no previews`,
      {
        code: 'NO_PREVIEWS',
        family: 'usage',
        hint: 'Say how they are made: new Environment(app, id, { previews: { … } }). Of a pull request it is the base branch that says so.',
      },
    );
  }
  const shown =
    head === base
      ? environment
      : (
          await renderOnly(repository, {
            ...request,
            environment: environment.name,
            ...(head && { source: head }),
          })
        )[0];
  if (!shown) throw new Error('an environment was rendered and is not there');
  return { environment: shown, settings: environment.previews, base: environment };
}

export interface FetchedPullRequest {
  readonly pullRequest: PullRequest;
  /** The tip of what it is to be merged into. */
  readonly base: Oid;
  readonly head: Oid;
  /** What merging it gives. */
  readonly merged: Oid;
}

/** Brings a pull request into the repository.
 * @param remote a name or URL
 * @throws TruekeelError `PULL_REQUEST_MOVED` when somebody pushed meanwhile; `PULL_REQUEST_CLOSED`
 * @throws ForgeError
 * @throws GitError `MERGE_CONFLICT`, and as `fetch` does */
export async function fetchPullRequest(
  repository: Repository,
  { forge, number, remote }: { readonly forge: Forge; readonly number: number; readonly remote: string },
  signal: AbortSignal,
): Promise<FetchedPullRequest> {
  const pullRequest = await forge.pullRequest(number);
  if (pullRequest.state !== 'open') {
    throw new TruekeelError(`${pullRequest.url} is ${pullRequest.state}`, {
      code: 'PULL_REQUEST_CLOSED',
      family: 'usage',
      hint: 'Previews are of open pull requests.',
    });
  }
  const ref = (end: 'base' | 'head') => `refs/truekeel/pull/${number}/${end}`;
  await repository.fetch(
    remote,
    [
      `+${pullRequestRef(forge.kind, number)}:${ref('head')}`,
      `+refs/heads/${pullRequest.base.branch}:${ref('base')}`,
    ],
    { signal },
  );
  const [base, head] = await Promise.all([repository.resolve(ref('base')), repository.resolve(ref('head'))]);
  if (head !== pullRequest.head.commit) {
    throw new TruekeelError(`${pullRequest.url} went on to ${head.slice(0, 12)} meanwhile`, {
      code: 'PULL_REQUEST_MOVED',
      family: 'conflict',
      hint: 'Somebody pushed: try again.',
    });
  }
  return { pullRequest, base, head, merged: await repository.merge(base, head) };
}
