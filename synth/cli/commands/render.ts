import { renderSource } from '../../pipeline/render.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import { printRendered, renderRequest } from '../render-request.ts';
import type { ResultOf } from '../results.ts';
import { readSettings, requireRepository } from '../settings.ts';

export const command: Command = async (_args, flags, context) => {
  const started = performance.now();
  const settings = await readSettings(flags, context);
  const outcomes = await renderSource(requireRepository(settings), renderRequest(settings, context));
  if (flags.output === 'json') {
    const result: ResultOf<'render'> = { rendered: [...outcomes], durationMs: performance.now() - started };
    context.terminal.out(JSON.stringify(result, null, 2));
  } else {
    printRendered(outcomes, context.terminal);
    for (const { commit } of outcomes) context.terminal.out(commit);
  }
  return Exit.done;
};
