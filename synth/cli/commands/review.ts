import { ciRun } from '../../../lib/forge/index.ts';
import type { Repository } from '../../../lib/git/index.ts';
import { formatKey, TruekeelError } from '../../../lib/objects/index.ts';
import { withAwaitedWork } from '../../changelog/index.ts';
import {
  commentOf,
  type EnvironmentReview,
  isPending,
  type Posted,
  pageOf,
  postReview,
  type Review,
  reviewChange,
  snapshotText,
  unaskedText,
} from '../../review/index.ts';
import type { Command, CommandContext, Flags } from '../command.ts';
import { errorResult } from '../error-result.ts';
import { describeError, describeWarning, Exit, exitCodeOfAll } from '../exit.ts';
import { forgeOf, pullRequestNumber } from '../forge.ts';
import { planConnection } from '../plan-connection.ts';
import { changeResult, imageResult, workResult } from '../plan-result.ts';
import { paragraph, planFooter, planRefusals, planTable } from '../print-plan.ts';
import { renderRequest } from '../render-request.ts';
import type { ResultOf } from '../results.ts';
import { reviewPage, writePage } from '../review-page.ts';
import {
  approvals,
  deleteLimits,
  readSettings,
  remoteName,
  requireRepository,
  type Settings,
  text,
} from '../settings.ts';
import { snapshotsOf } from '../snapshots.ts';
import type { Terminal } from '../terminal.ts';
import { Warnings } from '../warnings.ts';

/** A review, and what became of it on the forge. */
export interface Reviewed {
  readonly review: Review;
  readonly posted?: Posted;
}

/** Entries that a terminal shows of an environment. */
const SHOWN_WORK = 10;

export const command: Command = async (_args, flags, context) => {
  const started = performance.now();
  const { terminal } = context;
  const reviewed = await reviewAndPost(flags, context);
  const { review, posted } = reviewed;
  if (flags.output === 'json') {
    terminal.out(JSON.stringify(reviewResult(reviewed, performance.now() - started), null, 2));
  } else if (flags.output === 'markdown') terminal.out(commentOf(review).text);
  else printReview(review, terminal);
  if (posted) terminal.err(`${posted.comment} · ${posted.kept}`);
  return reviewExit(review, flags.exitCode === true);
};

/** Reviews what the flags name, and posts it with `--post`. Prints nothing. */
export async function reviewAndPost(flags: Flags, context: CommandContext): Promise<Reviewed> {
  const { terminal } = context;
  const settings = await readSettings(flags, context);
  const repository = requireRepository(settings);
  // Wrong flags and a missing token are told before anything takes time.
  const number = pullRequestNumber(settings, context);
  const page = reviewPage(flags, context);
  const forge = flags.post === true ? await forgeOf(settings, context) : undefined;
  const {
    onWarning: _,
    remote: __,
    source: ___,
    ...request
  } = renderRequest(settings, context, new Warnings(terminal));
  const head = text(flags.head) ?? 'HEAD';
  const changed = await reviewChange(repository, {
    ...request,
    base: await baseOf(repository, settings, context),
    head,
    connect: planConnection(settings),
    snapshots: await snapshotsOf(settings),
    approvals: approvals(settings),
    limits: deleteLimits(settings),
  });
  const review = await withAwaitedWork(repository, changed);
  // Before it is told where it is.
  if (page.file !== undefined) await writePage(page.file, pageOf(review));
  const url = ciRun(context.env)?.url;
  const posted =
    forge &&
    (await postReview(review, {
      repository,
      forge,
      tip: await repository.resolve(head),
      program: request.program,
      ...(number !== undefined && { number }),
      ...(url !== undefined && { url }),
      ...(page.url !== undefined && { pageUrl: page.url }),
    }));
  return { review, ...(posted && { posted }) };
}

/** What the change is to be merged into: the branch that CI names, or the remote's own. */
async function baseOf(repository: Repository, settings: Settings, { env }: CommandContext): Promise<string> {
  const given = text(settings.flags.base);
  if (given !== undefined) return given;
  const remote = remoteName(settings);
  const branch = ciRun(env)?.baseBranch;
  const ref = branch === undefined ? `refs/remotes/${remote}/HEAD` : `refs/remotes/${remote}/${branch}`;
  if ((await repository.readRef(ref)) !== undefined) return ref;
  throw new TruekeelError(`there is no ${ref} to compare with`, {
    code: 'NO_REVIEW_BASE',
    family: 'usage',
    hint: 'Fetch it, or name the commit or branch that the change is to be merged into with --base.',
  });
}

