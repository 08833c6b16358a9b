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
  quotation,
  renderSummary,
  reviewSummary,
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

/** What came of it, for everybody who is told. */
interface Outcome {
  readonly exit: number;
  readonly errors: readonly TruekeelError[];
  readonly warnings: readonly TruekeelError[];
  readonly outputs: Outputs;
  /** Markdown. */
  readonly summary: string;
  readonly result: Pick<ResultOf<'ci'>, 'render' | 'review'>;
}

export const command: Command = async (_args, flags, context) => {
  const started = performance.now();
  const { env, terminal } = context;
  const run = ciRun(env);
  if (!run) throw nowhere();
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  const decision = await decisionOf(run, repository, settings, context);
  const { action, because } = decision;
  terminal.err(`${run.system} · ${action === 'none' ? 'nothing to do' : action} · ${because}`);
  // Texts of the program are printed, and the system reads what is printed.
  const quoted = isActions(run) ? quotation() : undefined;
  if (quoted) terminal.err(quoted.begin);
  let prepared: readonly string[] = [];
  let outcome: Outcome | undefined;
  let failed: readonly TruekeelError[] = [];
  try {
    prepared = await prepare(decision, repository, settings, context);
    outcome = await act(decision, settings, context, started);
  } catch (error) {
    if (error instanceof TruekeelError) failed = error instanceof TruekeelErrors ? error.errors : [error];
    throw error;
  } finally {
    if (quoted) terminal.err(quoted.end);
    await tell(run, outcome ?? failure(action, failed), settings, context);
  }
  if (flags.output === 'json') {
    const { system } = run;
    const durationMs = performance.now() - started;
    const result = { system, action, because, prepared: [...prepared], ...outcome.result, durationMs };
    terminal.out(JSON.stringify(result satisfies ResultOf<'ci'>, null, 2));
  }
  return outcome.exit;
};

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
): Promise<Outcome> {
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
): Promise<Outcome> {
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
async function render(flags: Flags, context: CommandContext, started: number): Promise<Outcome> {
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
  return { exit: Exit.error, errors, warnings: [], outputs: { action }, summary, result: {} };
}

async function tell(
  run: CiRun,
  { errors, outputs, summary, warnings }: Outcome,
  { config, cwd, flags }: Settings,
  { env, terminal }: CommandContext,
): Promise<void> {
  if (isActions(run)) {
    for (const error of errors) terminal.err(annotation('error', error));
    for (const warning of warnings) terminal.err(annotation('warning', warning));
    if (env.GITHUB_OUTPUT) await appendFile(env.GITHUB_OUTPUT, outputFile(outputs));
    if (env.GITHUB_STEP_SUMMARY && summary !== '') await appendFile(env.GITHUB_STEP_SUMMARY, summary);
  }
  const variables = text(flags.dotenv);
  if (variables !== undefined) await writeFile(resolve(cwd, variables), dotenv(outputs));
  const quality = text(flags.codeQuality);
  if (quality !== undefined) {
    const program = text(flags.app) ?? config.app ?? 'main.ts';
    const issues = codeQuality(errors, warnings, program);
    await writeFile(resolve(cwd, quality), `${JSON.stringify(issues, null, 2)}\n`);
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
