/** The manifests of a rendered commit, read and checked against each other. */
import type { Commit, Repository } from '../git/index.ts';
import { APPLICATION_FILE, ENVIRONMENT_FILE, TruekeelError } from '../objects/index.ts';
import {
  type ApplicationManifest,
  applicationDigest,
  type EnvironmentManifest,
  environmentDigest,
  parseApplicationManifest,
  parseEnvironmentManifest,
} from './manifest.ts';

/** The manifests of a rendered tree. */
export interface RenderedContent {
  readonly manifest: EnvironmentManifest;
  readonly applications: readonly ApplicationManifest[];
}

/** Reads the manifests in three questions: the root, the directories of the applications, the files.
 * @throws TruekeelError `RENDERED_INCONSISTENT` when they are not there or do not fit together,
 * `RENDERED_UNREADABLE` when they are not understood */
export async function readContent(repository: Repository, commit: Commit): Promise<RenderedContent> {
  const [root = []] = await repository.readTreeEntries([commit.tree]);
  const manifestBlob = root.find((entry) => entry.name === ENVIRONMENT_FILE && entry.mode === '100644');
  if (!manifestBlob) throw inconsistent(commit, `there is no ${ENVIRONMENT_FILE} in it`);
  const [bytes] = await repository.readBlobs([manifestBlob.oid]);
  const manifest = parseEnvironmentManifest(bytes!, `${ENVIRONMENT_FILE} of ${commit.oid}`);
  if (environmentDigest(manifest) !== manifest.digest)
    throw inconsistent(commit, `${ENVIRONMENT_FILE} does not match its digest`);

  const directories = manifest.applications.map(({ path }) => {
    const entry = root.find(({ name, mode }) => name === path && mode === '40000');
    if (!entry) throw inconsistent(commit, `there is no directory ${path} in it`);
    return entry.oid;
  });
  const blobs = (await repository.readTreeEntries(directories)).map((entries, index) => {
    const entry = entries.find(({ name, mode }) => name === APPLICATION_FILE && mode === '100644');
    if (!entry)
      throw inconsistent(
        commit,
        `there is no ${manifest.applications[index]!.path}/${APPLICATION_FILE} in it`,
      );
    return entry.oid;
  });
  const applications = (await repository.readBlobs(blobs)).map((body, index) => {
    const { path, name, digest } = manifest.applications[index]!;
    const application = parseApplicationManifest(body, `${path}/${APPLICATION_FILE} of ${commit.oid}`);
    if (application.name !== name || applicationDigest(application) !== digest) {
      throw inconsistent(commit, `${path}/${APPLICATION_FILE} does not match its digest`);
    }
    return application;
  });
  return { manifest, applications };
}

function inconsistent(commit: Commit, why: string): TruekeelError {
  return new TruekeelError(`${commit.oid} is not a rendered commit: ${why}`, {
    code: 'RENDERED_INCONSISTENT',
    hint: 'Render the environment again; if the branch was changed by hand, take that commit off it first.',
  });
}