/** What is wrong comes first; then what a guard refuses; then whether there is anything to do. */
export function reviewExit(review: Review, asked: boolean): number {
  const errors = [...review.errors, ...review.environments.flatMap((environment) => environment.errors)];
  if (errors.length > 0) return exitCodeOfAll(errors);
  if (review.environments.some(({ refusals }) => refusals.length > 0)) return Exit.guard;
  return asked && review.environments.some(isPending) ? Exit.pending : Exit.done;
}

export function printReview(review: Review, terminal: Terminal): void {
  const { environments, dropped, errors, newWarnings, knownWarnings } = review;
  const { out, paint } = terminal;
  for (const error of errors) for (const line of describeError(error, paint)) out(line);
  for (const warning of newWarnings) for (const line of describeWarning(warning, paint)) out(line);
  if (knownWarnings > 0) out(paint('dim', `${knownWarnings} more warnings were there before`));
  for (const { name, branch } of dropped) {
    out(
      `${paint('bold', name)} · no longer in the program: ${branch}, and what runs of it, stay as they are`,
    );
  }
  if (dropped.length > 0 && environments.length > 0) out('');
  for (const [index, environment] of environments.entries()) {
    const { name, against, approves, refusals } = environment;
    const seen =
      'why' in against
        ? `${unaskedText(against)}: ${against.why}`
        : `planned against ${against.context === '' ? against.server : `${against.context} (${against.server})`}`;
    if (index > 0) out('');
    out(`${paint('bold', name)} · ${seen}`);
    if (!('why' in against) && against.snapshot) {
      const { takenAt, ageMs, cautions } = against.snapshot;
      out(snapshotText({ takenAt }, takenAt + ageMs));
      for (const caution of cautions) out(`${paint('yellow', 'caution')} ${caution}`);
    }
    for (const line of paragraph(planTable(environment, paint))) out(line);
    if (environment.work && environment.work.entries.length > 0) {
      const { since, entries } = environment.work;
      out(`${paint('bold', 'since its last release')}, of ${since.slice(0, 7)}`);
      for (const { commit, description, pullRequest } of entries.slice(0, SHOWN_WORK)) {
        out(`  ${commit.slice(0, 7)} ${description}${pullRequest === undefined ? '' : ` (#${pullRequest})`}`);
      }
      if (entries.length > SHOWN_WORK) out(`  and ${entries.length - SHOWN_WORK} more`);
      out('');
    }
    for (const line of planRefusals({ refusals }, paint)) out(line);
    for (const error of environment.errors) for (const line of describeError(error, paint)) out(line);
    out(planFooter({ ...environment, digest: approves.digest }, paint));
  }
}

export function reviewResult({ review, posted }: Reviewed, durationMs: number): ResultOf<'review'> {
  const { base, head, environments, dropped, errors, newWarnings, knownWarnings } = review;
  return {
    base,
    head,
    environments: environments.map(environmentResult),
    dropped: dropped.map(({ name, branch }) => ({ environment: name, branch })),
    errors: errors.map((error) => errorResult(error)),
    newWarnings: newWarnings.map((warning) => errorResult(warning)),
    knownWarnings,
    ...(posted && { posted: { ...posted } }),
    durationMs,
  };
}

function againstResult({
  server,
  context,
  snapshot,
}: Exclude<EnvironmentReview['against'], { why: string }>) {
  return {
    cluster: { server, context },
    ...(snapshot && {
      snapshot: { takenAt: new Date(snapshot.takenAt).toISOString(), cautions: [...snapshot.cautions] },
    }),
  };
}

function environmentResult(environment: EnvironmentReview) {
  const { name, branch, against, approves, counts, changes, images, refusals, errors, work } = environment;
  return {
    environment: name,
    branch,
    ...('why' in against ? { compared: against.why, embedded: against.isEmbedded } : againstResult(against)),
    approves: { ...approves },
    actions: counts,
    changes: changes.map(changeResult),
    images: images.map(imageResult),
    ...(work && {
      work: {
        since: work.since,
        entries: work.entries.map(workResult),
      },
    }),
    refusals: refusals.map((refusal) => ({ ...refusal, keys: refusal.keys.map(formatKey) })),
    errors: errors.map((error) => errorResult(error)),
  };
}
