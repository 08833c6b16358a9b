/** From a rendered commit to what people wrote: the source commit, those that came to be rendered with it, the pull request. */
import { applicationSource, TrailerName } from '../../lib/branch/index.ts';
import type { PullRequest } from '../../lib/forge/index.ts';
import { type Commit, isOid, type Oid, type Repository, trailer } from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import { mergedBy } from '../pipeline/merged.ts';

interface PullRequestRef {
  readonly number: number;
  readonly url?: string;
  readonly title?: string;
}

export interface SourceOfChange {
  /** What the rendered commit was rendered from. */
  readonly commit: Oid;
  /** Absent where the clone does not have it. */
  readonly details?: Commit;
  /** The commits since the one that was rendered before, of the first parents, which change the file; newest first. Only
   * where several came to be rendered together. */
  readonly candidates: readonly Commit[];
  readonly pullRequest?: PullRequestRef;
}

/** Tells which pull requests brought a commit. */
export type AskForge = (commit: string) => Promise<readonly PullRequest[]>;

/** How far back the source commit of the release before is looked for. */
const LOOK_BACK = 100;
const MOST_CANDIDATES = 10;

/** @param file of the program, below the root of its repository
 * @returns undefined for a commit that does not name its source */
export async function sourceOf(
  repository: Repository,
  rendered: { readonly since: Commit; readonly previous?: Commit; readonly file?: string },
  ask?: AskForge,
): Promise<SourceOfChange | undefined> {
  const commit = await renderedFrom(repository, rendered.since);
  if (commit === undefined) return undefined;
  if (!(await repository.has(commit))) {
    const pullRequest = await askedPullRequest(commit, ask);
    return { commit, candidates: [], ...(pullRequest && { pullRequest }) };
  }
  const [details] = await repository.commits([commit]);
  const pullRequest = (await askedPullRequest(commit, ask)) ?? namedPullRequest(details!);
  return {
    commit,
    details: details!,
    candidates: await candidatesOf(repository, rendered, commit),
    ...(pullRequest && { pullRequest }),
  };
}

/** Where one application went back, it is the older source commit that says what it has. */
async function renderedFrom(repository: Repository, since: Commit): Promise<Oid | undefined> {
  const application = trailer(since.trailers, TrailerName.application);
  return application === undefined ? sourceTrailer(since) : applicationSource(repository, since, application);
}

function sourceTrailer({ trailers }: Commit): Oid | undefined {
  const value = trailer(trailers, TrailerName.source);
  return value !== undefined && isOid(value) ? value : undefined;
}

async function candidatesOf(
  repository: Repository,
  { previous, file }: { readonly previous?: Commit; readonly file?: string },
  source: Oid,
): Promise<readonly Commit[]> {
  const before = previous && sourceTrailer(previous);
  if (before === undefined || file === undefined) return [];
  const log = await repository.log(source, { limit: LOOK_BACK });
  const between = log.findIndex(({ oid }) => oid === before);
  if (between < 2) return [];
  const texts: (Buffer | undefined)[] = [];
  for (const { oid } of log.slice(0, between + 1)) texts.push((await repository.readFiles(oid, [file]))[0]);
  return log
    .slice(0, between)
    .filter((_, index) => !isSame(texts[index], texts[index + 1]))
    .slice(0, MOST_CANDIDATES);
}

function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

/** A forge that is away takes nothing from what Git knows. */
async function askedPullRequest(commit: Oid, ask?: AskForge): Promise<PullRequestRef | undefined> {
  const found = await ask?.(commit).catch((error: unknown) => {
    if (error instanceof TruekeelError) return [];
    throw error;
  });
  const pullRequest = found?.find(({ state }) => state === 'merged') ?? found?.[0];
  return pullRequest && { number: pullRequest.number, url: pullRequest.url, title: pullRequest.title };
}

/** The one that the commit's message names as merged by it. */
function namedPullRequest(commit: Commit): PullRequestRef | undefined {
  const merged = mergedBy(commit);
  return merged && { number: merged.number };
}
