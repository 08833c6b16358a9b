/** Rollback: a new commit with an older tree, and a hold that keeps newer source commits off the branch until
 * somebody releases it. */
import {
  type Commit,
  formatMessage,
  type Identity,
  type NewFile,
  type Oid,
  type Repository,
  type Signer,
  type Trailer,
  type WrittenCommit,
} from '../git/index.ts';
import { type Digest, ENVIRONMENT_FILE, TruekeelError } from '../objects/index.ts';
import { checkTree, readVerified } from './foreign.ts';
import { type EnvironmentManifest, formatEnvironmentManifest, type Hold } from './manifest.ts';
import { type EnvironmentRef, environmentName, renderedBranch, TrailerName } from './names.ts';
import { type AttestOptions, attest } from './provenance.ts';
import { findTips, publish, type RemoteTarget, type Tips } from './publish.ts';
import { inTurn } from './turn.ts';

export interface RollbackOptions extends RemoteTarget {
  /** Who rolls back, and when. */
  readonly by: Identity;
  /** Who wants it, where that is somebody else. */
  readonly author?: Identity;
  readonly reason?: string;
  readonly plan?: string;
  readonly approvedBy?: readonly string[];
  /** URL of the pull request that it was approved in. */
  readonly pullRequest?: string;
  /** Who signs the commit; nobody when absent. */
  readonly sign?: Signer;
}

export interface RollbackResult {
  readonly commit: Oid;
  readonly branch: string;
  /** The rendered commit that was taken back. */
  readonly reverts: Oid;
  /** The rendered commit whose tree the branch has again. */
  readonly to: Oid;
  readonly hold: Hold;
  readonly digest: Digest;
  readonly pushed: boolean;
}

/** A rollback that no branch has yet. */
export interface PreparedRollback extends Omit<RollbackResult, 'pushed'> {
  readonly tree: Oid;
  readonly subject: string;
  /** Where the branch was. */
  readonly tips: Tips;
}

/** Goes back to an older release, forward in history.
 * @param to a commit of the branch: any revision
 * @throws TruekeelError `NOT_A_RELEASE` when it is none of this branch's, or is the tip; `NOT_RENDERED`
 * @throws ForeignCommitError `FOREIGN_COMMIT`
 * @throws RefRaceError `PUSH_RACE`, `REF_CHANGED` */
export function rollback(
  repository: Repository,
  environment: EnvironmentRef,
  to: string,
  options: RollbackOptions,
): Promise<RollbackResult> {
  return inTurn(repository, environment, () => rollbackNow(repository, environment, to, options));
}

async function rollbackNow(
  repository: Repository,
  environment: EnvironmentRef,
  to: string,
  options: RollbackOptions,
): Promise<RollbackResult> {
  const prepared = await prepareRollback(repository, environment, to, options);
  return publishRollback(repository, environment, prepared, options);
}

/** Writes the commit of a rollback, and moves nothing.
 * @throws as {@link rollback}, but for races */
export async function prepareRollback(
  repository: Repository,
  environment: EnvironmentRef,
  to: string,
  options: RollbackOptions,
): Promise<PreparedRollback> {
  const { tips, tip } = await readTip(repository, environment, options);
  const target = await repository.commit(to);
  if (target.oid === tip.oid || !(await repository.isAncestor(target.oid, tip.oid))) {
    throw notARelease(
      environment,
      to,
      target.oid === tip.oid ? 'is what the branch has now' : 'is no commit of the branch',
    );
  }
  const content = await readVerified(repository, environment, target);
  await checkTree(repository, environment, target, content);
  const { by: committer, author = committer, reason, plan, approvedBy = [], pullRequest } = options;
  const hold: Hold = {
    reverts: tip.oid,
    by: `${author.name} <${author.email}>`,
    ...(reason !== undefined && { reason }),
  };
  const subject = `Roll ${environmentName(environment)} back to ${target.oid.slice(0, 12)} ${JSON.stringify(target.subject)}`;
  const { commit, tree } = await writeVariant(
    repository,
    target,
    { ...content.manifest, hold },
    {
      parent: tip.oid,
      author,
      committer,
      subject,
      body: reason ?? '',
      sign: options.sign,
      trailers: [
        [TrailerName.reverts, tip.oid],
        [TrailerName.restores, target.oid],
        ...(plan === undefined ? [] : [[TrailerName.plan, plan] as const]),
        ...approvedBy.map((name) => [TrailerName.approvedBy, name] as const),
        ...(pullRequest === undefined ? [] : [[TrailerName.pullRequest, pullRequest] as const]),
      ],
    },
  );
  const { digest } = content.manifest;
  const branch = renderedBranch(environment);
  return { commit, tree, subject, branch, reverts: tip.oid, to: target.oid, hold, digest, tips };
}

