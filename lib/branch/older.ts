import { isGitError, type RemoteOptions, type Repository } from '../git/index.ts';
import { type EnvironmentRef, renderedRef } from './names.ts';

/** In a clone that has only the last releases of a branch, fetches older ones until a revision is among them, or there are
 * no more. Asks nobody where it is there already, or the clone has everything.
 * @throws GitError when the remote cannot be asked */
export async function fetchOlder(
  repository: Repository,
  environment: EnvironmentRef,
  revision: string,
  remote: string,
  options?: RemoteOptions,
): Promise<void> {
  const tip = await repository.readRef(renderedRef(environment));
  if (tip === undefined || !(await repository.isShallow())) return;
  const isThere = async () => {
    try {
      return await repository.isAncestor(await repository.resolve(revision), tip);
    } catch (error) {
      if (isGitError(error, 'UNKNOWN_REVISION', 'OBJECT_MISSING')) return false;
      throw error;
    }
  };
  await repository.deepen(remote, [tip], isThere, options);
}
