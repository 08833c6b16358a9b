/** Holds objects as they were applied: what somebody changed or deleted is planned and applied again at once, by itself. */
import { applyPlan } from '../../lib/apply/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import { formatKey } from '../../lib/objects/index.ts';
import { type ClusterView, describeOpponents, Fights } from '../../lib/observe/index.ts';
import { forgetContent, type PlannedChange, planApplications } from '../../lib/plan/index.ts';
import type { OpenSecret } from '../../lib/sealed/index.ts';
import { type AgentLog, describe, logEvent } from './log.ts';
import { narrowed } from './owned.ts';
import { Wake } from './wake.ts';

export interface CorrectionOptions {
  readonly client: KubeClient;
  readonly log: AgentLog;
  /** Opens sealed Secrets. */
  readonly openSecret: OpenSecret;
}

/** Where the objects are, and which environment they are of. */
export interface HeldCluster {
  readonly view: ClusterView;
  readonly scope: { readonly environment?: string; readonly project?: string };
}

const LONGEST_PAUSE_MS = 60_000;

export class Corrections {
  readonly #options: CorrectionOptions;
  readonly #woken = new Wake();
  readonly #fights = new Fights();
  /** Objects that are not as they were applied, with the moment at which that was seen. */
  readonly #suspects = new Map<string, number>();

  constructor(options: CorrectionOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return this.#suspects.size === 0;
  }

  /** Somebody changed an object, or deleted it. */
  suspect(name: string): void {
    if (this.#suspects.has(name)) return;
    const now = performance.now();
    const fight = this.#fights.over(name, now);
    if (!fight) {
      this.#add(name, now);
      return;
    }
    const who = describeOpponents(fight);
    const data = { object: name, ...fight };
    this.#options.log.warn(data, `${who} rewrites this object again and again; correcting it more slowly`);
    setTimeout(() => this.#add(name, now), fight.pauseMs).unref();
  }

  /** Objects of which it is not known whether they are as they shall be. */
  check(names: Iterable<string>): void {
    const now = performance.now();
    for (const name of names) if (!this.#suspects.has(name)) this.#add(name, now);
  }

  /** Somebody else deals with all that was seen so far. */
  forget(): void {
    this.#suspects.clear();
  }

  /** Works until the signal aborts.
   * @param held undefined as long as there is nothing to hold */
  async run(held: () => HeldCluster | undefined, signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const pause =
        failures === 0 ? Number.POSITIVE_INFINITY : Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures);
      await this.#woken.wait(pause, signal);
      const cluster = held();
      // Taken out before, so that what differs again meanwhile is seen.
      const suspects = new Map(this.#suspects);
      this.#suspects.clear();
      if (suspects.size === 0 || signal.aborted || !cluster) continue;
      try {
        await this.#correct(cluster, suspects, failures === 0 ? 'not drift' : 'every change', signal);
        failures = 0;
      } catch (error) {
        failures++;
        for (const [name, at] of suspects) this.#suspects.set(name, at);
        if (!signal.aborted) log.error({ error: describe(error), failures }, 'drift was not corrected');
      }
    }
  }

  #add(name: string, since: number): void {
    this.#suspects.set(name, since);
    this.#woken.wake();
  }

  async #correct(
    { view, scope }: HeldCluster,
    suspects: ReadonlyMap<string, number>,
    tried: 'every change' | 'not drift',
    signal: AbortSignal,
  ): Promise<void> {
    const { client, log, openSecret } = this.#options;
    // Whether a hook runs is decided with a release, not in between.
    const chosen = [...suspects.keys()].filter(
      (name) => view.unsettled.has(name) && !view.expected(name)?.desired.hook,
    );
    const applications = narrowed(chosen.flatMap((name) => view.expected(name) ?? []));
    if (applications.length === 0) return;
    const plan = await planApplications({
      client,
      applications,
      scope,
      live: view.only,
      options: { prune: false, tried, openSecret },
    });
    const named = new Set(chosen);
    const looked = plan.changes.filter(({ key }) => named.has(formatKey(key)));
    for (const change of looked) this.#tell(change);
    view.accept(looked);
    const corrections = looked.filter(
      ({ action, desired }) => action !== 'none' && desired?.settings.drift === 'correct',
    );
    const [unplanned] = plan.errors;
    if (unplanned && corrections.length === 0) throw unplanned;
    if (corrections.length === 0) return;
    for await (const event of applyPlan({
      client,
      plan: { ...plan, changes: corrections },
      applications,
      options: { wait: false, signal, openSecret },
    })) {
      logEvent(log, event);
      if (event.type === 'written') {
        if (event.live) view.wrote(event.live);
        const object = formatKey(event.key);
        const ms = Math.round((performance.now() - (suspects.get(object) ?? 0)) * 10) / 10;
        log.info({ object, ms }, 'healed');
      }
      const failed = event.type === 'finished' ? event.result.errors[0] : undefined;
      if (failed) throw failed;
    }
    forgetContent(corrections.flatMap(({ desired }) => desired ?? []));
  }

  #tell({ key, action, because, changes }: PlannedChange): void {
    if (action === 'none' && !because.startsWith('drift')) return;
    const fields = changes.map(({ path, manager }) => ({
      path,
      ...(manager !== undefined && { by: manager }),
    }));
    this.#options.log.warn(
      { object: formatKey(key), because, fields },
      'drift: the object is not as it was applied',
    );
    const managers = changes.flatMap(({ manager }) => manager ?? []);
    if (action !== 'none') this.#fights.corrected(formatKey(key), managers, performance.now());
  }
}
