/** More history for a clone that does not have all of it, as much as a question needs. */
import type { GitContext } from './context.ts';
import { isGitError } from './errors.ts';
import { isShallow } from './history.ts';
import type { Oid } from './oid.ts';
import { fetch } from './remote.ts';
import type { RemoteOptions } from './remote-options.ts';

/** How many commits are asked for, one time after another; the last is what Git calls infinite. */
const DEPTHS = [64, 1024, 0x7fffffff];

/** Fetches commits, and in a shallow clone more and more of what is before them. What the remote does not have, or does
 * not give away by its id, is left out: whoever asks finds out from what is there.
 * @param isEnough looked at before each fetch
 * @throws GitError as `fetch`, but for commits that the remote does not give */
export async function deepen(
  context: GitContext,
  remote: string,
  commits: readonly Oid[],
  isEnough: () => Promise<boolean>,
  options: RemoteOptions = {},
): Promise<void> {
  for (const depth of DEPTHS) {
    if (await isEnough()) return;
    const shallow = await isShallow(context);
    const wanted = shallow ? commits : commits.filter((oid) => !context.reader.hasNow(oid));
    for (const oid of wanted) {
      try {
        await fetch(context, remote, [oid], { ...options, ...(shallow && { depth }) });
      } catch (error) {
        if (!isGitError(error, 'GIT_FAILED', 'REMOTE_NOT_FOUND')) throw error;
      }
    }
    if (!shallow) return;
  }
}
