import { type EnvironmentRef, readRendered, releaseHold, rollback } from '../../../lib/branch/index.ts';
import type { Oid, Repository } from '../../../lib/git/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { type Irreversible, irreversible } from '../../../lib/plan/index.ts';
import { committer } from '../../pipeline/identity.ts';
import { irreversibleLines, irreversibleResult } from '../apply-release.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import {
  environmentRef,
  readSettings,
  remoteName,
  requireEnvironment,
  requireRepository,
  signerOf,
  text,
} from '../settings.ts';

export const command: Command = async (_args, flags, context) => {
  const { terminal } = context;
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  const environment = environmentRef(settings);
  const name = requireEnvironment(settings);
  const options = {
    by: await committer(repository.root),
    ...signerOf(settings.flags, settings.config),
    ...(flags.push === true && { remote: remoteName(settings) }),
  };
  const branch = typeof environment === 'string' ? `rendered/${environment}` : environment.branch;

  if (flags.release === true) {
    const { commit, released, pushed } = await releaseHold(repository, environment, options);
    const result: ResultOf<'rollback'> = { environment: name, branch, commit, held: false, pushed };
    if (flags.output === 'json') terminal.out(JSON.stringify(result, null, 2));
    else
      terminal.out(
        released ? `${name} is free again: the next render moves ${branch}.` : `Nothing held ${name}.`,
      );
    return Exit.done;
  }

  const to = text(flags.to) ?? `${branch}~1`;
  const target = await repository.commit(to).catch((cause: unknown) => {
    if (flags.to !== undefined) throw cause;
    throw new TruekeelError(`${name} has no earlier rendered commit`, {
      code: 'NOT_A_RELEASE',
      family: 'usage',
      hint: 'There is nothing to go back to; change the program instead.',
      cause,
    });
  });
  const losses = await lossesOf(repository, environment, target.oid);
  if (flags.output !== 'json') for (const line of irreversibleLines(losses)) terminal.err(line);
  if (flags.yes !== true && terminal.interactive) {
    const answer = await terminal.ask(
      `Take ${name} back to ${target.oid.slice(0, 7)} "${target.subject}", and hold it there? [y/N] `,
    );
    if (!/^y(es)?$/i.test(answer.trim())) return Exit.done;
  }
  const done = await rollback(repository, environment, target.oid, options);
  const result: ResultOf<'rollback'> = {
    environment: name,
    branch,
    commit: done.commit,
    reverts: done.reverts,
    to: done.to,
    held: true,
    pushed: done.pushed,
    irreversible: irreversibleResult(losses),
  };
  if (flags.output === 'json') terminal.out(JSON.stringify(result, null, 2));
  else {
    terminal.out(
      `${branch} ${done.commit.slice(0, 7)} has the tree of ${done.to.slice(0, 7)} "${target.subject}".`,
    );
    terminal.out(
      `It is held: newer source commits do not move it until \`truekeel rollback --environment ${name} --release\`.`,
    );
    terminal.out(`Next: truekeel apply --environment ${name}`);
  }
  return Exit.done;
};

/** What going back to a release does not undo; what is none is refused when it comes to that. */
async function lossesOf(
  repository: Repository,
  environment: EnvironmentRef,
  to: Oid,
): Promise<readonly Irreversible[]> {
  const tip = await readRendered(repository, environment);
  if (to === tip.commit || !(await repository.isAncestor(to, tip.commit))) return [];
  const older = await readRendered(repository, environment, { revision: to });
  return irreversible(tip.applications, older.applications);
}
