import { banner } from '../banner.ts';
import type { Command } from '../command.ts';
import { withDesiredTarget } from '../desired-target.ts';
import { plan } from '../engine-run.ts';
import { describeError, Exit, exitCodeOfAll } from '../exit.ts';
import { planResult } from '../plan-result.ts';
import { planFooter, planRefusals, planTable } from '../print-plan.ts';

export const command: Command = (_args, flags, context) =>
  withDesiredTarget(flags, context, async ({ settings, desired, client }) => {
    const { terminal } = context;
    const started = performance.now();
    const drawn = await plan(desired, client, settings);
    if (flags.output === 'json') {
      terminal.out(JSON.stringify(planResult(drawn, desired, client, performance.now() - started), null, 2));
    } else {
      terminal.out(banner(desired, client, terminal.paint));
      terminal.out('');
      const rows = planTable(drawn, terminal.paint);
      for (const line of rows) terminal.out(line);
      if (rows.length > 0) terminal.out('');
      for (const line of planRefusals(drawn, terminal.paint)) terminal.out(line);
      terminal.out(planFooter(drawn, terminal.paint));
    }
    for (const line of drawn.errors.flatMap((error) => describeError(error, terminal.paint)))
      terminal.err(line);
    if (drawn.errors.length > 0) return exitCodeOfAll(drawn.errors);
    if (drawn.refusals.length > 0) return Exit.guard;
    const pending = drawn.changes.some((change) => change.action !== 'none');
    return flags.exitCode === true && pending ? Exit.pending : Exit.done;
  });
