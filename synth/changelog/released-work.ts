/** What a release brought, as those are told of it whom it names. */
import type { EnvironmentRef } from '../../lib/branch/index.ts';
import type { Repository } from '../../lib/git/index.ts';
import type { ReleasedWork, WorkNews } from '../../lib/notify/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import { changelogOf } from './changelog.ts';
import type { ChangelogEntry } from './entries.ts';

/** More than that nobody reads in a message. */
const MOST_ENTRIES = 20;

/** What people did between a release and the one before it.
 * @returns undefined where that is not known: it is the first, or commits are not here */
export async function releasedWork(
  repository: Repository,
  environment: EnvironmentRef,
  rendered: string,
): Promise<ReleasedWork | undefined> {
  try {
    const { from, entries, takenBack } = await changelogOf(repository, environment, { to: rendered });
    if (!from) return undefined;
    const shown = entries.slice(0, MOST_ENTRIES);
    const back = takenBack.slice(0, MOST_ENTRIES - shown.length);
    return {
      since: from.source,
      brought: shown.map(newsOf),
      takenBack: back.map(newsOf),
      more: entries.length + takenBack.length - shown.length - back.length,
    };
  } catch (error) {
    if (error instanceof TruekeelError) return undefined;
    throw error;
  }
}

function newsOf({
  commit,
  description,
  breaking,
  pullRequest,
  authors,
  applications,
}: ChangelogEntry): WorkNews {
  return {
    commit,
    description,
    breaking,
    ...(pullRequest !== undefined && { pullRequest }),
    authors,
    ...(applications && { applications }),
  };
}
