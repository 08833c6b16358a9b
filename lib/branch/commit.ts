/** Rendered environment → rendered commit. */
import { isDeepStrictEqual } from 'node:util';
import {
  type Commit,
  formatMessage,
  type NewCommit,
  type Oid,
  type Repository,
  type Signer,
  type Trailer,
  treeOf,
} from '../git/index.ts';
import { type Digest, type RenderedEnvironment, TruekeelError } from '../objects/index.ts';
import { type Provenance, type RenderedTree, renderedTree } from './files.ts';
import { checkTree, hasTrailersFor, readVerified } from './foreign.ts';
import { holdAllows } from './hold.ts';
import type { EnvironmentManifest, Hold } from './manifest.ts';
import { renderedBranch, TrailerName } from './names.ts';
import { attest } from './provenance.ts';
import { findTips, publish, type RemoteTarget, type Tips } from './publish.ts';
import { noteSeen } from './seen.ts';
import { inTurn } from './turn.ts';

export interface CommitOptions extends RemoteTarget {
  /** The source commit: any revision. */
  readonly sourceCommit: string;
  /** Path of the program below the root of its repository, with "/". */
  readonly program: string;
  /** The work tree held changes that no commit has. */
  readonly dirty?: boolean;
  /** Versions that decide the bytes: `{ truekeel: '0.1.0' }`. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Digest of the plan that was approved. */
  readonly plan?: string;
  readonly approvedBy?: readonly string[];
  /** Images that an update policy changed. */
  readonly images?: readonly string[];
  /** The rendered commits of other environments that it follows, when it was promoted. */
  readonly promotedFrom?: readonly { readonly environment: string; readonly rendered: Oid }[];
  /** A commit that may be the one to be: it is taken if it differs in nothing but its signature. */
  readonly reuse?: Oid;
  /** The commit that it has to be: nothing is moved where it would be another one. */
  readonly only?: Oid;
  /** Follow a source commit that does not descend from the last one, after history was rewritten. */
  readonly divergedSource?: 'refuse' | 'accept';
  /** Who signs the commit; nobody when absent. */
  readonly sign?: Signer;
}

export interface CommitResult {
  /** The tip of the branch; when `held`, the tip that stays. */
  readonly commit: Oid;
  readonly created: boolean;
  /** Set when a hold keeps the source commit off the branch: nothing was moved. */
  readonly held: boolean;
  readonly hold?: Hold;
  readonly branch: string;
  /** Digest of what was rendered. */
  readonly digest: Digest;
  /** Files that differ from the commit before; when `held`, that would differ. */
  readonly files: FileCounts;
  /** Whether the remote has `commit` now. */
  readonly pushed: boolean;
  /** Whether the note on the source commit was written (and pushed, when there is a remote). */
  readonly noted: boolean;
  /** Whether it is noted on `commit`, and on the remote, what it was made of. */
  readonly attested: boolean;
}

export interface FileCounts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** Writes a rendered environment to its branch: one commit, if it changes anything. Equal arguments and an
 * equal tip give an equal commit id on every machine.
 * @throws ForeignCommitError `FOREIGN_COMMIT` when Truekeel did not write the tip
 * @throws TruekeelError `OLDER_SOURCE`, `SOURCE_DIVERGED`, `BRANCH_DIVERGED`, `BRANCH_CHECKED_OUT`, `PATH_COLLISION`,
 * `PROPOSAL_STALE`
 * @throws RefRaceError `PUSH_RACE`, `REF_CHANGED`: render again and try again ({@link withRetry}) */
export function commitRendered(
  repository: Repository,
  environment: RenderedEnvironment,
  options: CommitOptions,
): Promise<CommitResult> {
  return inTurn(repository, environment, options, () => commitNow(repository, environment, options));
}

async function commitNow(
  repository: Repository,
  environment: RenderedEnvironment,
  options: CommitOptions,
): Promise<CommitResult> {
  const step = await stepOf(repository, environment, options);
  const { source, rendered } = step;
  const result = await advance(repository, environment, step);
  const { digest } = rendered.manifest;
  const [noted, attested] = await Promise.all([
    // It would claim that the commit renders to this; with changes beside it, it need not.
    !options.dirty &&
      !result.held &&
      noteSeen(
        repository,
        source,
        { environment: environment.name, rendered: result.commit, digest, created: result.created },
        options,
      ),
    !result.held && attest(repository, environment, result.commit, options),
  ]);
  return { ...result, branch: renderedBranch(environment), digest, noted, attested };
}

async function stepOf(
  repository: Repository,
  environment: RenderedEnvironment,
  options: CommitOptions,
): Promise<Step> {
  const source = await repository.commit(options.sourceCommit);
  const provenance: Provenance = {
    sourceCommit: source.oid,
    program: options.program,
    ...(options.dirty && { dirty: true }),
    ...(options.versions && { versions: options.versions }),
  };
  const rendered = renderedTree(environment, provenance, repository.objectFormat);
  const tips = await findTips(repository, environment, options);
  return { source, provenance, rendered, tips, options };
}

