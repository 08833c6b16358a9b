import type { Command } from '../command.ts';
import { withDesiredTarget } from '../desired-target.ts';
import { planAndApply } from '../engine-run.ts';

export const command: Command = (_args, flags, context) =>
  withDesiredTarget(flags, context, async ({ settings, desired, client }) => {
    const { result, exit } = await planAndApply(desired, client, settings, context);
    if (flags.output === 'json' && result) context.terminal.out(JSON.stringify(result, null, 2));
    return exit;
  });
