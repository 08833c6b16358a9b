import {
  type EnvironmentRef,
  type HistoryEntry,
  history,
  readRendered,
  readRuns,
  renderedBranch,
} from '../../../lib/branch/index.ts';
import { isoDate, type Repository } from '../../../lib/git/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import { historyDetails, historyTable } from '../print-history.ts';
import type { ResultOf } from '../results.ts';
import { environmentRef, positive, readSettings, requireRepository } from '../settings.ts';

type HistoryResult = ResultOf<'history'>;

export const command: Command = async ([commit], flags, context) => {
  const { terminal } = context;
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  const environment = environmentRef(settings);
  const [entries, tip] = await Promise.all([
    commit === undefined
      ? history(repository, environment, { limit: positive(flags.limit, '--limit') ?? 20 })
      : entryOf(repository, environment, commit),
    readRendered(repository, environment),
  ]);
  const result: HistoryResult = [];
  for (const entry of entries) {
    const isCurrent = entry.commit === tip.commit;
    result.push({
      ...entryResult(entry),
      current: isCurrent,
      held: isCurrent && tip.hold !== undefined,
      runs: (await readRuns(repository, entry.commit)).map(({ run: _, ...run }) => ({ ...run })),
    });
  }
  if (flags.output === 'json') terminal.out(JSON.stringify(result, null, 2));
  else {
    const lines =
      commit === undefined
        ? historyTable(result, terminal.paint)
        : historyDetails(result[0]!, terminal.paint);
    for (const line of lines) terminal.out(line);
    if (commit === undefined && (await repository.isShallow()))
      terminal.err(
        'This clone is shallow: releases before these may be missing. Fetch them with `git fetch --unshallow`.',
      );
  }
  return Exit.done;
};

/** The one release that a revision names.
 * @throws TruekeelError `NOT_A_RELEASE`, `UNKNOWN_REVISION` */
async function entryOf(
  repository: Repository,
  environment: EnvironmentRef,
  revision: string,
): Promise<readonly HistoryEntry[]> {
  const branch = renderedBranch(environment);
  const oid = await repository.resolve(revision);
  if (await repository.isAncestor(oid, await repository.resolve(branch)))
    return history(repository, environment, { from: oid, limit: 1 });
  throw new TruekeelError(`${JSON.stringify(revision)} is no commit of the branch: ${branch}`, {
    code: 'NOT_A_RELEASE',
    family: 'usage',
    hint: 'Without a commit, all of them are listed.',
  });
}

function entryResult(entry: HistoryEntry) {
  const { commit, source, author, subject, digest, reverts, restores, application } = entry;
  const { plan, approvedBy, pullRequest } = entry;
  return {
    commit,
    source: source ?? '',
    author: author.name,
    date: isoDate(author),
    subject,
    digest: digest ?? '',
    ...(reverts !== undefined && { reverts }),
    ...(restores !== undefined && { restores }),
    ...(application !== undefined && { application }),
    ...(plan !== undefined && { plan }),
    approvedBy: [...approvedBy],
    ...(pullRequest !== undefined && { pullRequest }),
  };
}
