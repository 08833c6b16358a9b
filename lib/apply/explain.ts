/** Says why a workload does not get ready: its own conditions, its pods, the last line of a crashed container's log,
 * the last warning among its events. */
import type { Explanation } from '../health/index.ts';
import { explainPod, explainWorkload } from '../health/index.ts';
import type { KubeClient, ObjectWatcher } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { JsonObject, KubernetesObject } from '../objects/index.ts';
import { fieldOf, isMap, stringOf } from '../plan/index.ts';

const POD = { group: '', version: 'v1', kind: 'Pod' } as const;
const EVENT = { group: '', version: 'v1', kind: 'Event' } as const;

/** A workload that is ready sooner needs no explanation, and no watch of its pods. */
const PATIENCE_MS = 1500;
/** So many workloads are explained while they are awaited; the reasons of more nobody reads. */
const MOST_FOLLOWED = 25;
/** In so many namespaces: each takes a watch of its pods. */
const MOST_NAMESPACES = 5;

export class Explainer {
  readonly #client: KubeClient;
  readonly #watcher: ObjectWatcher;
  readonly #namespaces = new Set<string>();
  #followed = 0;

  /** @param watcher without a label selector: pods do not carry our label */
  constructor(client: KubeClient, watcher: ObjectWatcher) {
    this.#client = client;
    this.#watcher = watcher;
  }

  /** Tells the reason once the workload has not become ready for a while, and again whenever it changes.
   * @returns ends it */
  follow(workload: KubernetesObject, onReason: (reason: string) => void): () => void {
    const labels = podLabels(workload);
    if (labels === undefined) return () => {};
    const ended = new AbortController();
    const timer = setTimeout(() => {
      this.#watchPods(workload, labels, onReason, ended.signal).catch((error: unknown) => {
        // Who may not read pods does without their reasons.
        if (!(error instanceof KubeError)) throw error;
      });
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }

  async #watchPods(
    workload: KubernetesObject,
    labels: JsonObject,
    onReason: (reason: string) => void,
    ended: AbortSignal,
  ): Promise<void> {
    const { namespace = '' } = workload.metadata;
    const isFull = this.#namespaces.size >= MOST_NAMESPACES && !this.#namespaces.has(namespace);
    if (isFull || this.#followed >= MOST_FOLLOWED) return;
    this.#namespaces.add(namespace);
    this.#followed += 1;
    const resource = await this.#client.resource(POD);
    const stop = this.#watcher.observeAll(
      { resource, namespace },
      {
        onState: (pods) => {
          if (ended.aborted) return;
          const worst = worstOf(pods.filter((pod) => hasLabels(pod, labels)));
          if (worst) onReason(`pod ${worst.pod.metadata.name}: ${worst.explanation.message}`);
        },
        onError: () => {},
      },
    );
    const end = () => {
      stop();
      this.#followed -= 1;
    };
    if (ended.aborted) end();
    else ended.addEventListener('abort', end, { once: true });
  }

  /** All that there is to know about a workload whose wait failed. */
  async failure(workload: KubernetesObject): Promise<string | undefined> {
    try {
      const own = explainWorkload(workload);
      const pod = await this.#worstPod(workload);
      const log = pod && (await this.#lastLogLine(pod.pod, pod.explanation));
      const event = await this.#lastWarning(pod?.pod ?? workload);
      const isNews = event && !pod?.explanation.message.includes(event.message);
      const parts = [
        own && `${own.reason}: ${own.message}`,
        pod && `pod ${pod.pod.metadata.name}: ${pod.explanation.reason}: ${pod.explanation.message}`,
        log && `last line of its log: ${log}`,
        isNews && `event: ${event.reason}: ${event.message}`,
      ].filter((part) => typeof part === 'string');
      return parts.length > 0 ? parts.join('; ') : undefined;
    } catch (error) {
      if (error instanceof KubeError) return undefined;
      throw error;
    }
  }

  async #worstPod(workload: KubernetesObject): Promise<ExplainedPod | undefined> {
    const labels = podLabels(workload);
    if (labels === undefined) return undefined;
    const { namespace = '' } = workload.metadata;
    const resource = await this.#client.resource(POD);
    const labelSelector = Object.entries(labels)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(',');
    return worstOf((await this.#client.list(resource, { namespace, labelSelector })).items);
  }

  async #lastLogLine(
    pod: KubernetesObject,
    { container, restarts }: Explanation,
  ): Promise<string | undefined> {
    if (container === undefined) return undefined;
    const { namespace = '', name } = pod.metadata;
    const options = { container, tailLines: 5, previous: (restarts ?? 0) > 0 };
    try {
      const log = await this.#client.logs({ namespace, name }, options);
      return log.trimEnd().split('\n').at(-1)?.trim() || undefined;
    } catch (error) {
      if (error instanceof KubeError) return undefined;
      throw error;
    }
  }

  async #lastWarning(
    object: KubernetesObject,
  ): Promise<{ readonly reason: string; readonly message: string } | undefined> {
    const { namespace = '', uid = '' } = object.metadata;
    const { items } = await this.#client.list(await this.#client.resource(EVENT), {
      ...(namespace !== '' && { namespace }),
      fieldSelector: `involvedObject.uid=${uid},type=Warning`,
    });
    const latest = items.reduce<KubernetesObject | undefined>(
      (best, event) => (best === undefined || timeOf(event) >= timeOf(best) ? event : best),
      undefined,
    );
    if (!latest) return undefined;
    return { reason: stringOf(latest, 'reason') ?? '', message: stringOf(latest, 'message') ?? '' };
  }
}

function timeOf(event: KubernetesObject): string {
  return (
    stringOf(event, 'lastTimestamp') ?? stringOf(event, 'eventTime') ?? event.metadata.creationTimestamp ?? ''
  );
}

interface ExplainedPod {
  readonly pod: KubernetesObject;
  readonly explanation: Explanation;
}

/** The pod whose trouble is the most telling: one that Kubernetes has given up, else the newest that has any. */
function worstOf(pods: readonly KubernetesObject[]): ExplainedPod | undefined {
  const explained = pods.flatMap((pod) => {
    const explanation = pod.metadata.deletionTimestamp === undefined ? explainPod(pod) : undefined;
    return explanation ? [{ pod, explanation }] : [];
  });
  const newest = explained.sort((a, b) =>
    (a.pod.metadata.creationTimestamp ?? '') > (b.pod.metadata.creationTimestamp ?? '') ? -1 : 1,
  );
  return newest.find(({ explanation }) => explanation.terminal) ?? newest[0];
}

/** The labels of a workload's pods: what its selector asks for. */
function podLabels(workload: KubernetesObject): JsonObject | undefined {
  const labels = fieldOf(workload, 'spec', 'selector', 'matchLabels');
  return isMap(labels) && isMap(fieldOf(workload, 'spec', 'template')) ? labels : undefined;
}

function hasLabels({ metadata }: KubernetesObject, labels: JsonObject): boolean {
  return Object.entries(labels).every(([name, value]) => metadata.labels?.[name] === value);
}
