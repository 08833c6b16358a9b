/** The manifests of a rendered commit, read and checked against each other. */
import type { Commit, Oid, Repository } from '../git/index.ts';
import { APPLICATION_FILE, type Digest, ENVIRONMENT_FILE, TruekeelError } from '../objects/index.ts';
import {
  type ApplicationManifest,
  applicationDigest,
  type EnvironmentManifest,
  environmentDigest,
  parseApplicationManifest,
  parseEnvironmentManifest,
} from './manifest.ts';

/** The manifests of a rendered tree. */
export interface RenderedContent<A = ApplicationManifest> {
  readonly manifest: EnvironmentManifest;
  readonly applications: readonly A[];
  /** Of each application its file, in the same order. */
  readonly blobs: readonly Oid[];
}

/** What is known already of an application's file; asked before the file is read.
 * @param digest what the environment's manifest says the application has */
export type Reuse<T> = (blob: Oid, digest: Digest) => T | undefined;

/** Reads the manifests in three questions: the root, the directories of the applications, the files.
 * @throws TruekeelError `RENDERED_INCONSISTENT` when they are not there or do not fit together,
 * `RENDERED_UNREADABLE` when they are not understood */
export async function readContent<T = never>(
  repository: Repository,
  commit: Commit,
  reuse: Reuse<T> = () => undefined,
): Promise<RenderedContent<ApplicationManifest | T>> {
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
  const reused = blobs.map((blob, index) => reuse(blob, manifest.applications[index]!.digest));
  const unread = blobs.filter((_blob, index) => reused[index] === undefined);
  const bodies = (await repository.readBlobs(unread)).values();
  const applications = manifest.applications.map(({ path, name, digest }, index) => {
    const before = reused[index];
    if (before !== undefined) return before;
    const body = bodies.next().value!;
    const application = parseApplicationManifest(body, `${path}/${APPLICATION_FILE} of ${commit.oid}`);
    if (application.name !== name || applicationDigest(application) !== digest) {
      throw inconsistent(commit, `${path}/${APPLICATION_FILE} does not match its digest`);
    }
    return application;
  });
  return { manifest, applications, blobs };
}

function inconsistent(commit: Commit, why: string): TruekeelError {
  return new TruekeelError(`${commit.oid} is not a rendered commit: ${why}`, {
    code: 'RENDERED_INCONSISTENT',
    hint: 'Render the environment again; if the branch was changed by hand, take that commit off it first.',
  });
}
