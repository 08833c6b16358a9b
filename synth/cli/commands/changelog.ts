import type { EnvironmentRef } from '../../../lib/branch/index.ts';
import {
  type Changelog,
  changelogMarkdown,
  changelogOf,
  type MarkdownOptions,
} from '../../changelog/index.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import { imageResult, workResult } from '../plan-result.ts';
import type { ResultOf } from '../results.ts';
import {
  environmentRef,
  readSettings,
  remoteName,
  requireRepository,
  type Settings,
  text,
} from '../settings.ts';

export const command: Command = async (_args, flags, context) => {
  const settings = await readSettings(flags, context);
  const environment = environmentRef(settings);
  const [from, to] = [text(flags.from), text(flags.to)];
  const changelog = await changelogOf(requireRepository(settings), environment, {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  });
  const name = nameOf(environment);
  const { out } = context.terminal;
  if (flags.output === 'json') out(JSON.stringify(result(name, changelog), null, 2));
  else out(changelogMarkdown(changelog, { environment: name, ...(await pullRequests(settings)) }));
  return Exit.done;
};

/** Addresses of pull requests, where the remote says which forge it is. */
async function pullRequests(settings: Settings): Promise<Pick<MarkdownOptions, 'pullRequestUrl'>> {
  const { isForgeError, locateForge, pullRequestUrl } = await import('../../../lib/forge/index.ts');
  const remoteUrl = await requireRepository(settings).remoteUrl(remoteName(settings));
  try {
    const forge = locateForge({ env: settings.env, ...(remoteUrl !== undefined && { remoteUrl }) });
    return { pullRequestUrl: (number) => pullRequestUrl(forge, number) };
  } catch (error) {
    if (isForgeError(error, 'FORGE_UNKNOWN')) return {};
    throw error;
  }
}

function nameOf(environment: EnvironmentRef): string {
  return typeof environment === 'string' ? environment : environment.name;
}

function result(environment: string, changelog: Changelog): ResultOf<'changelog'> {
  const { from, to, entries, takenBack, images, complete } = changelog;
  return {
    environment,
    ...(from && { from }),
    to,
    entries: entries.map(workResult),
    takenBack: takenBack.map(workResult),
    images: images.map(imageResult),
    complete,
  };
}
