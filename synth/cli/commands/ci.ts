import { appendFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CiRun, type CiTrigger, ciRun, ciTrigger, hasForgeToken } from '../../../lib/forge/index.ts';
import type { Repository } from '../../../lib/git/index.ts';
import { TruekeelError, TruekeelErrors } from '../../../lib/objects/index.ts';
import {
  annotation,
  codeQuality,
  completeHistory,
  type Decision,
  decide,
  dotenv,
  failureSummary,
  type Outputs,
  outputFile,
  renderSummary,
  reviewSummary,
  WorkflowCommands,
} from '../../ci/index.ts';
import { isPending } from '../../review/index.ts';
import type { Command, CommandContext, Flags } from '../command.ts';
import { Exit } from '../exit.ts';
import { forgeOf } from '../forge.ts';
import { printRendered } from '../render-request.ts';
import type { ResultOf } from '../results.ts';
import { readSettings, remoteName, requireRepository, type Settings, text } from '../settings.ts';
import { renderAll, renderResult } from './render.ts';
import { printReview, reviewAndPost, reviewExit, reviewResult } from './review.ts';

/** What a verb did, for everybody who is told. */
interface Done {
  readonly exit: number;
  readonly errors: readonly TruekeelError[];
  readonly warnings: readonly TruekeelError[];
  readonly outputs: Outputs;
  /** Markdown. */
  readonly summary: string;
  readonly result: Pick<ResultOf<'ci'>, 'render' | 'review'>;
}

interface Outcome extends Omit<Done, 'result'> {
  /** As the configuration names it. */
  readonly program?: string;
  /** Absent where it failed. */
  readonly result?: ResultOf<'ci'>;
}

export const command: Command = async (_args, flags, context) => {
  const run = ciRun(context.env);
  if (!run) throw nowhere();
  const commands = isActions(run) ? new WorkflowCommands(context.terminal.err) : undefined;
  const telling = { flags, context, ...(commands && { commands }) };
  let outcome: Outcome;
  let begun: Decision['action'] = 'none';
  try {
    outcome = await work(run, flags, context, (action) => {
      begun = action;
    });
  } catch (error) {
    const errors =
      error instanceof TruekeelErrors ? error.errors : error instanceof TruekeelError ? [error] : [];
    await tell(failure(begun, errors), telling);
    throw error;
  }
  await tell(outcome, telling);
  if (flags.output === 'json') context.terminal.out(JSON.stringify(outcome.result, null, 2));
  return outcome.exit;
};

async function work(
  run: CiRun,
  flags: Flags,
  context: CommandContext,
  onBegin: (action: Decision['action']) => void,
): Promise<Outcome> {
  const started = performance.now();
  const { terminal } = context;
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  const decision = await decisionOf(run, repository, settings, context);
  const { action, because } = decision;
  onBegin(action);
  terminal.err(`${run.system} · ${action === 'none' ? 'nothing to do' : action} · ${because}`);
  const prepared = await prepare(decision, repository, settings, context);
  const done = await act(decision, settings, context, started);
  const { config } = settings;
  return {
    ...done,
    ...(config.app !== undefined && { program: config.app }),
    result: {
      system: run.system,
      action,
      because,
      prepared: [...prepared],
      ...done.result,
      durationMs: performance.now() - started,
    },
  };
}

async function decisionOf(
  run: CiRun,
  repository: Repository,
  settings: Settings,
  context: CommandContext,
): Promise<Decision> {
  const { env, flags } = settings;
  const hasToken = hasForgeToken(env);
  const trigger = await withFork(ciTrigger(run, env), run, hasToken, settings, context);
  const given = text(flags.branch);
  const known = trigger.kind === 'push' && trigger.isDefault ? trigger.branch : undefined;
  const asks = trigger.kind === 'push' || trigger.kind === 'merge-queue';
  const branch = given ?? known ?? (asks ? await defaultBranch(repository, settings) : '');
  const decision = decide(run, trigger, { branch, hasToken });
  return decision.action === 'review' && flags.post === false ? { ...decision, post: false } : decision;
}

/** Where the system does not say whose pull request it is, the forge does. */
async function withFork(
  trigger: CiTrigger,
  { pullRequest: number }: CiRun,
  hasToken: boolean,
  settings: Settings,
  context: CommandContext,
): Promise<CiTrigger> {
  if (trigger.kind !== 'pull-request' || trigger.fromFork !== undefined) return trigger;
  if (!hasToken || number === undefined) return trigger;
  const forge = await forgeOf(settings, context);
  return { ...trigger, fromFork: (await forge.pullRequest(number)).head.isFork };
}

/** What the remote says. @throws TruekeelError `NO_DEFAULT_BRANCH` */
async function defaultBranch(repository: Repository, settings: Settings): Promise<string> {
  const remote = remoteName(settings);
  const { head } = await repository.lsRemote(remote, ['HEAD']);
  const branch = /^refs\/heads\/(.+)$/.exec(head ?? '')?.[1];
  if (branch !== undefined) return branch;
  throw new TruekeelError(`${remote} does not say which branch is its default`, {
    code: 'NO_DEFAULT_BRANCH',
    family: 'usage',
    hint: 'Name the branch whose commits are rendered with --branch.',
  });
}

