/** Watches the objects of a release, one metadata watch a kind, and tells which of them are no longer as we left them. */
import type { InformerScope, KubeClient } from '../../lib/kube/index.ts';
import {
  type DesiredApplication,
  formatKey,
  Label,
  type ObjectKey,
  type ObjectMetadata,
  parseApiVersion,
} from '../../lib/objects/index.ts';
import { type Baseline, baselineOf, detectDrift, type Follower, follow } from '../../lib/observe/index.ts';
import type { Plan } from '../../lib/plan/index.ts';
import { type AgentLog, describe } from './log.ts';
import { type Owned, ownedOf } from './owned.ts';

export interface DriftWatchOptions {
  readonly client: KubeClient;
  readonly log: AgentLog;
  /** Called for an object of the release that is not as we left it. */
  readonly onDrift: (name: string) => void;
}

export class DriftWatch {
  readonly #options: DriftWatchOptions;
  readonly #follower: Follower;
  /** How each object looked when we had written it, or had found it as it shall be. */
  readonly #baselines = new Map<string, Baseline>();
  /** Versions that a plan found as they shall be, of objects that we have not seen in that version yet. */
  readonly #trusted = new Map<string, string>();
  #owned: ReadonlyMap<string, Owned> = new Map();

  constructor(options: DriftWatchOptions, signal: AbortSignal) {
    this.#options = options;
    this.#follower = follow(options.client, [], { signal });
    void this.#observe(signal);
  }

  /** The objects to watch from now on. */
  async expect(applications: readonly DesiredApplication[]): Promise<void> {
    const { client, log } = this.#options;
    this.#owned = ownedOf(applications);
    const kinds = new Map(
      [...this.#owned.values()].map(({ object: { apiVersion, key } }) => [
        `${key.kind}.${key.group}`,
        { ...parseApiVersion(apiVersion), kind: key.kind },
      ]),
    );
    for (const kind of kinds.values()) {
      try {
        const scope: InformerScope = {
          resource: await client.resource(kind),
          labelSelector: Label.application,
        };
        this.#follower.add(scope);
      } catch (error) {
        // A kind whose definition this release brings: watched from the next time on.
        log.debug({ kind: kind.kind, error: describe(error) }, 'not watched yet');
      }
    }
  }

  owned(name: string): Owned | undefined {
    return this.#owned.get(name);
  }

  /** What we wrote is how it shall stay. */
  wrote(live: ObjectMetadata, name: string): void {
    const baseline = baselineOf(live);
    if (baseline) this.#baselines.set(name, baseline);
    this.#trusted.delete(name);
  }

  /** What a plan leaves alone is how it shall stay, in the version that the plan saw. */
  trust(changes: Plan['changes']): void {
    for (const { key, live } of changes) {
      if (!live) continue;
      const name = formatKey(key);
      const seen = this.#follower.get(key);
      if (seen?.resourceVersion !== live.resourceVersion) this.#trusted.set(name, live.resourceVersion);
      else if (seen.digest !== undefined && seen.ownFields !== undefined) {
        this.#baselines.set(name, { uid: seen.uid, digest: seen.digest, ownFields: seen.ownFields });
      }
    }
  }

  close(): void {
    this.#follower.close();
  }

  async #observe(signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    try {
      for await (const event of this.#follower) {
        if (event.type === 'observed') this.#compare(event.observation.key, event.live);
        else if (event.type === 'removed') this.#suspect(event.key);
        else if (event.type === 'recovered')
          log.info({ kind: event.scope.resource.kind }, 'the watch is back');
        else if (event.type === 'lost') {
          log.warn(
            { kind: event.scope.resource.kind, error: describe(event.error) },
            'the watch is lost; trying again',
          );
        } else if (event.type === 'failed') {
          log.error(
            { kind: event.scope.resource.kind, error: describe(event.error) },
            'this kind cannot be watched',
          );
        }
      }
    } catch (error) {
      if (!signal.aborted) log.error({ error: describe(error) }, 'the watches ended');
    }
  }

  #compare(key: ObjectKey, live: ObjectMetadata): void {
    const name = formatKey(key);
    const owned = this.#owned.get(name);
    if (!owned) return;
    const { resourceVersion } = live.metadata;
    if (resourceVersion !== undefined && this.#trusted.get(name) === resourceVersion) this.wrote(live, name);
    const baseline = this.#baselines.get(name);
    // Without a baseline of this release's bytes, whoever applies the release deals with it.
    if (baseline?.digest !== owned.object.digest) return;
    const { state } = detectDrift(owned.object, live, baseline);
    if (state === 'drifted' || state === 'changed') this.#suspect(key);
  }

  #suspect(key: ObjectKey): void {
    const name = formatKey(key);
    const owned = this.#owned.get(name);
    if (owned && owned.object.settings.drift !== 'ignore' && this.#baselines.has(name))
      this.#options.onDrift(name);
  }
}
