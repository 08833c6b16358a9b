import { type GitContext, tryGit } from './context.ts';

/** Where a configured remote is, as it was configured: maybe with credentials.
 * @returns undefined when there is no remote of that name */
export async function remoteUrl(context: GitContext, name: string): Promise<string | undefined> {
  const { exitCode, stdout } = await tryGit(context, ['config', '--get', `remote.${name}.url`]);
  return exitCode === 0 ? stdout.toString('utf8').trim() : undefined;
}
