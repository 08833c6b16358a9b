/** Plans and shows, without applying: what `plan` and `diff` share. */
import type { KubeClient } from '../../lib/kube/index.ts';
import type { Plan } from '../../lib/plan/index.ts';
import type { Snapshot } from '../../lib/snapshot/index.ts';
import type { Desired } from '../pipeline/desired.ts';
import { snapshotText } from '../review/index.ts';
import { banner } from './banner.ts';
import type { CommandContext, Flags } from './command.ts';
import { withDesiredTarget } from './desired-target.ts';
import { plan } from './engine-run.ts';
import { describeError, Exit, exitCodeOfAll } from './exit.ts';
import { planResult } from './plan-result.ts';
import { planFooter } from './print-plan.ts';
import type { Paint } from './terminal.ts';

export interface PlanView {
  /** What stands between banner and footer. */
  readonly lines: (plan: Plan, paint: Paint) => readonly string[];
  /** Whether the command ends as refused when a guard, or a policy of those who apply, refuses it. */
  readonly guarded: boolean;
}

async function cautionsOf(snapshot: Snapshot, client: KubeClient, { cluster }: Desired, { changes }: Plan) {
  const { snapshotCautions } = await import('../../lib/snapshot/index.ts');
  return snapshotCautions(snapshot, client, cluster, changes);
}

export function showPlan(flags: Flags, context: CommandContext, view: PlanView): Promise<number> {
  return withDesiredTarget(
    flags,
    context,
    async ({ settings, desired, client, snapshot }) => {
      const { terminal } = context;
      const { paint } = terminal;
      const started = performance.now();
      const drawn = await plan(desired, client, settings, snapshot ? 'masked' : 'there');
      const cautions = snapshot ? await cautionsOf(snapshot, client, desired, drawn) : [];
      if (flags.output === 'json') {
        terminal.out(
          JSON.stringify(
            {
              ...planResult(drawn, desired, client, performance.now() - started),
              ...(snapshot && {
                snapshot: { takenAt: new Date(snapshot.takenAt).toISOString(), cautions },
              }),
            },
            null,
            2,
          ),
        );
      } else {
        terminal.out(banner(desired, client, paint));
        if (snapshot) terminal.out(snapshotText(snapshot, Date.now()));
        for (const caution of cautions) terminal.out(`${paint('yellow', 'caution')} ${caution}`);
        terminal.out('');
        for (const line of view.lines(drawn, paint)) terminal.out(line);
        terminal.out(planFooter(drawn, paint));
      }
      for (const line of drawn.errors.flatMap((error) => describeError(error, paint))) terminal.err(line);
      if (drawn.errors.length > 0) return exitCodeOfAll(drawn.errors);
      if (view.guarded && drawn.refusals.length > 0) return Exit.guard;
      const pending = drawn.changes.some(({ action }) => action !== 'none');
      return flags.exitCode === true && pending ? Exit.pending : Exit.done;
    },
    { held: view.guarded },
  );
}
