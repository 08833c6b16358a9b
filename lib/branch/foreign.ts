/** Commits on a rendered branch that Truekeel did not write are never built upon, applied or overwritten. */
import { type Commit, isoDate, type Oid, type Repository, trailer } from '../git/index.ts';
import {
  APPLICATION_FILE,
  type Digest,
  digestOf,
  ENVIRONMENT_FILE,
  TruekeelError,
} from '../objects/index.ts';
import { type RenderedContent, type Reuse, readContent } from './content.ts';
import type { ApplicationManifest, EnvironmentManifest } from './manifest.ts';
import { type EnvironmentRef, environmentName, renderedBranch, TrailerName } from './names.ts';

/** Paths that are named in a message before "and N more". */
const NAMED_PATHS = 10;

/** How far back the last good commit is looked for. */
const LOOK_BACK = 200;

/** A commit on the rendered branch that Truekeel did not write, or that was changed afterwards. */
export class ForeignCommitError extends TruekeelError {
  readonly commit: Oid;
  readonly author: string;
  /** What it changed; for a tree that is not as its manifests say, the paths that differ. */
  readonly paths: readonly string[];
  /** The newest commit below it that Truekeel wrote. */
  readonly lastGood: Oid | undefined;

  constructor(
    message: string,
    hint: string,
    details: { commit: Oid; author: string; paths: readonly string[]; lastGood: Oid | undefined },
  ) {
    super(message, { code: 'FOREIGN_COMMIT', family: 'guard', hint });
    this.name = 'ForeignCommitError';
    this.commit = details.commit;
    this.author = details.author;
    this.paths = details.paths;
    this.lastGood = details.lastGood;
  }
}

/** Reads the manifests of a commit that has to be Truekeel's own.
 * @throws ForeignCommitError when its trailers are not there, or do not say what the manifests say
 * @throws TruekeelError `RENDERED_UNREADABLE` when a manifest is not understood */
export async function readVerified<T = never>(
  repository: Repository,
  environment: EnvironmentRef,
  commit: Commit,
  reuse?: Reuse<T>,
): Promise<RenderedContent<ApplicationManifest | T>> {
  const missing = REQUIRED_TRAILERS.find((name) => trailer(commit.trailers, name) === undefined);
  if (missing !== undefined)
    throw await foreignCommit(repository, environment, commit, `it has no trailer ${missing}`);
  const content = await readContent(repository, commit, reuse).catch(async (error: unknown) => {
    if (!(error instanceof TruekeelError) || error.code !== 'RENDERED_INCONSISTENT') throw error;
    throw await foreignCommit(repository, environment, commit, error.message);
  });
  const fault = trailerFault(commit, content.manifest, environmentName(environment));
  if (fault !== undefined) throw await foreignCommit(repository, environment, commit, fault);
  return content;
}

const REQUIRED_TRAILERS = [TrailerName.environment, TrailerName.source, TrailerName.digest] as const;

/** Whether a commit has the trailers that Truekeel gives to a tree with this manifest. */
export function hasTrailersFor(commit: Commit, manifest: EnvironmentManifest): boolean {
  return trailerFault(commit, manifest, manifest.environment) === undefined;
}

function trailerFault(
  commit: Commit,
  manifest: EnvironmentManifest,
  environment: string,
): string | undefined {
  if (manifest.environment !== environment) return `it holds environment ${manifest.environment}`;
  const expected = [manifest.environment, manifest.source.commit, manifest.digest];
  for (const [index, name] of REQUIRED_TRAILERS.entries()) {
    const found = trailer(commit.trailers, name);
    if (found !== expected[index]) return `its trailer ${name} says ${found}, its content ${expected[index]}`;
  }
  return undefined;
}

/** Whether every file of the tree is one that the manifests list, with the bytes that they list, and none is
 * missing.
 * @param known blobs whose digest is known already: they are not read again
 * @throws ForeignCommitError */
export async function checkTree(
  repository: Repository,
  environment: EnvironmentRef,
  commit: Commit,
  content: RenderedContent,
  known: ReadonlyMap<Oid, Digest> = new Map(),
): Promise<void> {
  const files = new Map(await repository.readTree(commit.oid));
  const differing: string[] = [];
  const unread: { path: string; oid: Oid; digest: Digest }[] = [];
  files.delete(ENVIRONMENT_FILE);
  for (const { path } of content.manifest.applications) files.delete(`${path}/${APPLICATION_FILE}`);
  for (const { path, digest } of content.applications.flatMap((application) => application.objects)) {
    const file = files.get(path);
    files.delete(path);
    if (file?.mode !== '100644') differing.push(path);
    else if (known.get(file.oid) !== digest) unread.push({ path, oid: file.oid, digest });
  }
  const bodies = await repository.readBlobs(unread.map(({ oid }) => oid));
  for (const [index, { path, digest }] of unread.entries())
    if (digestOf(bodies[index]!) !== digest) differing.push(path);
  differing.push(...files.keys());
  if (differing.length === 0) return;
  throw await foreignCommit(
    repository,
    environment,
    commit,
    'its files are not the ones that its manifests list',
    differing.sort(),
  );
}

/** Describes a foreign commit: who made it, what it changed, and the commands that put it right. */
async function foreignCommit(
  repository: Repository,
  environment: EnvironmentRef,
  commit: Commit,
  why: string,
  paths?: readonly string[],
): Promise<ForeignCommitError> {
  const changed =
    paths ?? (await repository.diffTrees(commit.parents[0], commit.oid)).map(({ path }) => path);
  const lastGood = await findLastGood(repository, environment, commit);
  const author = `${commit.author.name} <${commit.author.email}>`;
  const more = changed.length > NAMED_PATHS ? ` and ${changed.length - NAMED_PATHS} more` : '';
  return new ForeignCommitError(
    `${renderedBranch(environment)} is at ${commit.oid.slice(0, 12)} ${JSON.stringify(commit.subject)}, which Truekeel did not write (${why}). ` +
      `${author} made it on ${isoDate(commit.author)}; it touches ${changed.slice(0, NAMED_PATHS).join(', ') || 'no file'}${more}.`,
    repairHint(renderedBranch(environment), commit.oid, lastGood),
    { commit: commit.oid, author, paths: changed, lastGood },
  );
}

async function findLastGood(
  repository: Repository,
  environment: EnvironmentRef,
  commit: Commit,
): Promise<Oid | undefined> {
  const older = await repository.log(commit.oid, { limit: LOOK_BACK, skip: 1 });
  const name = environmentName(environment);
  return older.find(
    ({ trailers }) =>
      trailer(trailers, TrailerName.environment) === name &&
      REQUIRED_TRAILERS.every((required) => trailer(trailers, required) !== undefined),
  )?.oid;
}

function repairHint(branch: string, foreign: Oid, lastGood: Oid | undefined): string {
  const ref = `refs/heads/${branch}`;
  const local =
    lastGood === undefined
      ? `git update-ref -d ${ref} ${foreign}`
      : `git update-ref ${ref} ${lastGood} ${foreign}`;
  const remote = `git push --force-with-lease=${ref}:${foreign} origin ${lastGood ?? ''}:${ref}`;
  return (
    `If the change is wanted, make it in the program ("git show ${foreign.slice(0, 12)}" shows it). ` +
    `Then take the commit off the branch, here with "${local}", on the remote with "${remote}", and render again.`
  );
}
