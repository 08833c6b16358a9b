import type { Commit, Oid, Repository } from '../git/index.ts';
import { ENVIRONMENT_FILE } from '../objects/index.ts';
import { parseEnvironmentManifest } from './manifest.ts';

/** The source commit that a rendered commit has an application from: another one than it names itself, where that application
 * was taken back alone.
 * @throws TruekeelError `RENDERED_UNREADABLE` */
export async function applicationSource(
  repository: Repository,
  { oid }: Pick<Commit, 'oid'>,
  application: string,
): Promise<Oid | undefined> {
  const [bytes] = await repository.readFiles(oid, [ENVIRONMENT_FILE]);
  if (!bytes) return undefined;
  const { applications, source } = parseEnvironmentManifest(bytes, `${ENVIRONMENT_FILE} of ${oid}`);
  return (applications.find(({ name }) => name === application)?.source ?? source).commit;
}
