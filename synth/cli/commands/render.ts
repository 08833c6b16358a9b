import { type RenderOutcome, renderSource } from '../../pipeline/render.ts';
import type { Command, CommandContext, Flags } from '../command.ts';
import { Exit } from '../exit.ts';
import { printRendered, renderRequest } from '../render-request.ts';
import { approvalsOf } from '../require-approval.ts';
import type { ResultOf } from '../results.ts';
import { readSettings, requireRepository } from '../settings.ts';
import { Warnings } from '../warnings.ts';

/** What was rendered, and what was found that is not wrong enough to stop for. */
export interface RenderedAll {
  readonly outcomes: readonly RenderOutcome[];
  readonly warnings: Warnings;
}

export const command: Command = async (_args, flags, context) => {
  const started = performance.now();
  const rendered = await renderAll(flags, context);
  const { outcomes } = rendered;
  if (flags.output === 'json') {
    context.terminal.out(JSON.stringify(renderResult(rendered, performance.now() - started), null, 2));
  } else {
    printRendered(outcomes, context.terminal);
    for (const { commit } of outcomes) context.terminal.out(commit);
  }
  return Exit.done;
};

/** Renders what the flags name. Prints warnings as they come, and nothing else. */
export async function renderAll(flags: Flags, context: CommandContext): Promise<RenderedAll> {
  const settings = await readSettings(flags, context);
  const warnings = new Warnings(context.terminal);
  const request = {
    ...renderRequest(settings, context, warnings),
    ...(await approvalsOf(settings, context)),
  };
  return { outcomes: await renderSource(requireRepository(settings), request), warnings };
}

export function renderResult({ outcomes, warnings }: RenderedAll, durationMs: number): ResultOf<'render'> {
  return { rendered: [...outcomes], warnings: warnings.toResult(), durationMs };
}
