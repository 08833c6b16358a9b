/** Says why an object does not get ready: while it is awaited, from its pods; when the wait has failed, all of it. */
import { explainPod, podSelectorOf } from '../health/index.ts';
import type { KubeClient, ObjectWatcher } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { fieldOf, isMap } from '../plan/index.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import { familyOf, mayHavePods, POD } from './family.ts';
import { Owners } from './owners.ts';

/** A workload that is ready sooner needs no explanation, and no watch of its pods. */
const PATIENCE_MS = 1500;
/** So many workloads are explained while they are awaited; the reasons of more nobody reads. */
const MOST_FOLLOWED = 25;
/** In so many namespaces: each takes a watch of its pods. */
const MOST_NAMESPACES = 5;

export class Explainer {
  readonly #client: KubeClient;
  readonly #watcher: ObjectWatcher;
  readonly #owners: Owners;
  readonly #namespaces = new Set<string>();
  #followed = 0;

  /** @param watcher without a label selector: pods do not carry our label */
  constructor(client: KubeClient, watcher: ObjectWatcher) {
    this.#client = client;
    this.#watcher = watcher;
    this.#owners = new Owners(client);
  }

  /** Tells the reason once the object has not become ready for a while, and again whenever it changes.
   * @returns ends it */
  follow(object: KubernetesObject, onReason: (reason: string) => void): () => void {
    if (!mayHavePods(object)) return () => {};
    const ended = new AbortController();
    const timer = setTimeout(() => {
      this.#watchPods(object, onReason, ended.signal).catch(ignoreForbidden);
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }

  async #watchPods(
    object: KubernetesObject,
    onReason: (reason: string) => void,
    ended: AbortSignal,
  ): Promise<void> {
    const { namespace = '' } = object.metadata;
    const isFull = this.#namespaces.size >= MOST_NAMESPACES && !this.#namespaces.has(namespace);
    if (isFull || this.#followed >= MOST_FOLLOWED) return;
    this.#namespaces.add(namespace);
    this.#followed += 1;
    const resource = await this.#client.resource(POD);
    let latest: readonly KubernetesObject[] = [];
    const stop = this.#watcher.observeAll(
      { resource, namespace },
      {
        onState: (pods) => {
          latest = pods;
          this.#reasonOf(object, pods).then((reason) => {
            // What was found out about an older state is no news.
            if (reason !== undefined && pods === latest && !ended.aborted) onReason(reason);
          }, ignoreForbidden);
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

  async #reasonOf(object: KubernetesObject, pods: readonly KubernetesObject[]): Promise<string | undefined> {
    const mine = podSelectorOf(object) === undefined ? pods : pods.filter((pod) => isSelected(object, pod));
    const [worst] = await familyOf(this.#owners, object, mine);
    const explanation = worst && explainPod(worst.pod);
    return explanation && `pod ${worst.pod.metadata.name}: ${explanation.message}`;
  }

  /** All that there is to know about an object whose wait failed. */
  async failure(object: KubernetesObject): Promise<Diagnosis | undefined> {
    return diagnose(this.#client, this.#owners, object);
  }
}

/** Who may not read pods does without their reasons. */
function ignoreForbidden(error: unknown): void {
  if (!(error instanceof KubeError)) throw error;
}

/** By the labels that its selector names; whose the pods are is told by their owners. */
function isSelected(workload: KubernetesObject, { metadata }: KubernetesObject): boolean {
  const labels = fieldOf(workload, 'spec', 'selector', 'matchLabels');
  return !isMap(labels) || Object.entries(labels).every(([name, value]) => metadata.labels?.[name] === value);
}
