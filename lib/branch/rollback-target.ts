/** To which release one goes back when the newest one is no good. */
import type { Oid, Repository } from '../git/index.ts';
import { history } from './history.ts';
import type { EnvironmentRef } from './names.ts';

/** Releases that are looked through; who has taken back so many in a row wants to decide himself. */
const LOOKED_AT = 200;

/** The newest release before the tip that nobody took back and that holds something else than the tip.
 * @param options.applied the release that is known to have been applied last, if any is: it comes first
 * @returns undefined when there is none */
export async function rollbackTarget(
  repository: Repository,
  environment: EnvironmentRef,
  options: { readonly applied?: string } = {},
): Promise<Oid | undefined> {
  const [tip, ...earlier] = await history(repository, environment, { limit: LOOKED_AT });
  if (!tip) return undefined;
  const takenBack = new Set([tip, ...earlier].flatMap(({ reverts }) => reverts ?? []));
  const candidates = earlier.filter(
    ({ commit, digest, foreign }) => !foreign && digest !== tip.digest && !takenBack.has(commit),
  );
  const applied = candidates.find(({ commit }) => commit === options.applied);
  return (applied ?? candidates[0])?.commit;
}
