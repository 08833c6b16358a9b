/** What passes as one. */
import type { Oid } from '../../lib/git/index.ts';
import type { Candidate } from '../../lib/promotion/index.ts';
import type { Bundle } from './promotion.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/** Commits of a bundle that are named. */
const NAMED = 50;

/** Without its images, and the commit that brings it: nothing was rendered yet. */
export async function bundleOf(
  { repository }: Run,
  { release, upstreams }: Situation,
  { source, runs }: Candidate,
): Promise<Bundle> {
  // Names of commits come from Git.
  const oid = source as Oid;
  const commits = await repository.log(oid, { limit: NAMED });
  const at = commits.findIndex((commit) => commit.oid === release?.source.commit);
  const brought = at >= 0 ? commits.slice(0, at) : release ? commits : commits.slice(0, 1);
  return {
    source,
    subject: commits[0]!.subject,
    from: upstreams.map(({ summary: { environment } }, index) => ({
      environment,
      rendered: runs[index]!.rendered,
    })),
    commits: brought.map((commit) => ({
      source: commit.oid,
      subject: commit.subject,
      author: commit.author.name,
    })),
    images: [],
  };
}