interface Step {
  readonly source: Commit;
  readonly provenance: Provenance;
  readonly rendered: RenderedTree;
  readonly tips: Tips;
  readonly options: CommitOptions;
}

type Moved = Omit<CommitResult, 'branch' | 'digest' | 'noted' | 'attested'>;

async function advance(repository: Repository, environment: RenderedEnvironment, step: Step): Promise<Moved> {
  const { source, tips, options } = step;
  const draft = await draftCommit(repository, environment, step);
  if (draft.state === 'held') {
    const { commit, hold, files } = draft;
    return { commit, created: false, held: true, hold, files, pushed: tips.remote === commit };
  }
  if (options.only !== undefined && options.only !== draft.commit)
    throw stale(environment.name, options.only);
  const created = draft.state === 'new';
  await publish(repository, environment, tips, draft.commit, {
    ...options,
    reason: created ? `truekeel: render ${source.oid.slice(0, 12)}` : 'truekeel: follow the remote',
  });
  const { commit, files } = draft;
  return { commit, created, held: false, files, pushed: options.remote !== undefined };
}

/** What a branch is to have next: a new commit, which is written and which no ref names; the one that it has (`same`); or the
 * one that it has because it is held. */
type Draft =
  | { readonly state: 'new' | 'same'; readonly commit: Oid; readonly files: FileCounts }
  | { readonly state: 'held'; readonly commit: Oid; readonly files: FileCounts; readonly hold: Hold };

/** The commit that would be written, of a branch that stays where it is. What it promises holds as long as nobody moves the
 * branch: {@link commitRendered} with equal arguments then makes the same one. */
export type ProposedCommit = Draft & {
  /** What the branch has now; undefined where there is no branch. */
  readonly tip: Oid | undefined;
  readonly digest: Digest;
};

/** Makes the commit that {@link commitRendered} would move the branch to, and moves nothing.
 * @throws as {@link commitRendered} */
export async function proposeRendered(
  repository: Repository,
  environment: RenderedEnvironment,
  options: CommitOptions,
): Promise<ProposedCommit> {
  const step = await stepOf(repository, environment, options);
  const draft = await draftCommit(repository, environment, step);
  return { ...draft, tip: step.tips.base, digest: step.rendered.manifest.digest };
}

async function draftCommit(
  repository: Repository,
  environment: RenderedEnvironment,
  step: Step,
): Promise<Draft> {
  const { source, tips, options } = step;
  let { rendered } = step;
  if (tips.base !== undefined) {
    const [base] = await repository.commits([tips.base]);
    const manifest = await readTip(repository, environment, base!, rendered);
    const { hold } = manifest;
    if (hold && !(await holdAllows(repository, hold, source.oid))) {
      const files = await countFiles(repository, base!.oid, rendered);
      return { state: 'held', commit: base!.oid, hold, files };
    }
    // Content decides. Only a commit made from a dirty work tree is followed by the clean one of the same
    // content: it is the one that anybody can render again.
    const cleans = manifest.source.dirty === true && !options.dirty;
    if (manifest.digest === rendered.manifest.digest && !cleans) {
      return { state: 'same', commit: base!.oid, files: { added: 0, changed: 0, removed: 0 } };
    }
    await checkOrder(repository, manifest.source.commit, source, environment.name, options);
    // A pin stays until somebody releases it.
    if (hold) rendered = renderedTree(environment, { ...step.provenance, hold }, repository.objectFormat);
  }
  const commit = {
    parents: tips.base === undefined ? [] : [tips.base],
    author: source.author,
    committer: source.committer,
    message: renderedMessage(subjectOf(source, environment.name), rendered, options),
  };
  const files = await countFiles(repository, tips.base, rendered);
  const tree = treeOf(rendered.oids, repository.objectFormat);
  if (options.reuse !== undefined && (await isSame(repository, options.reuse, { ...commit, tree }, options)))
    return { state: 'new', commit: options.reuse, files };
  const written = await repository.writeCommit({
    files: rendered.files,
    oids: rendered.oids,
    ...commit,
    ...(options.sign && { sign: options.sign }),
  });
  return { state: 'new', commit: written.commit, files };
}

function stale(environment: string, wanted: Oid): TruekeelError {
  return new TruekeelError(
    `${environment} has moved since ${wanted.slice(0, 12)} was proposed: that would no longer follow it`,
    {
      code: 'PROPOSAL_STALE',
      family: 'conflict',
      hint: 'Run it again: it proposes what follows now.',
    },
  );
}

