/** Rollback: a new commit with an older tree, or with one application of it, and a hold that keeps newer source commits off the
 * branch until somebody releases it. */
import type { Identity, Oid, Repository, Signer } from '../git/index.ts';
import { type Digest, TruekeelError } from '../objects/index.ts';
import { checkTree, readVerified } from './foreign.ts';
import type { Hold } from './manifest.ts';
import { type EnvironmentRef, environmentName, renderedBranch, TrailerName } from './names.ts';
import { withApplicationOf } from './one-application.ts';
import { type AttestOptions, attest } from './provenance.ts';
import { publish, type RemoteTarget, type Tips } from './publish.ts';
import { inTurn } from './turn.ts';
import { readTip, writeVariant } from './variant.ts';

export interface RollbackOptions extends RemoteTarget {
  /** Who rolls back, and when. */
  readonly by: Identity;
  /** Who wants it, where that is somebody else. */
  readonly author?: Identity;
  readonly reason?: string;
  /** The one that goes back; all of them when absent. */
  readonly application?: string;
  readonly plan?: string;
  readonly approvedBy?: readonly string[];
  /** The release that it is to take back; nothing is moved where the branch has another one. */
  readonly takesBack?: Oid;
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
  /** The rendered commit whose tree, or application, the branch has again. */
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
 * @throws TruekeelError `NOT_A_RELEASE` when it is none of this branch's, is the tip, or has nothing else of the application;
 * `DUPLICATE_KEY` when another application has an object of it now; `NOT_RENDERED`; `ROLLBACK_STALE`
 * @throws ForeignCommitError `FOREIGN_COMMIT`
 * @throws RefRaceError `PUSH_RACE`, `REF_CHANGED` */
export function rollback(
  repository: Repository,
  environment: EnvironmentRef,
  to: string,
  options: RollbackOptions,
): Promise<RollbackResult> {
  return inTurn(repository, environment, options, () => rollbackNow(repository, environment, to, options));
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
  const { tips, tip, content: now } = await readTip(repository, environment, options);
  const { takesBack, application } = options;
  if (takesBack !== undefined && takesBack !== tip.oid) throw stale(environment, takesBack, tip.oid);
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
  const name = environmentName(environment);
  const what = application === undefined ? name : `${application} in ${name}`;
  const subject = `Roll ${what} back to ${target.oid.slice(0, 12)} ${JSON.stringify(target.subject)}`;
  const { files, manifest } =
    application === undefined
      ? { files: await repository.readTree(target.oid), manifest: content.manifest }
      : await withApplicationOf(
          repository,
          { commit: tip, content: now },
          { commit: target, content },
          application,
        );
  const { commit, tree } = await writeVariant(
    repository,
    files,
    { ...manifest, hold },
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
        ...(application === undefined ? [] : [[TrailerName.application, application] as const]),
        ...(plan === undefined ? [] : [[TrailerName.plan, plan] as const]),
        ...approvedBy.map((name) => [TrailerName.approvedBy, name] as const),
        ...(pullRequest === undefined ? [] : [[TrailerName.pullRequest, pullRequest] as const]),
      ],
    },
  );
  const { digest } = manifest;
  const branch = renderedBranch(environment);
  return { commit, tree, subject, branch, reverts: tip.oid, to: target.oid, hold, digest, tips };
}

async function publishRollback(
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

function stale(environment: EnvironmentRef, was: Oid, is: Oid): TruekeelError {
  return new TruekeelError(
    `${renderedBranch(environment)} went on from ${was.slice(0, 12)} to ${is.slice(0, 12)}; nothing was moved`,
    {
      code: 'ROLLBACK_STALE',
      family: 'conflict',
      hint: 'What was approved takes back another release: propose it anew with --pull-request, or close it.',
    },
  );
}

function notARelease(environment: EnvironmentRef, to: string, why: string): TruekeelError {
  return new TruekeelError(`${JSON.stringify(to)} ${why}: ${renderedBranch(environment)}`, {
    code: 'NOT_A_RELEASE',
    family: 'usage',
    hint: `Choose one of "truekeel history --environment ${environmentName(environment)}".`,
  });
}
