import { isForgeError } from '../../../lib/forge/index.ts';
import type { TruekeelError } from '../../../lib/objects/index.ts';
import { duePreviews, previewDown, tellGone } from '../../preview/index.ts';
import type { Command, CommandContext } from '../command.ts';
import { errorResult } from '../error-result.ts';
import { Exit } from '../exit.ts';
import { forgeOf } from '../forge.ts';
import type { ResultOf } from '../results.ts';
import { readSettings, type Settings, timeoutMs } from '../settings.ts';
import { previewResult, printErrors } from './print.ts';
import { shownRequest, withPreviews } from './which.ts';

/** Removes previews whose time is over or whose pull request is no longer open. */
export const sweep: Command = async (_args, flags, context) => {
  const started = performance.now();
  const { terminal, signal } = context;
  const settings = await readSettings(flags, context);
  const forge = await forgeIfThere(settings, context);
  if (!forge) terminal.err('There is no token for a forge: closed pull requests are not looked for.');
  const { program } = shownRequest(settings, context);
  return withPreviews(settings, context, async ({ client, project }) => {
    const due = await duePreviews(client, (preview) => preview.project === project, {
      now: Date.now(),
      ...(forge && { forge }),
    });
    const errors: TruekeelError[] = [];
    for (const { preview, why } of due) {
      errors.push(...(await previewDown(preview, { client, timeoutMs: timeoutMs(settings), signal })));
      const number = preview.repository === forge?.repository ? preview.pullRequest : undefined;
      if (flags.post === true && forge && number !== undefined)
        await tellGone({ forge, number, head: preview.head, program }, WORDS[why]);
    }
    if (flags.output === 'json') {
      const result: ResultOf<'preview'> = {
        action: 'sweep',
        previews: due.map(({ preview, why }) => ({
          ...previewResult(preview),
          status: 'going',
          because: why,
        })),
        errors: errors.map((error) => errorResult(error)),
        durationMs: performance.now() - started,
      };
      terminal.out(JSON.stringify(result, null, 2));
    } else {
      printErrors(errors, terminal);
      for (const { preview, why } of due)
        terminal.out(`Namespace ${preview.namespace} is being deleted: ${WORDS[why]}.`);
      if (due.length === 0) terminal.out('There is nothing to remove.');
    }
    return Exit.done;
  });
};

const WORDS = { expired: 'its time is over', closed: 'the pull request is no longer open' } as const;

async function forgeIfThere(settings: Settings, context: CommandContext) {
  try {
    return await forgeOf(settings, context);
  } catch (error) {
    if (isForgeError(error, 'FORGE_UNKNOWN', 'FORGE_TOKEN_REFUSED')) return undefined;
    throw error;
  }
}
