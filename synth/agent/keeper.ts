/** The cluster side of the agent: brings the cluster to the newest release, then holds it there. */
import {
  type ApplyResult,
  type ApprovedRelease,
  applyPlan,
  checkApprovedRelease,
} from '../../lib/apply/index.ts';
import type { RenderedRelease } from '../../lib/branch/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import type { ApplicationNews } from '../../lib/notify/index.ts';
import {
  type DeleteLimits,
  type DependencyEdge,
  type DesiredApplication,
  formatKey,
  type ObjectKey,
  TruekeelError,
} from '../../lib/objects/index.ts';
import type { ClusterView } from '../../lib/observe/index.ts';
import { forgetContent, type Plan, planApplications } from '../../lib/plan/index.ts';
import { recordedErrors } from '../../lib/policy/index.ts';
import type { OpenSecret } from '../../lib/sealed/index.ts';
import { currentTrace, traced } from '../../lib/trace/index.ts';
import type { DeploymentReports } from '../deployments/index.ts';
import { type Announcement, announce, type ReleaseOutcome } from '../pipeline/announce.ts';
import { desiredFromRelease, scopeOf } from '../pipeline/desired.ts';
import { releaseAttributes } from '../pipeline/release-attributes.ts';
import { ReleaseProgress } from '../pipeline/release-progress.ts';
import { Corrections } from './corrections.ts';
import type { ReleaseFailure } from './failed-release.ts';
import { type AgentLog, describe, logEvent } from './log.ts';
import type { EndedRun } from './release-runs.ts';
import { Views } from './views.ts';
import { Wake } from './wake.ts';

export interface KeeperOptions {
  readonly client: KubeClient;
  readonly log: AgentLog;
  /** Milliseconds that one object may take to become ready before it is reported. */
  readonly timeoutMs: number;
  /** Milliseconds that it may stand still on its way there; as applying has it when absent. */
  readonly noProgressTimeoutMs?: number;
  /** How many objects of an application may be deleted at once; what is not said here the program says. */
  readonly limits: DeleteLimits;
  /** Milliseconds after which everything is planned again by lists, whatever the watches said. */
  readonly auditMs: number;
  /** Opens sealed Secrets. */
  readonly openSecret: OpenSecret;
  /** Told of a release that could not be applied, or did not get ready, where another one was there before. */
  readonly onFailed: (failure: ReleaseFailure) => void;
  /** Tells the forge how releases go; nobody does when absent. */
  readonly reports?: DeploymentReports;
  /** Told of each run that had something to do, or was the first of its release. */
  readonly onEnded: (commit: string, ended: EndedRun) => void;
}

const LONGEST_PAUSE_MS = 60_000;

type Carried = ApplyResult & { readonly writtenMs: number; readonly news: readonly ApplicationNews[] };

type RunEnd = Pick<EndedRun, 'outcome'> & {
  readonly plan: string;
  readonly changed?: number;
  readonly approvals?: ApplyResult['approvals'];
  readonly errors: readonly { readonly code: string; readonly key?: ObjectKey | undefined }[];
};

