import { formatKey } from '../../../lib/objects/index.ts';
import { committer } from '../../pipeline/identity.ts';
import { connectTarget } from '../../pipeline/target.ts';
import { previewPullRequest, previewUp, shownOf } from '../../preview/index.ts';
import type { Command } from '../command.ts';
import { errorResult } from '../error-result.ts';
import { Exit, exitCodeOfAll } from '../exit.ts';
import { forgeOf } from '../forge.ts';
import { progressPrinter } from '../print-progress.ts';
import type { ResultOf } from '../results.ts';
import {
  clusterOptions,
  openSecrets,
  readSettings,
  remoteName,
  requireRepository,
  text,
  timeoutMs,
} from '../settings.ts';
import { previewResult, printErrors, printLeft } from './print.ts';
import { shownRequest, whichPreview } from './which.ts';

/** Makes a preview, or brings it up to date. */
export const up: Command = async (_args, flags, context) => {
  const started = performance.now();
  const { terminal, signal } = context;
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  const which = whichPreview(settings, context);
  const shown = shownRequest(settings, context);
  // Where the configuration may be the work of whoever proposes the change, flags and surroundings alone lead to a cluster.
  const options = clusterOptions('pullRequest' in which ? { ...settings, config: {} } : settings);
  const trustedCommit = text(flags.trust);
  const request = {
    ...shown,
    now: Date.now(),
    timeoutMs: timeoutMs(settings),
    openSecret: openSecrets(settings),
    signal,
    onEvent: progressPrinter(terminal),
  };
  const ofWorkTree = async (name: string) => {
    const { name: owner } = await committer(repository.root);
    const made = await shownOf(repository, {}, shown);
    const client = await connectTarget({ ...options, cluster: made.base.cluster });
    try {
      return await previewUp({ ...request, ...made, client, name, owner, repository: '', head: '' });
    } finally {
      await client.close();
    }
  };
  const { preview, actions, left, errors } =
    'name' in which
      ? await ofWorkTree(which.name)
      : await previewPullRequest(repository, {
          ...request,
          forge: await forgeOf(settings, context),
          number: which.pullRequest,
          remote: remoteName(settings),
          connect: (cluster) => connectTarget({ ...options, cluster }),
          ...(trustedCommit !== undefined && { trustedCommit }),
          tells: flags.post === true,
        });
  if (flags.output === 'json') {
    const result: ResultOf<'preview'> = {
      action: 'up',
      previews: [previewResult(preview)],
      actions: { ...actions },
      left: left.map(({ key, because }) => ({ key: formatKey(key), because })),
      errors: errors.map((error) => errorResult(error)),
      durationMs: performance.now() - started,
    };
    terminal.out(JSON.stringify(result, null, 2));
  } else {
    printLeft(left, terminal);
    printErrors(errors, terminal);
    const where = preview.urls.length > 0 ? preview.urls.join(' ') : `namespace ${preview.namespace}`;
    terminal.out(`${preview.status} · ${where} · until ${new Date(preview.expires).toISOString()}`);
  }
  return errors.length > 0 ? exitCodeOfAll(errors) : Exit.done;
};
