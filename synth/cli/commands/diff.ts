import { diffReleases, type EnvironmentRef, readRendered } from '../../../lib/branch/index.ts';
import type { Repository } from '../../../lib/git/index.ts';
import { type DesiredApplication, formatKey, TruekeelError } from '../../../lib/objects/index.ts';
import { diffObjects, type FieldChange } from '../../../lib/plan/index.ts';
import { banner } from '../banner.ts';
import type { Command } from '../command.ts';
import { withDesiredTarget } from '../desired-target.ts';
import { plan } from '../engine-run.ts';
import { describeError, Exit, exitCodeOfAll } from '../exit.ts';
import { planResult } from '../plan-result.ts';
import { fieldLines, planDetails, planFooter } from '../print-plan.ts';
import type { ResultOf } from '../results.ts';
import { environmentRef, readSettings, requireRepository } from '../settings.ts';

export const command: Command = async (args, flags, context) => {
  if (args.length === 0) return diffLive(args, flags, context);
  const { terminal } = context;
  const settings = await readSettings(flags, context);
  const environment = environmentRef(settings);
  const [from, to] = args;
  const changes = await diffCommits(requireRepository(settings), environment, from!, to);
  if (flags.output === 'json') {
    const result: ResultOf<'diff'> = { from: from!, to: to ?? 'tip', changes: [...changes] };
    terminal.out(JSON.stringify(result, null, 2));
  } else {
    for (const { key, action, changes: fields } of changes) {
      terminal.out(`${terminal.paint(COLOUR[action], action.padEnd(7))} ${terminal.paint('bold', key)}`);
      for (const line of fields.flatMap((field) => fieldLines(field, terminal.paint))) terminal.out(line);
    }
    terminal.out(changes.length === 1 ? '1 object differs.' : `${changes.length} objects differ.`);
  }
  return flags.exitCode === true && changes.length > 0 ? Exit.pending : Exit.done;
};

const COLOUR = { create: 'green', change: 'yellow', delete: 'red' } as const;

const diffLive: Command = (_args, flags, context) =>
  withDesiredTarget(flags, context, async ({ settings, desired, client }) => {
    const { terminal } = context;
    const started = performance.now();
    const drawn = await plan(desired, client, settings);
    if (flags.output === 'json') {
      terminal.out(JSON.stringify(planResult(drawn, desired, client, performance.now() - started), null, 2));
    } else {
      terminal.out(banner(desired, client, terminal.paint));
      terminal.out('');
      const details = planDetails(drawn, terminal.paint);
      for (const line of details) terminal.out(line);
      if (details.length > 0) terminal.out('');
      terminal.out(planFooter(drawn, terminal.paint));
    }
    for (const line of drawn.errors.flatMap((error) => describeError(error, terminal.paint)))
      terminal.err(line);
    if (drawn.errors.length > 0) return exitCodeOfAll(drawn.errors);
    return flags.exitCode === true && drawn.changes.some(({ action }) => action !== 'none')
      ? Exit.pending
      : Exit.done;
  });

interface ObjectChange {
  readonly key: string;
  readonly action: 'create' | 'change' | 'delete';
  readonly changes: FieldChange[];
}

/** What two rendered commits of an environment differ in, by object and field. */
async function diffCommits(
  repository: Repository,
  environment: EnvironmentRef,
  from: string,
  to: string | undefined,
): Promise<readonly ObjectChange[]> {
  const [before, after] = await Promise.all([
    readRendered(repository, environment, { revision: from }),
    readRendered(repository, environment, to === undefined ? {} : { revision: to }),
  ]);
  const { added, changed, removed } = diffReleases(before, after);
  const fields = await Promise.all(
    changed.map(async (one): Promise<ObjectChange> => {
      const [old] = await application(before.applications, one.before.application).load([one.before.object]);
      const [now] = await application(after.applications, one.after.application).load([one.after.object]);
      return {
        key: formatKey(one.after.object.key),
        action: 'change',
        changes: [...diffObjects(old!, now!)],
      };
    }),
  );
  return [
    ...added.map(
      ({ object }): ObjectChange => ({ key: formatKey(object.key), action: 'create', changes: [] }),
    ),
    ...fields,
    ...removed.map(
      ({ object }): ObjectChange => ({ key: formatKey(object.key), action: 'delete', changes: [] }),
    ),
  ];
}

function application(applications: readonly DesiredApplication[], name: string): DesiredApplication {
  const found = applications.find((one) => one.name === name);
  if (found) return found;
  throw new TruekeelError(`there is no application ${name}`, { code: 'OBJECT_UNREADABLE' });
}
