import { diffReleases, type EnvironmentRef, readRendered } from '../../../lib/branch/index.ts';
import type { Repository } from '../../../lib/git/index.ts';
import {
  counted,
  type DesiredApplication,
  formatKey,
  type KubernetesObject,
  TruekeelError,
} from '../../../lib/objects/index.ts';
import { diffObjects, type FieldChange, maskChanges } from '../../../lib/plan/index.ts';
import { closedSecret, isSealed } from '../../../lib/sealed/document/index.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import { fieldLines, paragraph, planDetails } from '../print-plan.ts';
import type { ResultOf } from '../results.ts';
import { environmentRef, readSettings, requireRepository } from '../settings.ts';
import { showPlan } from '../show-plan.ts';

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
    terminal.out(counted(changes.length, 'object differs.', 'objects differ.'));
  }
  return flags.exitCode === true && changes.length > 0 ? Exit.pending : Exit.done;
};

const COLOUR = { create: 'green', change: 'yellow', delete: 'red' } as const;

const diffLive: Command = (_args, flags, context) =>
  showPlan(flags, context, {
    lines: (plan, paint) => paragraph(planDetails(plan, paint)),
    guarded: false,
  });

/** A sealed Secret by its keys, so that one sees which values were sealed anew. */
function closed(object: KubernetesObject): KubernetesObject {
  return isSealed(object) ? closedSecret(object) : object;
}

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
        changes: [...maskChanges(one.after.object.key, diffObjects(closed(old!), closed(now!)))],
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
