import type { Oid, Repository } from '../../lib/git/index.ts';
import { type ChangelogEntry, changelogEntries } from './entries.ts';

/** More than that nobody reads. */
const MOST_COMMITS = 5000;

/** What one source commit has and another has not, newest first.
 * @param from all of the history of `to` when absent */
export async function entriesBetween(
  repository: Repository,
  from: Oid | undefined,
  to: Oid,
): Promise<{ readonly entries: readonly ChangelogEntry[]; readonly complete: boolean }> {
  const options = { limit: MOST_COMMITS + 1, ...(from !== undefined && { exclude: from }) };
  const [chain, all] = await Promise.all([
    repository.log(to, { ...options, firstParent: true }),
    repository.log(to, { ...options, firstParent: false }),
  ]);
  const complete = all.length <= MOST_COMMITS;
  return {
    entries: changelogEntries(chain.slice(0, MOST_COMMITS), all.slice(0, MOST_COMMITS)),
    complete,
  };
}
