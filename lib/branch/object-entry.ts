import type { Oid, Repository } from '../git/index.ts';
import { APPLICATION_FILE, TruekeelError } from '../objects/index.ts';
import { type ApplicationManifest, parseApplicationManifest } from './manifest.ts';

/** What a rendered commit says of one object: its construct, its line in the program, its settings.
 * @param path of its file
 * @returns undefined where the commit says nothing that is understood */
export async function readObjectEntry(
  repository: Repository,
  commit: Oid,
  path: string,
): Promise<ApplicationManifest['objects'][number] | undefined> {
  const manifest = `${path.slice(0, path.indexOf('/'))}/${APPLICATION_FILE}`;
  const [bytes] = await repository.readFiles(commit, [manifest]);
  if (!bytes) return undefined;
  try {
    return parseApplicationManifest(bytes, manifest).objects.find((object) => object.path === path);
  } catch (error) {
    if (error instanceof TruekeelError) return undefined;
    throw error;
  }
}