type LiveSource = 'watches' | 'lists';
type Outcome = 'applied' | 'refused' | 'interrupted' | 'in part';

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #released = new Wake();
  readonly #corrections: Corrections;
  readonly #views: Views;
  #release: RenderedRelease | undefined;
  /** Finds out what that release brought. */
  #work: Announcement['work'];
  /** The release that the cluster has, once all of it was applied. */
  #applied: string | undefined;
  /** The edges of that release, by which objects are deleted that the next one no longer has. */
  #appliedEdges: readonly DependencyEdge[] = [];
  /** The applications that the cluster is held to: those of the newest release that no guard refused. */
  #held: readonly DesiredApplication[] = [];
  #run: AbortController | undefined;
  /** The release that others were told of last, and what became of it. */
  #told: string | undefined;
  /** The release of which the forge was told last that it is ready. */
  #reportedReady: string | undefined;
  /** The run that was told last, and the release that was last told to be applied. */
  #toldRun: string | undefined;
  #appliedRun: string | undefined;
  /** Digest of the plan that a guard refused last, so that it is told once. */
  #refused: string | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#corrections = new Corrections(options);
    this.#views = new Views(options, {
      onUnsettled: (name) => this.#suspect(name),
      onSeen: () => this.#checkUnsettled(),
    });
  }

  /** Whether the cluster has the newest release. */
  get isInStep(): boolean {
    return this.#release !== undefined && this.#applied === this.#release.commit && this.#corrections.isIdle;
  }

  /** A newer release takes the place of the one that is being applied: what is in flight is finished, the rest dropped. */
  keep(release: RenderedRelease, work?: Announcement['work']): void {
    this.#release = release;
    this.#work = work;
    // It is told and not refused: what the cluster has had the exception as well.
    for (const error of recordedErrors(release.policies, [], Date.now()).ended) {
      this.#options.log.warn(
        { release: release.commit, error: describe(error) },
        'an exception of the release has ended',
      );
    }
    this.#run?.abort();
    this.#released.wake();
  }

  /** Another plan of the newest release was approved, in place of the one that did not come out. */
  approve(commit: string, approved: ApprovedRelease): void {
    if (this.#release?.commit !== commit) return;
    this.#release = { ...this.#release, approved };
    this.#released.wake();
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const held = () => {
      const view = this.#views.current;
      return view && this.#release && { view, scope: scopeOf(desiredFromRelease(this.#release)) };
    };
    await Promise.all([this.#keepReleases(signal), this.#corrections.run(held, signal)]);
    this.#views.close();
  }

  async #keepReleases(signal: AbortSignal): Promise<void> {
    const { log, auditMs } = this.#options;
    let failures = 0;
    let auditAt = Number.POSITIVE_INFINITY;
    let mustList = false;
    while (!signal.aborted) {
      const release = this.#release;
      const isAudit = performance.now() >= auditAt;
      if (release && (release.commit !== this.#applied || isAudit)) {
        try {
          const source: LiveSource = mustList || isAudit ? 'lists' : 'watches';
          const attributes = releaseAttributes(desiredFromRelease(release));
          const trace = await currentTrace();
          const outcome: Outcome = await traced(trace, 'truekeel.release', attributes, () =>
            this.#apply(release, source, signal),
          );
          failures = outcome === 'applied' ? 0 : failures + 1;
          // What did not go as the watches made it seem is looked at afresh.
          mustList = outcome === 'in part';
        } catch (error) {
          failures++;
          mustList = true;
          const data = { rendered: release.commit, error: describe(error), failures };
          if (!signal.aborted) log.error(data, 'the release was not applied');
        }
        auditAt = performance.now() + auditMs;
      }
      const pause = failures === 0 ? auditMs : Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures);
      await this.#released.wait(pause, signal);
    }
  }

  async #apply(release: RenderedRelease, source: LiveSource, signal: AbortSignal): Promise<Outcome> {
    const { applications } = release;
    const started = performance.now();
    this.#run = new AbortController();
    const stop = AbortSignal.any([signal, this.#run.signal]);
    const view = this.#views.of(release, signal);
    const plan = await this.#plan(release, view, source, stop);
    for (const error of plan.errors)
      this.#options.log.error({ error: error.toJSON() }, 'an object cannot be planned');
    if (plan.refusals.length > 0) {
      this.#tellRefusal(release, plan);
      this.#announce(release, 'refused', [], signal);
      this.#reportRefusal(release, plan.refusals[0]!.code);
      this.#tellEnd(release, { outcome: 'refused', plan: plan.digest, errors: plan.refusals }, started);
      this.#hold(view, this.#held);
      return 'refused';
    }
    if (!this.#isApproved(release, plan)) {
      const errors = [{ code: 'PLAN_CHANGED' }];
      this.#tellEnd(release, { outcome: 'refused', plan: plan.digest, errors }, started);
      this.#hold(view, this.#held);
      return 'refused';
    }
    this.#held = applications;
    view.accept(plan.changes);
    const result = await this.#carryOut(plan, release, view, stop, started);
    forgetContent(plan.changes.flatMap(({ desired }) => desired ?? []));
    const changed = countDone(result);
    const { errors, approvals } = result;
    const ended = { plan: plan.digest, changed, errors, approvals };
    if (result.interrupted) {
      if (changed > 0) this.#tellEnd(release, { outcome: 'interrupted', ...ended }, started);
      return 'interrupted';
    }
    this.#tellEnd(release, { outcome: result.errors.length > 0 ? 'failed' : 'applied', ...ended }, started);
    this.#announce(release, result.errors.length > 0 ? 'failed' : 'applied', result.news, signal);
    this.#reportResult(release, result.news);
    const outcome = this.#tellResult(release, result, started);
    this.#tellFailure(release, result);
    // The release may have brought kinds that were not served before.
    await view.follow();
    this.#checkUnsettled();
    return outcome;
  }

  /** @throws KubeError, TruekeelError as planning does; the cluster is held to what it was held to then */
  async #plan(
    release: RenderedRelease,
    view: ClusterView,
    source: LiveSource,
    signal: AbortSignal,
  ): Promise<Plan> {
    const { client, openSecret, limits } = this.#options;
    const { applications } = release;
    this.#corrections.forget();
    view.expect(applications);
    try {
      await view.follow();
      await view.whenRead(signal);
      return await planApplications({
        client,
        applications,
        scope: scopeOf(desiredFromRelease(release)),
        options: { formerEdges: async () => this.#appliedEdges, openSecret, limits },
        ...(source === 'watches' && { live: view }),
      });
    } catch (error) {
      this.#hold(view, this.#held);
      throw error;
    }
  }

  #hold(view: ClusterView, applications: readonly DesiredApplication[]): void {
    view.expect(applications);
    this.#checkUnsettled();
  }

  async #carryOut(
    plan: Plan,
    release: RenderedRelease,
    view: ClusterView,
    signal: AbortSignal,
    started: number,
  ): Promise<Carried> {
    const { client, log, timeoutMs, noProgressTimeoutMs, openSecret } = this.#options;
    const { applications } = release;
    const desired = desiredFromRelease(release);
    const progress = new ReleaseProgress(applications, () =>
      this.#options.reports?.tell(desired, { state: 'applied', waitsFor: 'readiness' }),
    );
    let writtenMs = 0;
    let result: ApplyResult | undefined;
    const { approved } = desired;
    const options = {
      timeoutMs,
      ...(noProgressTimeoutMs !== undefined && { noProgressTimeoutMs }),
      signal,
      openSecret,
      ...(approved && { approvedRelease: approved }),
    };
    for await (const event of applyPlan({ client, plan, applications, options })) {
      logEvent(log, event);
      progress.see(event);
      if (event.type === 'written') {
        writtenMs = performance.now() - started;
        if (event.live) view.wrote(event.live);
      }
      if (event.type === 'finished') result = event.result;
    }
    if (!result) throw new Error('the run ended without a result');
    return { ...result, writtenMs, news: progress.news(result.errors) };
  }

  #tellResult(
    release: RenderedRelease,
    { actions, errors, requests, writtenMs }: Carried,
    started: number,
  ): Outcome {
    const { log } = this.#options;
    const data = {
      rendered: release.commit,
      source: release.source.commit,
      actions,
      errors: errors.length,
      requests: requests.total,
      appliedMs: Math.round(writtenMs),
      readyMs: Math.round(performance.now() - started),
    };
    if (errors.length > 0) {
      log.error(data, 'applied in part');
      return 'in part';
    }
    log.info(data, 'applied');
    this.#applied = release.commit;
    this.#appliedEdges = release.applications.flatMap(({ edges }) => edges);
    return 'applied';
  }

  /** A release that was applied once is none that failed, whatever goes wrong later. Without one before it, as after a
   * restart, it is not known whether it was. */
  #tellFailure({ commit, applications }: RenderedRelease, { errors }: ApplyResult): void {
    const applied = this.#applied;
    if (errors.length === 0 || applied === undefined || applied === commit) return;
    this.#options.onFailed({ commit, applications, errors, applied });
  }

  /** A try that ends as the one before, or an audit that finds nothing to do, is no news. */
  #tellEnd(
    { commit }: RenderedRelease,
    { outcome, plan, changed = 0, errors, approvals = [] }: RunEnd,
    started: number,
  ): void {
    const codes = errors.map(({ code, key }) => `${code} ${key ? formatKey(key) : ''}`);
    const told = [commit, outcome, plan, ...codes].join('\n');
    const isIdle = outcome === 'applied' && changed === 0 && this.#appliedRun === commit;
    if (outcome === 'applied') this.#appliedRun = commit;
    if (isIdle || (outcome !== 'applied' && told === this.#toldRun)) return;
    this.#toldRun = told;
    this.#options.onEnded(commit, {
      outcome,
      plan,
      changed,
      cluster: this.#options.client.server,
      durationMs: performance.now() - started,
      errors: errors.map(({ code, key }) => ({ code, ...(key && { key: formatKey(key) }) })),
      approvals: approvals.map(({ code, by }) => ({ code, by })),
    });
  }

  /** Whether the plan is the one that was approved with the release; if not, that is told once. */
  #isApproved(release: RenderedRelease, plan: Plan): boolean {
    const { approved } = desiredFromRelease(release);
    try {
      checkApprovedRelease(plan, approved ? { approvedRelease: approved } : {});
      return true;
    } catch (error) {
      if (!(error instanceof TruekeelError)) throw error;
      if (this.#refused !== plan.digest) {
        const data = { rendered: release.commit, error: describe(error), planDigest: plan.digest };
        this.#options.log.error(data, 'another outcome was approved for this release; nothing was written');
        this.#reportRefusal(release, error.code);
      }
      this.#refused = plan.digest;
      return false;
    }
  }

  /** In the background: a sink that is away holds up nothing. A try that ends as the one before is no news. */
  #announce(
    release: RenderedRelease,
    outcome: ReleaseOutcome,
    applications: readonly ApplicationNews[],
    signal: AbortSignal,
  ): void {
    const told = `${release.commit} ${outcome}`;
    if (told === this.#told || (outcome !== 'refused' && applications.length === 0)) return;
    this.#told = told;
    const { client, log } = this.#options;
    const desired = desiredFromRelease(release);
    const work = release === this.#release ? this.#work : undefined;
    void announce({ client, desired, outcome, applications, work, signal }).then((undelivered) => {
      for (const data of undelivered) log.warn(data, 'a notification was not delivered');
    });
  }

  #reportRefusal(release: RenderedRelease, code: string): void {
    this.#options.reports?.tell(desiredFromRelease(release), { state: 'refused', code });
  }

  /** In the background, as the forge is. */
  #reportResult(release: RenderedRelease, news: readonly ApplicationNews[]): void {
    const { client, reports } = this.#options;
    // One that was ready once is not told of again, whatever goes wrong later.
    if (!reports || this.#reportedReady === release.commit) return;
    void reports.finished(desiredFromRelease(release), { client, news, waited: true }).then((isReady) => {
      if (isReady) this.#reportedReady = release.commit;
    });
  }

  #tellRefusal(release: RenderedRelease, { digest, refusals }: Plan): void {
    if (this.#refused === digest) return;
    this.#refused = digest;
    const told = refusals.map(({ code, message, keys }) => ({ code, message, keys: keys.map(formatKey) }));
    const data = { rendered: release.commit, refusals: told, planDigest: digest };
    this.#options.log.error(data, 'a guard refuses this release; nothing was written');
  }

  #suspect(name: string): void {
    if (this.#views.current?.expected(name)?.desired.settings.drift !== 'ignore')
      this.#corrections.suspect(name);
  }

  /** Looks at objects of which the watches alone cannot say whether they are as they shall be. While a release is being
   * applied that is its business. */
  #checkUnsettled(): void {
    const view = this.#views.current;
    const isBetweenReleases = this.#release !== undefined && this.#applied === this.#release.commit;
    if (view?.isComplete && isBetweenReleases) this.#corrections.check(view.unsettled);
  }
}

function countDone({ actions: { none: _, ...done } }: ApplyResult): number {
  return Object.values(done).reduce((sum, count) => sum + count, 0);
}
