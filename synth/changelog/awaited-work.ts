/** What merging a change would bring to environments, beside the change itself: what was merged before, and is in no release of
 * theirs yet. */
import { readRendered } from '../../lib/branch/index.ts';
import { asOid, type Oid, type Repository } from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import type { AwaitedWork, EnvironmentReview, Review } from '../review/index.ts';
import { isPending } from '../review/index.ts';
import { withApplications, writtenIn } from './about.ts';
import { entriesBetween } from './between.ts';

/** The same review; each environment in which something would change with its work, as far as that is known. */
export async function withAwaitedWork(repository: Repository, review: Review): Promise<Review> {
  // The outcome of the merge is in no branch: what it is the merge of is.
  const head = asOid(review.head);
  const environments = await Promise.all(
    review.environments.map(async (environment): Promise<EnvironmentReview> => {
      const work = isPending(environment) ? await workOf(repository, environment, head) : undefined;
      return { ...environment, ...(work && { work }) };
    }),
  );
  return { ...review, environments };
}

async function workOf(
  repository: Repository,
  { name, branch, changes }: EnvironmentReview,
  head: Oid,
): Promise<AwaitedWork | undefined> {
  try {
    const { source } = await readRendered(repository, { name, branch });
    const since = asOid(source.commit);
    const [added, removed] = await Promise.all([
      entriesBetween(repository, since, head),
      entriesBetween(repository, head, since),
    ]);
    // A release that has what the change does not: what is between them is no list of work.
    if (removed.entries.length > 0 || !added.complete || (await repository.isShallow())) return undefined;
    const differs = changes.filter(({ action }) => action !== 'none');
    return { since, entries: await withApplications(repository, added.entries, writtenIn(differs)) };
  } catch (error) {
    // No release, or not all commits are here.
    if (error instanceof TruekeelError) return undefined;
    throw error;
  }
}
