import { applyRelease } from '../apply-release.ts';
import type { Command } from '../command.ts';
import { deploymentReports } from '../deployment-reports.ts';
import { withDesiredTarget } from '../desired-target.ts';

export const command: Command = (_args, flags, context) =>
  withDesiredTarget(flags, context, async ({ settings, desired, client }) => {
    const reports = await deploymentReports(settings, context);
    const { result, exit } = await applyRelease(desired, client, settings, context, { reports });
    if (flags.output === 'json' && result) context.terminal.out(JSON.stringify(result, null, 2));
    return exit;
  });
