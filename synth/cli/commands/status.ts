import type { HealthStatus } from '../../../lib/health/index.ts';
import { formatKey } from '../../../lib/objects/index.ts';
import type { PlannedChange } from '../../../lib/plan/index.ts';
import { readHealth } from '../../pipeline/health.ts';
import { banner } from '../banner.ts';
import type { Command } from '../command.ts';
import { withDesiredTarget } from '../desired-target.ts';
import { plan } from '../engine-run.ts';
import { describeError, Exit, exitCodeOfAll } from '../exit.ts';
import { planResult, targetResult } from '../plan-result.ts';
import { shorten } from '../print-plan.ts';
import { tree } from '../print-tree.ts';
import type { ResultOf } from '../results.ts';
import { table } from '../table.ts';
import type { Colour } from '../terminal.ts';

const COLOUR: Readonly<Record<string, Colour>> = { Current: 'green', Failed: 'red', NotFound: 'red' };

export const command: Command = (_args, flags, context) =>
  withDesiredTarget(
    flags,
    context,
    async ({ settings, desired, client }) => {
      const { terminal } = context;
      const started = performance.now();
      const [drawn, healths] = await Promise.all([
        plan(desired, client, settings),
        readHealth(client, desired.applications),
      ]);
      const objects = drawn.changes.map((change): ResultOf<'status'>['objects'][number] => {
        const health = healths.get(formatKey(change.key));
        return {
          application: change.application,
          key: formatKey(change.key),
          action: change.action,
          because: change.because,
          health: health?.status ?? absent(change),
          message: health?.message ?? (change.hook === 'has-run' ? 'has run, and its Job is gone' : ''),
          ...(change.source && { source: change.source }),
        };
      });
      const pending = objects.filter(({ action }) => action !== 'none');
      const result: ResultOf<'status'> = {
        ...targetResult(desired, client),
        ready: drawn.errors.length === 0 && objects.every(({ health }) => health === 'Current'),
        drifted: pending.length > 0,
        objects,
        errors: planResult(drawn, desired, client, 0).errors,
        requests: client.requests,
        durationMs: performance.now() - started,
      };
      if (flags.output === 'json') terminal.out(JSON.stringify(result, null, 2));
      else {
        terminal.out(banner(desired, client, terminal.paint));
        terminal.out('');
        if (flags.tree === true)
          for (const line of await tree(client, desired.applications, terminal.paint)) terminal.out(line);
        const rows = (flags.tree === true ? pending : objects).map(
          ({ application, key, action, because, health, message }) => [
            application,
            key,
            terminal.paint(COLOUR[health] ?? 'yellow', health),
            action === 'none' ? 'in step' : terminal.paint('yellow', state(action, because)),
            health === 'Current' ? '' : shorten(message, 60),
          ],
        );
        const heading = ['application', 'object', 'health', 'state', 'message'];
        for (const line of rows.length > 0 ? [...table([heading, ...rows]), ''] : ['']) terminal.out(line);
        terminal.out(summary(result));
      }
      for (const line of drawn.errors.flatMap((error) => describeError(error, terminal.paint)))
        terminal.err(line);
      if (drawn.errors.length > 0) return exitCodeOfAll(drawn.errors);
      return flags.exitCode === true && (pending.length > 0 || !result.ready) ? Exit.pending : Exit.done;
    },
    { held: false },
  );

function absent({ action, hook }: PlannedChange): HealthStatus {
  if (hook === 'has-run') return 'Current';
  return action === 'delete' ? 'Unknown' : 'NotFound';
}

function state(action: string, because: string): string {
  const why = shorten(because, 50);
  if (why === '') return action === 'create' ? 'not there yet' : action;
  return why.startsWith('drift') ? why : `${action}: ${why}`;
}

function summary({ objects }: ResultOf<'status'>): string {
  const ready = objects.filter(({ health }) => health === 'Current').length;
  const pending = objects.filter(({ action }) => action !== 'none').length;
  return `${ready} of ${objects.length} ready, ${pending === 0 ? 'everything in step with the rendered commit' : `${pending} not in step`}.`;
}
