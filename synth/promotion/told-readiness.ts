/** Whether an environment is ready, as whoever applies to it told the forge: for clusters that cannot be asked from here. */
import type { Forge } from '../../lib/forge/index.ts';
import { deploymentContext, progressText } from '../deployments/index.ts';

export interface ToldRelease {
  readonly environment: string;
  /** The source commit that it has. */
  readonly source: string;
  /** Milliseconds since 1970 when it was moved there at the earliest: what was told before was of another time that it had it. */
  readonly notBefore: number;
}

/** Anybody who may write to the repository can set a status of a commit, whatever it says. So only those count that the user set
 * whose token this is: the one by which the agents of all environments tell of their deployments.
 * @returns since when it is ready, in milliseconds since 1970; or why that is not known
 * @throws ForgeError */
export async function toldReadiness(
  forge: Pick<Forge, 'user' | 'statuses'>,
  { environment, source, notBefore }: ToldRelease,
): Promise<{ readonly since: number } | { readonly why: string }> {
  const [us, statuses] = await Promise.all([forge.user(), forge.statuses(source)]);
  const context = deploymentContext(environment);
  const told = statuses.filter((status) => status.context === context);
  const newest = told.find(({ author }) => author?.login === us.login);
  if (!newest) {
    const others = [...new Set(told.map(({ author }) => author?.login ?? 'somebody who is gone'))];
    const whose = others.length === 0 ? '' : ` (${others.join(', ')} did, and is not believed)`;
    return { why: `${us.login} told the forge nothing of it${whose}` };
  }
  if (newest.state !== 'success' || newest.description !== progressText({ state: 'ready' }))
    return { why: `the forge was told "${newest.description}"` };
  if (newest.at < notBefore) return { why: 'the forge was told so before it had this release last' };
  return { since: newest.at };
}
