/** Commits with the files of earlier ones, and a `truekeel.json` of their own: rollbacks, holds and their release. */
import {
  formatMessage,
  type Identity,
  type NewFile,
  type Oid,
  type Repository,
  type Signer,
  type Trailer,
  type TreeFile,
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
  return { tips, tip: tip!, content };
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

/** @param like the tree that it has but for its `truekeel.json`: of a commit, or put together */
export async function writeVariant(
  repository: Repository,
  like: ReadonlyMap<string, TreeFile>,
  manifest: EnvironmentManifest,
  variant: Variant,
): Promise<WrittenCommit> {
  const files = new Map<string, NewFile>(like);
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
