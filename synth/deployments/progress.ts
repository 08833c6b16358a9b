/** What came of a run, as a forge is told it. */
import type { KubeClient } from '../../lib/kube/index.ts';
import type { ApplicationNews } from '../../lib/notify/index.ts';
import type { DesiredApplication } from '../../lib/objects/index.ts';
import { readHealth } from '../pipeline/health.ts';
import type { Progress } from './news.ts';

export interface FinishedRun {
  readonly client: KubeClient;
  readonly applications: readonly DesiredApplication[];
  /** What the run did, and what went wrong. */
  readonly news: readonly ApplicationNews[];
  /** Whether it ended only when what it wrote was ready. */
  readonly waited: boolean;
}

/** A run that found nothing to do has waited for nothing: an earlier one may have been killed while it did. So it is looked
 * whether everything is ready by now.
 * @returns undefined where it is not, of which whoever applied it has told, or somebody later will
 * @throws KubeError when the cluster cannot be asked */
export async function progressOf(run: FinishedRun): Promise<Progress | undefined> {
  const { client, applications, news, waited } = run;
  const problems = news.flatMap((application) => application.problems);
  if (problems.length > 0) return { state: 'failed', problems };
  if (news.some(({ changed }) => changed > 0)) return { state: waited ? 'ready' : 'applied' };
  const health = [...(await readHealth(client, applications)).values()];
  return health.every(({ status }) => status === 'Current') ? { state: 'ready' } : undefined;
}