/** Moves the branch to a rollback, if it still is where it was.
 * @throws RefRaceError `PUSH_RACE`, `REF_CHANGED`
 * @throws GitError `PUSH_REJECTED` */
export async function publishRollback(
  repository: Repository,
  environment: EnvironmentRef,
  { tips, tree: _tree, subject: _subject, ...rollback }: PreparedRollback,
  target: AttestOptions,
): Promise<RollbackResult> {
  await publish(repository, environment, tips, rollback.commit, {
    ...target,
    reason: `truekeel: roll back from ${rollback.reverts.slice(0, 12)}`,
  });
  await attest(repository, environment, rollback.commit, target);
  return { ...rollback, pushed: target.remote !== undefined };
}

export interface ReleaseHoldResult {
  readonly commit: Oid;
  /** False when nothing held the branch. */
  readonly released: boolean;
  readonly pushed: boolean;
}

/** Ends the hold of a rollback: the next render moves the branch again.
 * @throws as {@link rollback} */
export function releaseHold(
  repository: Repository,
  environment: EnvironmentRef,
  options: Omit<RollbackOptions, 'author' | 'plan' | 'pullRequest'>,
): Promise<ReleaseHoldResult> {
  return inTurn(repository, environment, () => releaseNow(repository, environment, options));
}

async function releaseNow(
  repository: Repository,
  environment: EnvironmentRef,
  options: Omit<RollbackOptions, 'author' | 'plan' | 'pullRequest'>,
): Promise<ReleaseHoldResult> {
  const { tips, tip, manifest } = await readTip(repository, environment, options);
  const { hold, ...free } = manifest;
  if (!hold) return { commit: tip.oid, released: false, pushed: false };
  const { commit } = await writeVariant(repository, tip, free, {
    parent: tip.oid,
    author: options.by,
    committer: options.by,
    subject: `Release the hold on ${environmentName(environment)}`,
    body: options.reason ?? '',
    sign: options.sign,
    trailers: (options.approvedBy ?? []).map((name) => [TrailerName.approvedBy, name] as const),
  });
  await publish(repository, environment, tips, commit, { ...options, reason: 'truekeel: release the hold' });
  await attest(repository, environment, commit, options);
  return { commit, released: true, pushed: options.remote !== undefined };
}

async function readTip(repository: Repository, environment: EnvironmentRef, target: RemoteTarget) {
  const tips = await findTips(repository, environment, target);
  if (tips.base === undefined) {
    throw new TruekeelError(`environment ${environmentName(environment)} was not rendered yet`, {
      code: 'NOT_RENDERED',
      family: 'usage',
      hint: 'There is nothing to go back from; render it first.',
    });
  }
  const [tip] = await repository.commits([tips.base]);
  const content = await readVerified(repository, environment, tip!);
  await checkTree(repository, environment, tip!, content);
  return { tips, tip: tip!, manifest: content.manifest };
}

interface Variant {
  readonly parent: Oid;
  readonly author: Identity;
  readonly committer: Identity;
  readonly subject: string;
  readonly body: string;
  readonly sign: Signer | undefined;
  readonly trailers: readonly Trailer[];
}

/** A commit with the tree of another one, and another `truekeel.json`. */
async function writeVariant(
  repository: Repository,
  like: Commit,
  manifest: EnvironmentManifest,
  variant: Variant,
): Promise<WrittenCommit> {
  const files = new Map<string, NewFile>(await repository.readTree(like.oid));
  files.set(ENVIRONMENT_FILE, Buffer.from(formatEnvironmentManifest(manifest), 'utf8'));
  const message = formatMessage(variant.subject, variant.body, [
    [TrailerName.source, manifest.source.commit],
    [TrailerName.environment, manifest.environment],
    [TrailerName.digest, manifest.digest],
    ...(manifest.source.dirty ? [[TrailerName.dirty, 'true'] as const] : []),
    ...variant.trailers,
  ]);
  const { parent, author, committer, sign } = variant;
  return repository.writeCommit({
    files,
    parents: [parent],
    author,
    committer,
    message,
    ...(sign && { sign }),
  });
}

function notARelease(environment: EnvironmentRef, to: string, why: string): TruekeelError {
  return new TruekeelError(`${JSON.stringify(to)} ${why}: ${renderedBranch(environment)}`, {
    code: 'NOT_A_RELEASE',
    family: 'usage',
    hint: `Choose one of "truekeel history --environment ${environmentName(environment)}".`,
  });
}
