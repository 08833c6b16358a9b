import { listPreviews } from '../../preview/index.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { readSettings } from '../settings.ts';
import { previewResult, previewTable } from './print.ts';
import { withPreviews } from './which.ts';

/** Lists the previews of the program. */
export const list: Command = async (_args, flags, context) => {
  const started = performance.now();
  const { terminal } = context;
  const settings = await readSettings(flags, context);
  return withPreviews(settings, context, async ({ client, project }) => {
    const previews = await listPreviews(client, (preview) => preview.project === project);
    if (flags.output === 'json') {
      const result: ResultOf<'preview'> = {
        action: 'list',
        previews: previews.map(previewResult),
        errors: [],
        durationMs: performance.now() - started,
      };
      terminal.out(JSON.stringify(result, null, 2));
    } else for (const line of previewTable(previews, Date.now())) terminal.out(line);
    return Exit.done;
  });
};
