import type { TruekeelError } from '../../../lib/objects/index.ts';
import { listPreviews, previewDown, tellGone } from '../../preview/index.ts';
import type { Command } from '../command.ts';
import { errorResult } from '../error-result.ts';
import { Exit } from '../exit.ts';
import { forgeOf } from '../forge.ts';
import type { ResultOf } from '../results.ts';
import { readSettings, timeoutMs } from '../settings.ts';
import { previewResult, printErrors } from './print.ts';
import { nameOf, shownRequest, whichPreview, withPreviews } from './which.ts';

/** Removes a preview. One that is not there is none that has to be. */
export const down: Command = async (_args, flags, context) => {
  const started = performance.now();
  const { terminal, signal } = context;
  const settings = await readSettings(flags, context);
  const which = whichPreview(settings, context);
  const forge = flags.post === true && 'pullRequest' in which ? await forgeOf(settings, context) : undefined;
  return withPreviews(settings, context, async ({ client, project }) => {
    const name = nameOf(which);
    const found = await listPreviews(
      client,
      (preview) => preview.project === project && preview.name === name,
    );
    const errors: TruekeelError[] = [];
    for (const preview of found)
      errors.push(...(await previewDown(preview, { client, timeoutMs: timeoutMs(settings), signal })));
    const [first] = found;
    if (forge && first?.pullRequest !== undefined) {
      const { program } = shownRequest(settings, context);
      await tellGone(
        { forge, number: first.pullRequest, head: first.head, program },
        'somebody took it down',
      );
    }
    if (flags.output === 'json') {
      const result: ResultOf<'preview'> = {
        action: 'down',
        previews: found.map((preview) => ({ ...previewResult(preview), status: 'going' })),
        errors: errors.map((error) => errorResult(error)),
        durationMs: performance.now() - started,
      };
      terminal.out(JSON.stringify(result, null, 2));
    } else {
      printErrors(errors, terminal);
      if (found.length === 0) terminal.out('There is no such preview.');
      for (const { namespace } of found) terminal.out(`Namespace ${namespace} is being deleted.`);
    }
    // Its namespace takes along what could not be removed before.
    return Exit.done;
  });
};