/** Signatures of the same commit may differ each time. */
async function isSame(
  repository: Repository,
  oid: Oid,
  wanted: NewCommit,
  { sign }: Pick<CommitOptions, 'sign'>,
): Promise<boolean> {
  if (!(await repository.has(oid))) return false;
  const [found] = await repository.commits([oid]);
  const { tree, parents, author, committer, message, signed } = found!;
  return (
    signed === (sign !== undefined) &&
    isDeepStrictEqual({ tree, parents, author, committer, message }, wanted)
  );
}

/** The manifest of the tip, after every file of it was checked. What is rendered again with the same bytes needs
 * no reading: single blobs, or the whole tree. */
async function readTip(
  repository: Repository,
  environment: RenderedEnvironment,
  tip: Commit,
  rendered: RenderedTree,
): Promise<EnvironmentManifest> {
  const { manifest } = rendered;
  if (tip.tree === treeOf(rendered.oids, repository.objectFormat) && hasTrailersFor(tip, manifest))
    return manifest;
  const content = await readVerified(repository, environment, tip);
  const known = new Map<Oid, Digest>();
  for (const { path, digest } of environment.applications.flatMap(({ objects }) => objects)) {
    const oid = rendered.oids.get(path);
    if (oid) known.set(oid, digest);
  }
  await checkTree(repository, environment, tip, content, known);
  return content.manifest;
}

/** An older source commit never takes the place of a newer one. */
async function checkOrder(
  repository: Repository,
  previous: Oid,
  source: Commit,
  environment: string,
  options: CommitOptions,
): Promise<void> {
  if (previous === source.oid) return;
  const short = source.oid.slice(0, 12);
  const { remote, signal } = options;
  if (remote !== undefined) {
    // CI systems fetch one commit, and another process may have rendered one that is not here yet.
    const isSettled = async () =>
      (await repository.has(previous)) &&
      ((await repository.isAncestor(previous, source.oid)) ||
        (await repository.isAncestor(source.oid, previous)));
    await repository.deepen(remote, [source.oid, previous], isSettled, signal ? { signal } : {});
  }
  if (!(await repository.has(previous))) {
    if (options.divergedSource === 'accept') return;
    throw new TruekeelError(`${environment} was rendered from ${previous}, which is not in this repository`, {
      code: 'SOURCE_DIVERGED',
      family: 'guard',
      hint: 'Fetch it (in a shallow clone: "git fetch --unshallow"). If history was rewritten, allow a diverged source.',
    });
  }
  if (await repository.isAncestor(previous, source.oid)) return;
  if (await repository.isAncestor(source.oid, previous)) {
    throw new TruekeelError(
      `${environment} is rendered from ${previous.slice(0, 12)}, which is newer than ${short}`,
      {
        code: 'OLDER_SOURCE',
        family: 'guard',
        hint: 'Render the newest commit. To go back on purpose, use "truekeel rollback", or revert the change in the program.',
      },
    );
  }
  if (options.divergedSource === 'accept') return;
  throw new TruekeelError(
    `${environment} is rendered from ${previous.slice(0, 12)}, which ${short} does not follow`,
    {
      code: 'SOURCE_DIVERGED',
      family: 'guard',
      hint: 'Render the branch that the environment follows. If its history was rewritten, allow a diverged source.',
    },
  );
}

function subjectOf(source: Commit, environment: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const subject = source.subject.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return subject === '' ? `Render ${environment} from ${source.oid.slice(0, 12)}` : subject;
}

function renderedMessage(subject: string, { manifest }: RenderedTree, options: CommitOptions): string {
  const trailers: Trailer[] = [
    [TrailerName.source, manifest.source.commit],
    [TrailerName.environment, manifest.environment],
    [TrailerName.digest, manifest.digest],
    ...(options.dirty ? [[TrailerName.dirty, 'true'] as const] : []),
    ...(options.plan === undefined ? [] : [[TrailerName.plan, options.plan] as const]),
    ...(options.approvedBy ?? []).map((name) => [TrailerName.approvedBy, name] as const),
    ...(options.images ?? []).map((image) => [TrailerName.images, image] as const),
    ...(options.promotedFrom ?? []).map(
      ({ environment, rendered: from }) => [TrailerName.promotedFrom, `${environment} ${from}`] as const,
    ),
  ];
  return formatMessage(subject, '', trailers);
}

async function countFiles(
  repository: Repository,
  base: Oid | undefined,
  rendered: RenderedTree,
): Promise<FileCounts> {
  const before = base === undefined ? new Map() : new Map(await repository.readTree(base));
  let added = 0;
  let changed = 0;
  for (const [path, oid] of rendered.oids) {
    const old = before.get(path);
    before.delete(path);
    if (!old) added++;
    else if (old.oid !== oid) changed++;
  }
  return { added, changed, removed: before.size };
}
