import {
  type EnvironmentRef,
  fetchOlder,
  fetchRollbackTarget,
  type RenderedRelease,
  type RollbackOptions,
  readRendered,
  releaseHold,
  renderedBranch,
  rollback,
  rollbackTarget,
} from '../../../lib/branch/index.ts';
import { ciRun, type Forge } from '../../../lib/forge/index.ts';
import { type Commit, isGitError, type Oid, type Repository } from '../../../lib/git/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { type Irreversible, irreversible } from '../../../lib/plan/index.ts';
import { committer } from '../../pipeline/identity.ts';
import { finishRollback, type Proposal, proposeRollback } from '../../taking-back/index.ts';
import { irreversibleLines, irreversibleResult } from '../apply-release.ts';
import type { Command, CommandContext } from '../command.ts';
import { Exit } from '../exit.ts';
import { forgeOf } from '../forge.ts';
import { planConnection } from '../plan-connection.ts';
import { paragraph, planFooter, planTable } from '../print-plan.ts';
import type { ResultOf } from '../results.ts';
import {
  approvals,
  deleteLimits,
  environmentRef,
  readSettings,
  remoteName,
  requireEnvironment,
  requireRepository,
  type Settings,
  signerOf,
  text,
} from '../settings.ts';

type RollbackOutcome = ResultOf<'rollback'>;

/** What each way of going back has to know. */
interface Task {
  readonly settings: Settings;
  readonly context: CommandContext;
  readonly repository: Repository;
  readonly environment: EnvironmentRef;
  readonly name: string;
  readonly branch: string;
  /** The one that is to go back; all of them when absent. */
  readonly application?: string;
  readonly options: Omit<RollbackOptions, 'remote' | 'application'>;
}

export const command: Command = async (_args, flags, context) => {
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  const environment = environmentRef(settings);
  const reason = text(flags.reason)?.trim();
  const options = {
    by: await committer(repository.root),
    ...(reason && { reason }),
    ...signerOf(settings.flags, settings.config),
  };
  const name = requireEnvironment(settings);
  const branch = renderedBranch(environment);
  const application = text(flags.application);
  const task: Task = {
    settings,
    context,
    repository,
    environment,
    name,
    branch,
    options,
    ...(application !== undefined && { application }),
  };
  checkFlags(settings);
  const result = await carryOut(task);
  if (result && flags.output === 'json') context.terminal.out(JSON.stringify(result, null, 2));
  return Exit.done;
};

/** @throws TruekeelError `INVALID_FLAG` where flags ask for several things */
function checkFlags({ flags }: Settings): void {
  const asked = ['release', 'finish', 'pullRequest'].filter((flag) => flags[flag] === true);
  const isTarget = flags.to !== undefined || flags.application !== undefined;
  if (asked.length < 2 && !(isTarget && (flags.release === true || flags.finish === true))) return;
  throw new TruekeelError(
    '--release, --finish and --pull-request are one each, and the first two have neither --to nor --application',
    {
      code: 'INVALID_FLAG',
      family: 'usage',
    },
  );
}

function carryOut(task: Task): Promise<RollbackOutcome | undefined> {
  const { flags } = task.settings;
  if (flags.release === true) return release(task);
  return flags.finish === true ? finish(task) : goBack(task);
}

function say({ settings, context }: Task, ...lines: readonly string[]): void {
  if (settings.flags.output !== 'json') for (const line of lines) context.terminal.out(line);
}

/** What goes back, in the words of a message: `web in production`. */
function whatOf({ name, application }: Task): string {
  return application === undefined ? name : `${application} in ${name}`;
}

function pushTarget({ flags, ...settings }: Settings): { readonly remote?: string } {
  return flags.push === true ? { remote: remoteName({ flags, ...settings }) } : {};
}

async function release(task: Task): Promise<RollbackOutcome> {
  const { settings, repository, environment, name, branch, options } = task;
  const done = await releaseHold(repository, environment, { ...options, ...pushTarget(settings) });
  const { commit, released, pushed } = done;
  say(task, released ? `${name} is free again: the next render moves ${branch}.` : `Nothing held ${name}.`);
  return { environment: name, branch, commit, held: false, pushed };
}

async function goBack(task: Task): Promise<RollbackOutcome | undefined> {
  const { settings, context, repository, environment, name, branch, application, options } = task;
  const { flags } = settings;
  const { terminal } = context;
  const target = await targetOf(task);
  if (flags.pullRequest === true) return propose(task, target.oid, await forgeOf(settings, context));
  const losses = await lossesOf(task, target.oid);
  if (flags.output !== 'json') for (const line of irreversibleLines(losses)) terminal.err(line);
  if (flags.yes !== true && terminal.interactive) {
    const answer = await terminal.ask(
      `Take ${whatOf(task)} back to ${target.oid.slice(0, 7)} "${target.subject}", and hold ${name} there? [y/N] `,
    );
    if (!/^y(es)?$/i.test(answer.trim())) return undefined;
  }
  let done: Awaited<ReturnType<typeof rollback>>;
  try {
    done = await rollback(repository, environment, target.oid, {
      ...options,
      ...applicationOf(task),
      ...pushTarget(settings),
    });
  } catch (error) {
    if (!isGitError(error, 'PUSH_REJECTED')) throw error;
    return propose(task, target.oid, await forgeInstead(task, error));
  }
  say(
    task,
    application === undefined
      ? `${branch} ${done.commit.slice(0, 7)} has the tree of ${done.to.slice(0, 7)} "${target.subject}".`
      : `${branch} ${done.commit.slice(0, 7)} has ${application} as ${done.to.slice(0, 7)} "${target.subject}" has it, and all else as it was.`,
    `It is held: newer source commits do not move it until \`truekeel rollback --environment ${name} --release\`.`,
    `Next: truekeel apply --environment ${name}`,
  );
  return {
    environment: name,
    branch,
    commit: done.commit,
    reverts: done.reverts,
    to: done.to,
    ...applicationOf(task),
    held: true,
    pushed: done.pushed,
    irreversible: irreversibleResult(losses),
  };
}

