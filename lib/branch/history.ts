/** What was released to an environment, when, by whom, from which source commit. */
import {
  type Commit,
  type Identity,
  isOid,
  type LogOptions,
  type Oid,
  type Repository,
  type Trailer,
  trailer,
} from '../git/index.ts';
import { type EnvironmentRef, environmentName, renderedRef, TrailerName } from './names.ts';

export interface HistoryEntry {
  readonly commit: Oid;
  readonly subject: string;
  readonly author: Identity;
  readonly committer: Identity;
  /** The source commit; undefined for a commit that Truekeel did not write. */
  readonly source: Oid | undefined;
  readonly digest: string | undefined;
  readonly dirty: boolean;
  /** The rendered commit that this one took back. */
  readonly reverts: Oid | undefined;
  /** The older one whose tree it has, where it is a rollback. */
  readonly restores: Oid | undefined;
  /** The one application that went back, where the others stayed as they were. */
  readonly application: string | undefined;
  /** The plan that was approved with it. */
  readonly plan: string | undefined;
  readonly approvedBy: readonly string[];
  /** URL of the pull request that a rollback was approved in. */
  readonly pullRequest: string | undefined;
  /** True when the trailers are not Truekeel's own. */
  readonly foreign: boolean;
  readonly trailers: readonly Trailer[];
}

/** The commits of a rendered branch, newest first; none when there is no branch.
 * @param options `limit` defaults to 100, `from` to the tip */
export async function history(
  repository: Repository,
  environment: EnvironmentRef,
  { from, ...options }: Pick<LogOptions, 'limit' | 'skip'> & { readonly from?: Oid } = {},
): Promise<readonly HistoryEntry[]> {
  const tip = from ?? (await repository.readRef(renderedRef(environment)));
  if (tip === undefined) return [];
  const commits = await repository.log(tip, options);
  return commits.map((commit) => describe(commit, environmentName(environment)));
}

function describe(commit: Commit, environment: string): HistoryEntry {
  const oidOf = (name: string): Oid | undefined => {
    const value = trailer(commit.trailers, name);
    return value !== undefined && isOid(value) ? value : undefined;
  };
  const source = oidOf(TrailerName.source);
  const digest = trailer(commit.trailers, TrailerName.digest);
  return {
    commit: commit.oid,
    subject: commit.subject,
    author: commit.author,
    committer: commit.committer,
    source,
    digest,
    dirty: trailer(commit.trailers, TrailerName.dirty) === 'true',
    reverts: oidOf(TrailerName.reverts),
    restores: oidOf(TrailerName.restores),
    application: trailer(commit.trailers, TrailerName.application),
    plan: trailer(commit.trailers, TrailerName.plan),
    approvedBy: commit.trailers
      .filter(([name]) => name.toLowerCase() === TrailerName.approvedBy.toLowerCase())
      .map(([, value]) => value),
    pullRequest: trailer(commit.trailers, TrailerName.pullRequest),
    foreign:
      source === undefined ||
      digest === undefined ||
      trailer(commit.trailers, TrailerName.environment) !== environment,
    trailers: commit.trailers,
  };
}
