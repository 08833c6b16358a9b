/** Commits that hold what another one holds, with another `truekeel.json`: rollbacks, holds and their release. */
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
import { ENVIRONMENT_FILE, TruekeelError } from '../objects/index.ts';
import { checkTree, readVerified } from './foreign.ts';
import { type EnvironmentManifest, formatEnvironmentManifest } from './manifest.ts';
import { type EnvironmentRef, environmentName, TrailerName } from './names.ts';
import { findTips, type RemoteTarget } from './publish.ts';

/** The newest commit of the branch, here and on the remote, after every file of it was checked.
 * @throws TruekeelError `NOT_RENDERED`, ForeignCommitError */
export async function readTip(repository: Repository, environment: EnvironmentRef, target: RemoteTarget) {
  const tips = await findTips(repository, environment, target);
  if (tips.base === undefined) {
    throw new TruekeelError(`environment ${environmentName(environment)} was not rendered yet`, {
      code: 'NOT_RENDERED',
      family: 'usage',
      hint: 'There is no commit of it yet; render it first.',
    });
  }
  const [tip] = await repository.commits([tips.base]);
  const content = await readVerified(repository, environment, tip!);
  await checkTree(repository, environment, tip!, content);
  return { tips, tip: tip!, manifest: content.manifest };
}

export interface Variant {
  readonly parent: Oid;
  readonly author: Identity;
  readonly committer: Identity;
  readonly subject: string;
  readonly body: string;
  readonly sign: Signer | undefined;
  readonly trailers: readonly Trailer[];
}

/** A commit with the tree of another one, and another `truekeel.json`. */
export async function writeVariant(
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
