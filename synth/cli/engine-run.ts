/** Plan, show, ask, apply: what `apply` and `sync` share. */
import { type ApplyEvent, applyPlan, checkApprovedRelease } from '../../lib/apply/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import type { ApplicationNews } from '../../lib/notify/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import { type GuardRefusal, type Plan, type PlanOptions, planApplications } from '../../lib/plan/index.ts';
import { currentTrace, traced } from '../../lib/trace/index.ts';
import { type Desired, scopeOf } from '../pipeline/desired.ts';
import { eventRecord } from '../pipeline/event-record.ts';
import { releaseAttributes } from '../pipeline/release-attributes.ts';
import { ReleaseProgress } from '../pipeline/release-progress.ts';
import { approvedPlan } from './approved.ts';
import { banner } from './banner.ts';
import type { CommandContext } from './command.ts';
import { describeError, Exit, exitCodeOfAll } from './exit.ts';
import { applyResult } from './plan-result.ts';
import {
  paragraph,
  planDetails,
  planDroppedEdges,
  planFooter,
  planNotes,
  planRefusals,
  planTable,
} from './print-plan.ts';
import { progressPrinter, resultFooter } from './print-progress.ts';
import type { ResultOf } from './results.ts';
import {
  approvals,
  deleteLimits,
  noProgressTimeoutMs,
  openSecrets,
  type Settings,
  timeoutMs,
  writesInFlight,
} from './settings.ts';

export interface EngineRun {
  readonly result?: ResultOf<'apply'>;
  readonly exit: number;
  /** What went wrong, as it was thrown. */
  readonly errors?: readonly TruekeelError[];
  /** What was done, and what went wrong, for those who are told. */
  readonly applications?: readonly ApplicationNews[];
}

/** Makes the plan that the flags ask for.
 * @param liveSecrets whether the client has their values */
export function plan(
  desired: Desired,
  client: KubeClient,
  settings: Settings,
  liveSecrets: NonNullable<PlanOptions['liveSecrets']> = 'there',
): Promise<Plan> {
  return planApplications({
    client,
    applications: desired.applications,
    scope: scopeOf(desired),
    options: {
      prune: settings.flags.prune !== false,
      approvals: approvals(settings),
      limits: deleteLimits(settings),
      ...(desired.formerEdges && { formerEdges: desired.formerEdges }),
      helmReleases: settings.flags.takeOverHelm === true ? 'take-over' : 'leave',
      openSecret: openSecrets(settings),
      liveSecrets,
    },
  });
}

/** Plans and, when people agree, applies.
 * @param onWritten called when everything is written, and maybe not ready */
export async function planAndApply(
  desired: Desired,
  client: KubeClient,
  settings: Settings,
  context: CommandContext,
  onWritten?: () => void,
): Promise<EngineRun> {
  return traced(await currentTrace(), 'truekeel.release', releaseAttributes(desired), async (span) => {
    const run = await carryOut(desired, client, settings, context, onWritten);
    span?.set({ 'truekeel.exit': run.exit });
    return run;
  });
}

async function carryOut(
  desired: Desired,
  client: KubeClient,
  settings: Settings,
  context: CommandContext,
  onWritten: (() => void) | undefined,
): Promise<EngineRun> {
  const { terminal } = context;
  const { flags } = settings;
  const started = performance.now();
  const approved = {
    ...(desired.approved && { approvedRelease: desired.approved }),
    ...(await approvedPlan(settings)),
  };
  const drawn = await plan(desired, client, settings);

  terminal.err(banner(desired, client, terminal.paint));
  terminal.err('');
  const rows = planTable(drawn, terminal.paint);
  for (const line of rows) terminal.err(line);
  if (rows.length > 0) terminal.err('');
  for (const line of paragraph(planDroppedEdges(drawn, terminal.paint))) terminal.err(line);
  for (const line of drawn.errors.flatMap((error) => describeError(error, terminal.paint)))
    terminal.err(line);
  for (const line of [...planNotes(drawn, terminal.paint), ...planRefusals(drawn, terminal.paint)])
    terminal.err(line);
  terminal.err(planFooter(drawn, terminal.paint));

  const [refusal] = drawn.refusals;
  if (refusal) throw refused(refusal, drawn);
  checkApprovedRelease(drawn, approved);
  const changes = drawn.changes.filter((change) => change.action !== 'none').length;
  if (changes > 0 && flags.plan === undefined && flags.yes !== true) {
    if (!(await agreed(drawn, context))) {
      terminal.err('Nothing was applied.');
      return { exit: Exit.done };
    }
  }

  const print =
    flags.logFormat === 'json'
      ? (event: ApplyEvent) => terminal.err(JSON.stringify(eventRecord(event)))
      : progressPrinter(terminal);
  const max = writesInFlight(settings);
  const standstillMs = noProgressTimeoutMs(settings);
  const progress = new ReleaseProgress(desired.applications, onWritten);
  for await (const event of applyPlan({
    client,
    plan: drawn,
    applications: desired.applications,
    options: {
      wait: flags.wait !== false,
      timeoutMs: timeoutMs(settings),
      ...(standstillMs !== undefined && { noProgressTimeoutMs: standstillMs }),
      signal: context.signal,
      approvals: approvals(settings),
      openSecret: openSecrets(settings),
      ...(max !== undefined && { concurrency: { max } }),
      ...approved,
    },
  })) {
    print(event);
    progress.see(event);
    if (event.type !== 'finished') continue;
    terminal.err(resultFooter(event.result, client.requests.total, terminal));
    const result = applyResult(event.result, desired, client, performance.now() - started);
    const { errors, interrupted } = event.result;
    const applications = progress.news(errors);
    return { result, errors, applications, exit: interrupted ? Exit.interrupted : exitCodeOfAll(errors) };
  }
  throw new Error('the engine ended without a result');
}

async function agreed(plan: Plan, { terminal }: CommandContext): Promise<boolean> {
  if (!terminal.interactive) {
    throw new TruekeelError('there are changes to apply, and nobody to ask', {
      code: 'APPROVAL_NEEDED',
      family: 'usage',
      hint: `Give --yes, or --plan ${plan.digest} to apply exactly this plan.`,
    });
  }
  for (;;) {
    const answer = (await terminal.ask('Apply? [y/N/details] ')).trim().toLowerCase();
    if (answer === 'y' || answer === 'yes') return true;
    if (answer !== 'd' && answer !== 'details') return false;
    for (const line of planDetails(plan, terminal.paint)) terminal.err(line);
    terminal.err(planFooter(plan, terminal.paint));
  }
}

function refused(first: GuardRefusal, plan: Plan): TruekeelError {
  const codes = new Set(plan.refusals.map((refusal) => refusal.code));
  return new TruekeelError('a guard refuses this plan; nothing was written', {
    code: first.code,
    family: 'guard',
    hint: `If it is what you want: --approve ${[...codes].join(' ')}. Otherwise correct the program, or protect the objects.`,
  });
}
