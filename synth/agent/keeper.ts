/** The cluster side of the agent: brings the cluster to the newest release, then holds it there. One metadata watch a
 * kind; an object that is no longer as we left it is planned and applied again at once, by itself. */
import { type ApplyEvent, applyPlan } from '../../lib/apply/index.ts';
import type { RenderedRelease } from '../../lib/branch/index.ts';
import type { InformerScope, KubeClient } from '../../lib/kube/index.ts';
import {
  type DesiredApplication,
  type DesiredObject,
  formatKey,
  Label,
  type ObjectKey,
  parseApiVersion,
  TruekeelError,
} from '../../lib/objects/index.ts';
import { type Baseline, baselineOf, detectDrift, type Follower, follow } from '../../lib/observe/index.ts';
import { type Plan, planApplications } from '../../lib/plan/index.ts';
import { desiredFromRelease, scopeOf } from '../pipeline/desired.ts';
import type { AgentLog } from './log.ts';
import { describe } from './source.ts';
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

interface Owned {
  readonly application: DesiredApplication;
  readonly object: DesiredObject;
}

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #wake = new Wake();
  /** How each object looked when we had written it. */
  readonly #baselines = new Map<string, Baseline>();
  /** Objects to be looked at, with the moment at which they were seen to differ. */
  readonly #suspects = new Map<string, number>();
  #owned: ReadonlyMap<string, Owned> = new Map();
  #release: RenderedRelease | undefined;
  /** The release that the cluster has, once it was applied without an error. */
  #applied: string | undefined;
  #run: AbortController | undefined;
  #follower: Follower | undefined;

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
    this.#wake.wake();
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, auditMs } = this.#options;
    let failures = 0;
    let auditAt = Number.POSITIVE_INFINITY;
    const healing = this.#heal(signal);
    while (!signal.aborted) {
      const release = this.#release;
      if (release && (release.commit !== this.#applied || performance.now() >= auditAt)) {
        try {
          const done = await this.#apply(release, signal);
          failures = done ? 0 : failures + 1;
        } catch (error) {
          failures++;
          if (!signal.aborted)
            log.error(
              { rendered: release.commit, error: describe(error), failures },
              'the release was not applied',
            );
        }
        auditAt = performance.now() + auditMs;
      }
      const pause = failures === 0 ? auditMs : Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures);
      await this.#wake.wait(pause, signal);
    }
    this.#follower?.close();
    this.#drifted.wake();
    await healing;
  }

  /** @returns whether everything of the release was applied */
  async #apply(release: RenderedRelease, signal: AbortSignal): Promise<boolean> {
    const { client, log, timeoutMs } = this.#options;
    const { applications } = release;
    const scope = scopeOf(desiredFromRelease(release));
    const started = performance.now();
    const run = new AbortController();
    this.#run = run;
    this.#owned = ownedOf(applications);
    this.#suspects.clear();
    const plan = await planApplications({ client, applications, scope });
    for (const error of plan.errors) log.error({ error: error.toJSON() }, 'an object cannot be planned');
    if (plan.refusals.length > 0) {
      const refusals = plan.refusals.map(({ code, message, keys }) => ({
        code,
        message,
        keys: keys.map(formatKey),
      }));
      log.error(
        { rendered: release.commit, refusals, planDigest: plan.digest },
        'a guard refuses this release; nothing was written',
      );
      return false;
    }
    this.#trustUnchanged(plan);
    this.#watch(release, signal);
    const events = applyPlan({
      client,
      plan,
      applications,
      options: { timeoutMs, signal: AbortSignal.any([signal, run.signal]) },
    });
    let written = started;
    for await (const event of events) {
      if (event.type === 'written') written = performance.now();
      this.#note(event);
      if (event.type !== 'finished') continue;
      const { actions, errors, interrupted, requests } = event.result;
      if (interrupted) return false;
      const done = errors.length === 0;
      log[done ? 'info' : 'error'](
        {
          rendered: release.commit,
          source: release.source.commit,
          actions,
          errors: errors.length,
          requests: requests.total,
          appliedMs: Math.round(written - started),
          readyMs: Math.round(performance.now() - started),
        },
        done ? 'applied' : 'applied in part',
      );
      if (done) this.#applied = release.commit;
      return done;
    }
    return false;
  }

  /** What the plan found to be as it shall be is as we left it, provided that it has not moved since. */
  #trustUnchanged(plan: Plan): void {
    for (const { key, action, live } of plan.changes) {
      if (action === 'none' && live) this.#trusted.set(formatKey(key), live.resourceVersion);
    }
  }
  readonly #trusted = new Map<string, string>();

  /** Logs an event and remembers what our own writes left behind. */
  #note(event: ApplyEvent): void {
    const { log } = this.#options;
    switch (event.type) {
      case 'written': {
        const key = formatKey(event.key);
        const baseline = event.live && baselineOf(event.live);
        if (baseline) this.#baselines.set(key, baseline);
        this.#trusted.delete(key);
        log.info(
          { object: key, application: event.application, ms: Math.round(event.durationMs) },
          WORD[event.action],
        );
        break;
      }
      case 'conflict': {
        const { path, manager, resolution } = event.conflict;
        log.warn(
          { object: formatKey(event.key), path, manager, resolution },
          'a field is held by somebody else',
        );
        break;
      }
      case 'waiting':
        log.debug({ object: formatKey(event.key), reason: event.reason }, 'waiting');
        break;
      case 'failed':
        log.error({ object: formatKey(event.key), error: event.error.toJSON() }, 'failed');
        break;
      case 'skipped':
        log.warn({ object: formatKey(event.key), because: event.because }, 'skipped');
        break;
    }
  }

  /** Follows the kinds of the release that are not followed yet. */
  #watch(release: RenderedRelease, signal: AbortSignal): void {
    if (!this.#follower) {
      this.#follower = follow(this.#options.client, [], { signal });
      void this.#observe(this.#follower, signal);
    }
    void this.#addScopes(this.#follower, release);
  }

  async #addScopes(follower: Follower, { applications }: RenderedRelease): Promise<void> {
    const { client, log } = this.#options;
    const kinds = new Map(
      applications.flatMap(({ objects }) =>
        objects.map(({ apiVersion, key }) => [
          `${key.kind}.${key.group}`,
          { ...parseApiVersion(apiVersion), kind: key.kind },
        ]),
      ),
    );
    for (const kind of kinds.values()) {
      try {
        const scope: InformerScope = {
          resource: await client.resource(kind),
          labelSelector: Label.application,
        };
        follower.add(scope);
      } catch (error) {
        // A kind whose definition is applied by this release: followed from the next audit on.
        log.debug({ kind: kind.kind, error: describe(error) }, 'not followed yet');
      }
    }
  }

  async #observe(follower: Follower, signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    try {
      for await (const event of follower) {
        if (event.type === 'observed')
          this.#compare(event.observation.key, event.live.metadata.resourceVersion, event.live);
        else if (event.type === 'removed') this.#suspect(event.key);
        else if (event.type === 'lost')
          log.warn(
            { kind: event.scope.resource.kind, error: describe(event.error) },
            'the watch is lost; trying again',
          );
        else if (event.type === 'recovered')
          log.info({ kind: event.scope.resource.kind }, 'the watch is back');
        else if (event.type === 'failed')
          log.error(
            { kind: event.scope.resource.kind, error: describe(event.error) },
            'this kind cannot be watched',
          );
      }
    } catch (error) {
      if (!signal.aborted) log.error({ error: describe(error) }, 'the watches ended');
    }
  }

  #compare(
    key: ObjectKey,
    resourceVersion: string | undefined,
    live: Parameters<typeof baselineOf>[0],
  ): void {
    const name = formatKey(key);
    const owned = this.#owned.get(name);
    if (!owned || owned.object.settings.drift === 'ignore') return;
    if (this.#trusted.get(name) === resourceVersion && resourceVersion !== undefined) {
      const baseline = baselineOf(live);
      if (baseline) this.#baselines.set(name, baseline);
      this.#trusted.delete(name);
    }
    const baseline = this.#baselines.get(name);
    // Not written in this run yet: whoever applies the release deals with it.
    if (!baseline || baseline.digest !== owned.object.digest) return;
    const drift = detectDrift(owned.object, live, baseline);
    if (drift.state === 'drifted' || drift.state === 'changed') this.#suspect(key);
  }

  #suspect(key: ObjectKey): void {
    const name = formatKey(key);
    if (!this.#owned.has(name) || !this.#baselines.has(name)) return;
    this.#suspects.set(name, performance.now());
    this.#drifted.wake();
  }
  readonly #drifted = new Wake();

  /** Plans and applies again what differs, as it is seen. */
  async #heal(signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      await this.#drifted.wait(
        failures === 0 ? Number.POSITIVE_INFINITY : Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures),
        signal,
      );
      const suspects = new Map(this.#suspects);
      this.#suspects.clear();
      if (suspects.size === 0 || signal.aborted || !this.#release) continue;
      try {
        await this.#repair(suspects, this.#release, signal);
        failures = 0;
      } catch (error) {
        failures++;
        for (const [name, at] of suspects) this.#suspects.set(name, at);
        if (!signal.aborted) log.error({ error: describe(error), failures }, 'drift was not corrected');
      }
    }
  }

  async #repair(
    suspects: ReadonlyMap<string, number>,
    release: RenderedRelease,
    signal: AbortSignal,
  ): Promise<void> {
    const { client, log } = this.#options;
    const applications = narrowed(this.#owned, new Set(suspects.keys()));
    const plan = await planApplications({
      client,
      applications,
      scope: scopeOf(desiredFromRelease(release)),
      options: { prune: false },
    });
    const reported = new Set<string>();
    for (const { key, action, because, changes } of plan.changes) {
      const name = formatKey(key);
      if (action === 'none' || !suspects.has(name)) continue;
      const fields = changes.map(({ path, manager }) => ({
        path,
        ...(manager !== undefined && { by: manager }),
      }));
      log.warn({ object: name, because, fields }, 'drift: the object is not as it was applied');
      if (this.#owned.get(name)?.object.settings.drift === 'report') reported.add(name);
    }
    const corrected = { ...plan, changes: plan.changes.filter(({ key }) => !reported.has(formatKey(key))) };
    this.#trustUnchanged(corrected);
    for await (const event of applyPlan({
      client,
      plan: corrected,
      applications,
      options: { wait: false, signal },
    })) {
      this.#note(event);
      if (event.type === 'written') {
        const name = formatKey(event.key);
        log.info(
          { object: name, ms: Math.round((performance.now() - (suspects.get(name) ?? 0)) * 10) / 10 },
          'healed',
        );
      }
      const failed = event.type === 'finished' ? event.result.errors[0] : undefined;
      if (failed) throw failed;
    }
  }
}

const WORD = {
  create: 'created',
  change: 'changed',
  replace: 'replaced',
  delete: 'deleted',
  adopt: 'adopted',
  detach: 'detached',
  none: 'unchanged',
} as const;

function ownedOf(applications: readonly DesiredApplication[]): ReadonlyMap<string, Owned> {
  return new Map(
    applications.flatMap((application) =>
      application.objects.map((object) => [formatKey(object.key), { application, object }] as const),
    ),
  );
}

/** Only the given objects, in the applications that they belong to. */
function narrowed(
  owned: ReadonlyMap<string, Owned>,
  names: ReadonlySet<string>,
): readonly DesiredApplication[] {
  const chosen = new Map<DesiredApplication, DesiredObject[]>();
  for (const name of names) {
    const found = owned.get(name);
    if (!found) throw new TruekeelError(`${name} is not part of the release`, { code: 'OBJECT_UNREADABLE' });
    chosen.set(found.application, [...(chosen.get(found.application) ?? []), found.object]);
  }
  return [...chosen].map(([application, objects]) => ({
    ...application,
    dependsOn: [],
    edges: [],
    objects,
    load: (some) => application.load(some),
  }));
}
