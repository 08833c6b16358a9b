import { history, readRendered } from '../../../lib/branch/index.ts';
import { isoDate } from '../../../lib/git/index.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import { shorten } from '../print-plan.ts';
import type { ResultOf } from '../results.ts';
import { environmentRef, positive, readSettings, requireRepository } from '../settings.ts';
import { table } from '../table.ts';

export const command: Command = async (_args, flags, context) => {
  const { terminal } = context;
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  const environment = environmentRef(settings);
  const [entries, tip] = await Promise.all([
    history(repository, environment, { limit: positive(flags.limit, '--limit') ?? 20 }),
    readRendered(repository, environment),
  ]);
  const result: ResultOf<'history'> = entries.map((entry) => ({
    commit: entry.commit,
    source: entry.source ?? '',
    author: entry.author.name,
    date: isoDate(entry.author),
    subject: entry.subject,
    digest: entry.digest ?? '',
    ...(entry.reverts !== undefined && { reverts: entry.reverts }),
    current: entry.commit === tip.commit,
    held: entry.commit === tip.commit && tip.hold !== undefined,
  }));
  if (flags.output === 'json') {
    terminal.out(JSON.stringify(result, null, 2));
    return Exit.done;
  }
  const rows = result.map((entry) => [
    entry.current ? terminal.paint('green', '*') : '',
    entry.commit.slice(0, 7),
    entry.source.slice(0, 7),
    entry.date.slice(0, 16).replace('T', ' '),
    entry.author,
    shorten(entry.subject, 60),
    entry.held ? terminal.paint('yellow', 'held') : '',
  ]);
  for (const line of table([['', 'rendered', 'source', 'date', 'author', 'subject', ''], ...rows]))
    terminal.out(line);
  if (await repository.isShallow())
    terminal.err(
      'This clone is shallow: releases before these may be missing. Fetch them with `git fetch --unshallow`.',
    );
  return Exit.done;
};