function applicationOf({ application }: Task): Pick<Task, 'application'> {
  return application === undefined ? {} : { application };
}

async function targetOf(task: Task): Promise<Commit> {
  const { settings, repository, environment, application } = task;
  const given = text(settings.flags.to);
  if (given !== undefined) {
    await fetchOlder(repository, environment, given, remoteName(settings));
    return repository.commit(given);
  }
  await fetchRollbackTarget(repository, environment, remoteName(settings), application);
  const target = await rollbackTarget(repository, environment, applicationOf(task));
  if (target !== undefined) return repository.commit(target);
  throw new TruekeelError(`${whatOf(task)} has no earlier release that was not taken back`, {
    code: 'NOT_A_RELEASE',
    family: 'usage',
    hint: 'Change the program instead, or name what to go back to with --to.',
  });
}

/** What may not be pushed is proposed, where there is a forge to do so. */
async function forgeInstead({ settings, context }: Task, rejected: TruekeelError): Promise<Forge> {
  const { terminal } = context;
  terminal.err(`${terminal.paint('yellow', 'note')} ${rejected.message}`);
  try {
    const forge = await forgeOf(settings, context);
    terminal.err('It is proposed as a pull request instead.');
    return forge;
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    throw new TruekeelError(rejected.message, {
      code: rejected.code,
      family: rejected.family,
      hint: `Let this identity write the branch; or propose the rollback with --pull-request, which needs a forge: ${error.message}.`,
      cause: rejected,
    });
  }
}

async function propose(task: Task, to: Oid, forge: Forge): Promise<RollbackOutcome> {
  const { settings, context, repository, environment, name, branch, options } = task;
  const { terminal, signal, env } = context;
  const url = ciRun(env)?.url;
  const proposal = await proposeRollback({
    ...options,
    ...applicationOf(task),
    repository,
    environment,
    to,
    forge,
    remote: remoteName(settings),
    access: {
      connect: planConnection(settings),
      approvals: approvals(settings),
      limits: deleteLimits(settings),
    },
    signal,
    ...(url !== undefined && { url }),
  });
  if (settings.flags.output !== 'json') printProposal(proposal, terminal);
  const { commit, reverts, pullRequest, losses } = proposal;
  say(
    task,
    `${pullRequest.url} proposes it; ${branch} stays where it is.`,
    `When it is approved: truekeel rollback --environment ${name} --finish`,
  );
  return {
    environment: name,
    branch: proposal.branch,
    commit,
    reverts,
    to,
    ...applicationOf(task),
    held: false,
    pushed: true,
    irreversible: irreversibleResult(losses),
    pullRequest: { ...pullRequest, comment: proposal.posted.comment },
  };
}

function printProposal({ review, losses }: Proposal, terminal: CommandContext['terminal']): void {
  for (const line of irreversibleLines(losses)) terminal.err(line);
  for (const environment of review.environments) {
    for (const line of paragraph(planTable(environment, terminal.paint))) terminal.err(line);
    terminal.err(planFooter({ ...environment, digest: environment.approves.digest }, terminal.paint));
  }
}

async function finish(task: Task): Promise<RollbackOutcome> {
  const { settings, context, repository, environment, name, branch, options } = task;
  const { reason: _, ...rest } = options;
  const done = await finishRollback({
    ...rest,
    repository,
    environment,
    forge: await forgeOf(settings, context),
    remote: remoteName(settings),
    signal: context.signal,
  });
  const { commit, reverts, to, application, approvedBy, plan, pullRequest } = done;
  say(
    task,
    `${branch} ${commit.slice(0, 7)} has ${application ?? 'the tree'} of ${to.slice(0, 7)}, as ${approvedBy.join(', ')} approved in ${pullRequest.url}.`,
    `It is held: newer source commits do not move it until \`truekeel rollback --environment ${name} --release\`.`,
    `Next: truekeel apply --environment ${name}`,
  );
  return {
    environment: name,
    branch,
    commit,
    reverts,
    to,
    ...(application !== undefined && { application }),
    held: true,
    pushed: true,
    approvedBy: [...approvedBy],
    ...(plan !== undefined && { plan }),
    pullRequest: { ...pullRequest },
  };
}

/** What going back to a release does not undo; what is none is refused when it comes to that. */
async function lossesOf(
  { repository, environment, application }: Task,
  to: Oid,
): Promise<readonly Irreversible[]> {
  const tip = await readRendered(repository, environment);
  if (to === tip.commit || !(await repository.isAncestor(to, tip.commit))) return [];
  const older = await readRendered(repository, environment, { revision: to });
  const of = ({ applications }: RenderedRelease) =>
    application === undefined ? applications : applications.filter(({ name }) => name === application);
  return irreversible(of(tip), of(older));
}
