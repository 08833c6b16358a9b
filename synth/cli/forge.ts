/** The forge that the flags and the surroundings name. */
import { ciRun, type Forge, openForge } from '../../lib/forge/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import type { CommandContext } from './command.ts';
import { positive, remoteName, requireRepository, type Settings, text } from './settings.ts';

/** @throws ForgeError `FORGE_UNKNOWN`, `FORGE_TOKEN_REFUSED` */
export async function forgeOf(settings: Settings, { env, signal }: CommandContext): Promise<Forge> {
  const remoteUrl = await requireRepository(settings).remoteUrl(remoteName(settings));
  const commentLimit = positive(settings.flags.commentLimit, '--comment-limit');
  return openForge({
    env,
    http: { signal },
    ...(remoteUrl !== undefined && { remoteUrl }),
    ...(commentLimit !== undefined && { commentLimit }),
  });
}

/** The pull request that `--pull-request` names, or the one that CI runs for.
 * @returns undefined where neither does
 * @throws TruekeelError `INVALID_FLAG` */
export function pullRequestNumber({ flags }: Settings, { env }: CommandContext): number | undefined {
  const given = text(flags.pullRequest);
  if (given === undefined) return ciRun(env)?.pullRequest;
  if (/^[1-9]\d{0,9}$/.test(given)) return Number(given);
  throw new TruekeelError(`--pull-request takes a number, not ${JSON.stringify(given)}`, {
    code: 'INVALID_FLAG',
    family: 'usage',
  });
}
