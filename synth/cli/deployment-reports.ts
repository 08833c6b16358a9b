/** What `--post` asks of `apply` and `sync`: that the forge is told how a release goes. */
import type { DeploymentReports } from '../deployments/index.ts';
import type { CommandContext } from './command.ts';
import type { Settings } from './settings.ts';

/** What is left to be told when everything else is done may take so long. */
const LONGEST_MS = 30_000;

export interface Reports extends Pick<DeploymentReports, 'tell' | 'finished'> {
  /** Ends when everything was told, or could not be; after half a minute at most. */
  settle(): Promise<void>;
}

/** Who does not ask for it does not load it.
 * @throws ForgeError `FORGE_UNKNOWN`, `FORGE_TOKEN_REFUSED` */
export async function deploymentReports(
  settings: Settings,
  context: CommandContext,
): Promise<Reports | undefined> {
  if (settings.flags.post !== true) return undefined;
  const [{ ciRun }, { DeploymentReports }, { forgeOf }] = await Promise.all([
    import('../../lib/forge/index.ts'),
    import('../deployments/index.ts'),
    import('./forge.ts'),
  ]);
  const late = new AbortController();
  const signal = AbortSignal.any([context.signal, late.signal]);
  const forge = await forgeOf(settings, { ...context, signal });
  const url = ciRun(context.env)?.url;
  const { err, paint } = context.terminal;
  const reports = new DeploymentReports(forge, {
    ...(url !== undefined && { url }),
    onUntold: ({ environment, what, why }) =>
      err(`${paint('yellow', 'note')} the forge was not told of ${environment} (${what}): ${why}`),
  });
  return {
    tell: (desired, progress) => reports.tell(desired, progress),
    finished: (desired, run) => reports.finished(desired, run),
    async settle() {
      const timer = setTimeout(() => late.abort(), LONGEST_MS);
      await reports.settled();
      clearTimeout(timer);
    },
  };
}
