/** The cluster side of the agent: brings the cluster to the newest release, then holds it there. An object that is no longer
 * as we left it is planned and applied again at once, by itself. */
import { applyPlan } from '../../lib/apply/index.ts';
import type { RenderedRelease } from '../../lib/branch/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import { type DependencyEdge, formatKey } from '../../lib/objects/index.ts';
import { describeOpponents, Fights } from '../../lib/observe/index.ts';
import { type Plan, planApplications } from '../../lib/plan/index.ts';
import { desiredFromRelease, scopeOf } from '../pipeline/desired.ts';
import { DriftWatch } from './drift-watch.ts';
import { type AgentLog, describe, logEvent } from './log.ts';
import { narrowed } from './owned.ts';
import { Wake } from './wake.ts';

export interface KeeperOptions {
  readonly client: KubeClient;
  readonly log: AgentLog;
  /** Milliseconds that one object may take to become ready before it is reported. */
  readonly timeoutMs: number;
  /** Milliseconds after which everything is planned again, whatever the watches said. */
  readonly auditMs: number;
}

const LONGEST_PAUSE_MS = 60_000;

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #released = new Wake();
  readonly #drifted = new Wake();
  /** Objects that are not as we left them, with the moment at which that was seen. */
  readonly #suspects = new Map<string, number>();
  readonly #fights = new Fights();
  #watch: DriftWatch | undefined;
  #release: RenderedRelease | undefined;
  /** The release that the cluster has, once all of it was applied. */
  #applied: string | undefined;
  /** The edges of that release, by which objects are deleted that the next one no longer has. */
  #appliedEdges: readonly DependencyEdge[] = [];
  #run: AbortController | undefined;
  /** Digest of the plan that a guard refused last, so that it is told once. */
  #refused: string | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Whether the cluster has the newest release. */
  get isInStep(): boolean {
    return this.#release !== undefined && this.#applied === this.#release.commit && this.#suspects.size === 0;
  }

  /** A newer release takes the place of the one that is being applied: what is in flight is finished, the rest dropped. */
  keep(release: RenderedRelease): void {
    this.#release = release;
    this.#run?.abort();
    this.#released.wake();
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.#watch = new DriftWatch({ ...this.#options, onDrift: (name) => this.#suspect(name) }, signal);
    await Promise.all([this.#keepReleases(signal), this.#keepObjects(this.#watch, signal)]);
    this.#watch.close();
  }

  async #keepReleases(signal: AbortSignal): Promise<void> {
    const { log, auditMs } = this.#options;
    let failures = 0;
    let auditAt = Number.POSITIVE_INFINITY;
    while (!signal.aborted) {
      const release = this.#release;
      if (release && (release.commit !== this.#applied || performance.now() >= auditAt)) {
        try {
          failures = (await this.#apply(release, signal)) ? 0 : failures + 1;
        } catch (error) {
          failures++;
          const data = { rendered: release.commit, error: describe(error), failures };
          if (!signal.aborted) log.error(data, 'the release was not applied');
        }
        auditAt = performance.now() + auditMs;
      }
      const pause = failures === 0 ? auditMs : Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures);
      await this.#released.wait(pause, signal);
    }
  }

  /** @returns whether all of the release was applied */
  async #apply(release: RenderedRelease, signal: AbortSignal): Promise<boolean> {
    const { client, log, timeoutMs } = this.#options;
    const { applications } = release;
    const started = performance.now();
    this.#run = new AbortController();
    const stop = AbortSignal.any([signal, this.#run.signal]);
    const plan = await planApplications({
      client,
      applications,
      scope: scopeOf(desiredFromRelease(release)),
      options: { formerEdges: async () => this.#appliedEdges },
    });
    for (const error of plan.errors) log.error({ error: error.toJSON() }, 'an object cannot be planned');
    if (plan.refusals.length > 0) {
      this.#tellRefusal(release, plan);
      return false;
    }
    this.#suspects.clear();
    await this.#watch?.expect(applications);
    this.#watch?.trust(plan.changes.filter(({ action }) => action === 'none'));
    let written = started;
    for await (const event of applyPlan({
      client,
      plan,
      applications,
      options: { timeoutMs, signal: stop },
    })) {
      logEvent(log, event);
      if (event.type === 'written') {
        written = performance.now();
        if (event.live) this.#watch?.wrote(event.live, formatKey(event.key));
      }
      if (event.type !== 'finished') continue;
      const { actions, errors, interrupted, requests } = event.result;
      if (interrupted) return false;
      const data = {
        rendered: release.commit,
        source: release.source.commit,
        actions,
        errors: errors.length,
        requests: requests.total,
        appliedMs: Math.round(written - started),
        readyMs: Math.round(performance.now() - started),
      };
      if (errors.length > 0) {
        log.error(data, 'applied in part');
        return false;
      }
      log.info(data, 'applied');
      this.#applied = release.commit;
      this.#appliedEdges = applications.flatMap(({ edges }) => edges);
    }
    return true;
  }

  #tellRefusal(release: RenderedRelease, { digest, refusals }: Plan): void {
    if (this.#refused === digest) return;
    this.#refused = digest;
    const told = refusals.map(({ code, message, keys }) => ({ code, message, keys: keys.map(formatKey) }));
    const data = { rendered: release.commit, refusals: told, planDigest: digest };
    this.#options.log.error(data, 'a guard refuses this release; nothing was written');
  }

  #suspect(name: string): void {
    if (this.#suspects.has(name)) return;
    const now = performance.now();
    const fight = this.#fights.over(name, now);
    const delay = fight?.pauseMs ?? 0;
    if (fight) {
      const who = describeOpponents(fight);
      const data = { object: name, ...fight };
      this.#options.log.warn(data, `${who} rewrites this object again and again; correcting it more slowly`);
    }
    const due = (): void => {
      this.#suspects.set(name, now);
      this.#drifted.wake();
    };
    if (delay === 0) due();
    else setTimeout(due, delay).unref();
  }

  /** Plans and applies what differs again, as it is seen. */
  async #keepObjects(watch: DriftWatch, signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const pause =
        failures === 0 ? Number.POSITIVE_INFINITY : Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures);
      await this.#drifted.wait(pause, signal);
      // Taken out before, so that what differs again meanwhile is seen.
      const suspects = new Map(this.#suspects);
      this.#suspects.clear();
      if (suspects.size === 0 || signal.aborted || !this.#release) continue;
      try {
        await this.#correct(watch, suspects, this.#release, signal);
        failures = 0;
      } catch (error) {
        failures++;
        for (const [name, at] of suspects) this.#suspects.set(name, at);
        if (!signal.aborted) log.error({ error: describe(error), failures }, 'drift was not corrected');
      }
    }
  }

  async #correct(
    watch: DriftWatch,
    suspects: ReadonlyMap<string, number>,
    release: RenderedRelease,
    signal: AbortSignal,
  ): Promise<void> {
    const { client, log } = this.#options;
    const applications = narrowed([...suspects.keys()].flatMap((name) => watch.owned(name) ?? []));
    const scope = scopeOf(desiredFromRelease(release));
    const plan = await planApplications({ client, applications, scope, options: { prune: false } });
    const drifted = plan.changes.filter(
      ({ action, key }) => action !== 'none' && suspects.has(formatKey(key)),
    );
    for (const { key, because, changes } of drifted) {
      const fields = changes.map(({ path, manager }) => ({
        path,
        ...(manager !== undefined && { by: manager }),
      }));
      log.warn({ object: formatKey(key), because, fields }, 'drift: the object is not as it was applied');
      const managers = changes.flatMap(({ manager }) => manager ?? []);
      this.#fights.corrected(formatKey(key), managers, performance.now());
    }
    const toCorrect = new Set(
      drifted.filter(({ key }) => watch.owned(formatKey(key))?.object.settings.drift === 'correct'),
    );
    watch.trust(plan.changes.filter((change) => !toCorrect.has(change)));
    const corrections = { ...plan, changes: plan.changes.filter((change) => toCorrect.has(change)) };
    if (toCorrect.size === 0) return;
    for await (const event of applyPlan({
      client,
      plan: corrections,
      applications,
      options: { wait: false, signal },
    })) {
      logEvent(log, event);
      if (event.type === 'written') {
        const name = formatKey(event.key);
        if (event.live) watch.wrote(event.live, name);
        const ms = Math.round((performance.now() - (suspects.get(name) ?? 0)) * 10) / 10;
        log.info({ object: name, ms }, 'healed');
      }
      const failed = event.type === 'finished' ? event.result.errors[0] : undefined;
      if (failed) throw failed;
    }
  }
}