async function prepare(
  decision: Decision,
  repository: Repository,
  settings: Settings,
  { signal, terminal }: CommandContext,
): Promise<readonly string[]> {
  if (decision.action === 'none') return [];
  const prepared = await completeHistory(repository, {
    remote: remoteName(settings),
    ...(decision.action === 'review' && { branch: decision.base }),
    signal,
  });
  for (const line of prepared) terminal.err(line);
  return prepared;
}

async function act(
  decision: Decision,
  settings: Settings,
  context: CommandContext,
  started: number,
): Promise<Done> {
  switch (decision.action) {
    case 'review':
      return review(decision, settings, context, started);
    case 'render':
      return render(settings.flags, context, started);
    case 'none':
      return {
        exit: Exit.done,
        errors: [],
        warnings: [],
        outputs: { action: 'none' },
        summary: '',
        result: {},
      };
  }
}

async function review(
  { base, post, trusted }: Extract<Decision, { action: 'review' }>,
  settings: Settings,
  context: CommandContext,
  started: number,
): Promise<Done> {
  const { flags } = settings;
  const { terminal } = context;
  const asked = { ...flags, base: `refs/remotes/${remoteName(settings)}/${base}`, post };
  const reviewed = await (trusted
    ? reviewAndPost(asked, context)
    : reviewAndPost({ ...asked, ...CONFINED }, confined(context)));
  const { posted, review } = reviewed;
  if (flags.output !== 'json') printReview(review, terminal);
  if (posted) terminal.err(`${posted.comment} · ${posted.kept}`);
  return {
    exit: reviewExit(review, false),
    errors: [...review.errors, ...review.environments.flatMap(({ errors }) => errors)],
    warnings: review.newWarnings,
    outputs: {
      action: 'review',
      changed: String(review.environments.some(isPending)),
      digests: JSON.stringify(
        Object.fromEntries(review.environments.map(({ approves, name }) => [name, approves.digest])),
      ),
      ...(posted && { comment: posted.comment }),
    },
    summary: reviewSummary(review, { binds: posted !== undefined }),
    result: { review: reviewResult(reviewed, performance.now() - started) },
  };
}

/** No cluster; no compiler, which is one of the packages that a change may bring along; no command. */
const CONFINED: Flags = { offline: true, typecheck: false, allowCommands: false };

function confined(context: CommandContext): CommandContext {
  const { TRUEKEEL_ALLOW_COMMANDS: _, ...env } = context.env;
  return { ...context, env };
}

/** The commit, not the files around it: then nothing has to be installed, and other steps may have written here. */
async function render(flags: Flags, context: CommandContext, started: number): Promise<Done> {
  const rendered = await renderAll({ ...flags, push: true, source: 'HEAD' }, context);
  const { outcomes, warnings } = rendered;
  if (flags.output !== 'json') printRendered(outcomes, context.terminal);
  return {
    exit: Exit.done,
    errors: [],
    warnings: warnings.all,
    outputs: {
      action: 'render',
      changed: String(outcomes.some(({ created }) => created)),
      commits: JSON.stringify(
        Object.fromEntries(outcomes.map(({ commit, environment }) => [environment, commit])),
      ),
    },
    summary: renderSummary(outcomes, warnings.all),
    result: { render: renderResult(rendered, performance.now() - started) },
  };
}

function failure(action: Decision['action'], errors: readonly TruekeelError[]): Outcome {
  const summary = errors.length === 0 ? '' : failureSummary(errors);
  return { exit: Exit.error, errors, warnings: [], outputs: { action }, summary };
}

interface Telling {
  readonly flags: Flags;
  readonly context: CommandContext;
  /** Where a runner listens. */
  readonly commands?: WorkflowCommands;
}

/** @throws TruekeelError `FILE_UNREADABLE` when a file cannot be written */
async function tell(
  { errors, outputs, program = 'main.ts', summary, warnings }: Outcome,
  { commands, context, flags }: Telling,
): Promise<void> {
  const { cwd, env } = context;
  if (commands) {
    commands.speak([
      ...errors.map((error) => annotation('error', error)),
      ...warnings.map((warning) => annotation('warning', warning)),
    ]);
    if (env.GITHUB_OUTPUT) await written(env.GITHUB_OUTPUT, outputFile(outputs), appendFile);
    if (env.GITHUB_STEP_SUMMARY && summary !== '')
      await written(env.GITHUB_STEP_SUMMARY, summary, appendFile);
  }
  const variables = text(flags.dotenv);
  if (variables !== undefined) await written(resolve(cwd, variables), dotenv(outputs), writeFile);
  const quality = text(flags.codeQuality);
  if (quality !== undefined) {
    const issues = codeQuality(errors, warnings, text(flags.app) ?? program);
    await written(resolve(cwd, quality), `${JSON.stringify(issues, null, 2)}\n`, writeFile);
  }
}

async function written(path: string, content: string, how: typeof writeFile): Promise<void> {
  try {
    await how(path, content);
  } catch (cause) {
    throw new TruekeelError(`${path} cannot be written`, {
      code: 'FILE_UNREADABLE',
      family: 'usage',
      hint: 'Name a file in a directory that is there, and that this user may write to.',
      cause,
    });
  }
}

function isActions({ system }: CiRun): boolean {
  return system === 'github-actions' || system === 'gitea-actions';
}

function nowhere(): TruekeelError {
  return new TruekeelError('no CI system runs this, or none that Truekeel knows', {
    code: 'CI_UNKNOWN',
    family: 'usage',
    hint: 'Run `truekeel review --post` for pull requests, and `truekeel render --push` for the branch that they get into.',
  });
}
