import { renderSource } from '../../pipeline/render.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import { printRendered, renderRequest } from '../render-request.ts';
import { approvalsOf } from '../require-approval.ts';
import type { ResultOf } from '../results.ts';
import { readSettings, requireRepository } from '../settings.ts';
import { Warnings } from '../warnings.ts';

export const command: Command = async (_args, flags, context) => {
  const started = performance.now();
  const settings = await readSettings(flags, context);
  const warnings = new Warnings(context.terminal);
  const request = {
    ...renderRequest(settings, context, warnings),
    ...(await approvalsOf(settings, context)),
  };
  const outcomes = await renderSource(requireRepository(settings), request);
  if (flags.output === 'json') {
    const result: ResultOf<'render'> = {
      rendered: [...outcomes],
      warnings: warnings.toResult(),
      durationMs: performance.now() - started,
    };
    context.terminal.out(JSON.stringify(result, null, 2));
  } else {
    printRendered(outcomes, context.terminal);
    for (const { commit } of outcomes) context.terminal.out(commit);
  }
  return Exit.done;
};
