import { isGitError, type Oid, type RemoteOptions, type Repository } from '../git/index.ts';
import { type EnvironmentRef, renderedRef } from './names.ts';
import { rollbackTarget } from './rollback-target.ts';

/** In a clone that has only the last releases of a branch, fetches older ones until a revision is among them, or there are
 * no more. Asks nobody where it is there already, or the clone has everything.
 * @throws GitError when the remote cannot be asked */
export function fetchOlder(
  repository: Repository,
  environment: EnvironmentRef,
  revision: string,
  remote: string,
  options?: RemoteOptions,
): Promise<void> {
  const isThere = async (tip: Oid) => {
    try {
      return await repository.isAncestor(await repository.resolve(revision), tip);
    } catch (error) {
      if (isGitError(error, 'UNKNOWN_REVISION', 'OBJECT_MISSING')) return false;
      throw error;
    }
  };
  return fetchUntil(repository, environment, isThere, { remote, options });
}

/** As {@link fetchOlder}, until there is a release to go back to.
 * @param application the one that is to go back; all of them when absent */
export function fetchRollbackTarget(
  repository: Repository,
  environment: EnvironmentRef,
  remote: string,
  application?: string,
): Promise<void> {
  const asked = application === undefined ? {} : { application };
  const isThere = async () => (await rollbackTarget(repository, environment, asked)) !== undefined;
  return fetchUntil(repository, environment, isThere, { remote, options: undefined });
}

async function fetchUntil(
  repository: Repository,
  environment: EnvironmentRef,
  isThere: (tip: Oid) => Promise<boolean>,
  { remote, options }: { readonly remote: string; readonly options: RemoteOptions | undefined },
): Promise<void> {
  const tip = await repository.readRef(renderedRef(environment));
  if (tip === undefined || !(await repository.isShallow())) return;
  await repository.deepen(remote, [tip], () => isThere(tip), options);
}
