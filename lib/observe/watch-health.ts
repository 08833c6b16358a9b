import type { Explanation, Health, HealthOptions } from '../health/index.ts';
import {
  explainPod,
  explainWorkload,
  hintFor,
  isSettled,
  podSelectorOf,
  readinessOf,
  troubledPods,
} from '../health/index.ts';
import type { ApiResource, KubeClient, ObjectWatcher } from '../kube/index.ts';
import { objectWatcher } from '../kube/index.ts';
import type { KubernetesObject, ObjectKey } from '../objects/index.ts';
import { Channel } from './channel.ts';

export interface HealthTarget {
  readonly key: ObjectKey;
  readonly resource: ApiResource;
  /** The resourceVersion that our write returned: what was before it is not told. */
  readonly notBefore?: string;
}

export interface HealthUpdate {
  readonly key: ObjectKey;
  readonly health: Health;
  /** Why it does not get on, from its conditions and its pods; absent when there is nothing to say. */
  readonly explanation?: Explanation;
  /** What to try; absent when nothing is known that usually helps. */
  readonly hint?: string;
  /** We cannot see the object for the moment, and this is what was known last. */
  readonly isStale: boolean;
}

export interface WatchHealthOptions extends HealthOptions {
  readonly signal?: AbortSignal;
  /** Shares watches with other waits. */
  readonly watcher?: ObjectWatcher;
}

/** Tells the health of some objects, and again whenever it, or the reason for it, changes. Ends when all of them
 * are as asked, or stand still because somebody asked for that. Watches only; nothing is polled.
 * @throws KubeError what keeps us from watching (`FORBIDDEN`), and the signal's reason when it aborts */
export async function* watchHealth(
  client: KubeClient,
  targets: readonly HealthTarget[],
  options: WatchHealthOptions = {},
): AsyncGenerator<HealthUpdate> {
  const { signal } = options;
  signal?.throwIfAborted();
  if (targets.length === 0) return;
  const watcher = options.watcher ?? objectWatcher(client);
  const pods = await client.resource({ group: '', version: 'v1', kind: 'Pod' });
  const channel = new Channel<HealthUpdate>();
  const abort = () => channel.end(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const unsettled = new Set(targets);
  const probes = targets.map((target) => {
    const tell = (update: HealthUpdate) => {
      if (isSettled(update.health) && !update.isStale) unsettled.delete(target);
      else unsettled.add(target);
      void channel.put(update);
      if (unsettled.size === 0) channel.end();
    };
    const probe = new Probe(target, { watcher, pods, options, tell, fail: (error) => channel.end(error) });
    probe.start();
    return probe;
  });
  try {
    yield* channel;
  } finally {
    signal?.removeEventListener('abort', abort);
    for (const probe of probes) probe.stop();
    if (!options.watcher) watcher.close();
  }
}

interface ProbeParts {
  readonly watcher: ObjectWatcher;
  readonly pods: ApiResource;
  readonly options: HealthOptions;
  readonly tell: (update: HealthUpdate) => void;
  readonly fail: (error: Error) => void;
}

/** Watches one object, and its pods as long as it is not ready. */
class Probe {
  readonly #target: HealthTarget;
  readonly #parts: ProbeParts;
  #object: KubernetesObject | undefined;
  #pods: readonly KubernetesObject[] = [];
  #isStale = false;
  #stopObject = () => {};
  #stopPods: (() => void) | undefined;
  #last = '';

  constructor(target: HealthTarget, parts: ProbeParts) {
    this.#target = target;
    this.#parts = parts;
  }

  start(): void {
    const { key, resource, notBefore } = this.#target;
    this.#stopObject = this.#parts.watcher.observe(resource, key, {
      ...(notBefore !== undefined && { notBefore }),
      onState: (object) => {
        this.#object = object;
        this.#isStale = false;
        this.#judge();
      },
      onLost: () => {
        this.#isStale = true;
        this.#judge();
      },
      onError: this.#parts.fail,
    });
  }

  stop(): void {
    this.#stopObject();
    this.#stopPods?.();
  }

  #judge(): void {
    const object = this.#object;
    const health = readinessOf(object, this.#parts.options);
    this.#watchPods(isSettled(health) ? undefined : object);
    const explanation = isSettled(health) || !object ? undefined : this.#explain(object);
    const hint = explanation && hintFor(explanation);
    const update: HealthUpdate = {
      key: this.#target.key,
      health,
      ...(explanation && { explanation }),
      ...(hint !== undefined && { hint }),
      isStale: this.#isStale,
    };
    const text = JSON.stringify(update);
    if (text === this.#last) return;
    this.#last = text;
    this.#parts.tell(update);
  }

  #explain(object: KubernetesObject): Explanation | undefined {
    return (
      troubledPods(this.#pods)[0]?.explanation ??
      (object.kind === 'Pod' ? explainPod(object) : explainWorkload(object))
    );
  }

  #watchPods(object: KubernetesObject | undefined): void {
    const labelSelector = object && podSelectorOf(object);
    if (labelSelector === undefined) {
      this.#stopPods?.();
      this.#stopPods = undefined;
      this.#pods = [];
      return;
    }
    const { watcher, pods } = this.#parts;
    this.#stopPods ??= watcher.observeAll(
      { resource: pods, namespace: this.#target.key.namespace, labelSelector },
      {
        onState: (found) => {
          this.#pods = found;
          this.#judge();
        },
        // Without the right to see pods there is no reason to tell, and the wait goes on.
        onError: () => {},
      },
    );
  }
}
