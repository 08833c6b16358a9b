import type { KubernetesObject } from '../../objects/index.ts';
import { type Controller, nameOf, type ObjectName, type Reconciliation, type Watch } from './controller.ts';
import { CONFIG_MAP, NODE, POD, SECRET } from './kinds.ts';
import { uidOf } from './owned.ts';
import {
  crashLooping,
  ended,
  imagePullFailing,
  notReady,
  type PodOutcome,
  running,
  waitingFor,
} from './pod-outcome.ts';
import { missingReference } from './pod-references.ts';
import { type PodAddresses, podStatus } from './pod-status.ts';
import { isOver } from './pods.ts';
import { failureOf, readyDelayOf } from './simulation.ts';
import { rfc3339 } from './time.ts';
import { writeStatus } from './write-status.ts';

/** How long one failed try at an image lasts, before the kubelet backs off. */
const PULL_MS = 100;
/** The first back-off of a crash loop; it doubles with each restart. A real kubelet begins with 10 s. */
const BACK_OFF_MS = 250;
const MOST_RESTARTS = 8;

/** Plays the part of every node's kubelet: no container runs, but pods go through the states they would go through,
 * or fail as their annotations ask. */
export function kubeletController(): Controller {
  const kubelet = new Kubelet();
  return {
    manager: 'kubelet',
    component: 'kubelet',
    watches: [kubelet.pods(), kubelet.waitingFor(CONFIG_MAP), kubelet.waitingFor(SECRET)],
    reconcile(context, { namespace, name }) {
      const pod = context.client.get(POD, namespace, name);
      if (!pod?.spec?.nodeName) return;
      if (pod.metadata.deletionTimestamp !== undefined) {
        kubelet.forget(pod);
        context.client.delete(POD, namespace, name, { gracePeriodSeconds: 0 });
      } else if (!isOver(pod)) {
        kubelet.run(context, pod);
      }
    },
  };
}

class Kubelet {
  /** When a step of a pod's simulation began, in milliseconds since the epoch, by the pod's uid. */
  readonly #since = new Map<string, number>();
  readonly #restarts = new Map<string, number>();
  /** Pods that wait for a ConfigMap or Secret, by namespace and name. */
  readonly #blocked = new Map<string, ObjectName>();
  #addresses = 0;

  pods(): Watch {
    return {
      kind: POD,
      names: ({ type, object }) => {
        if (type === 'DELETED') this.forget(object);
        return [nameOf(object)];
      },
    };
  }

  waitingFor(kind: Watch['kind']): Watch {
    return {
      kind,
      names: ({ object }) =>
        [...this.#blocked.values()].filter(({ namespace }) => namespace === object.metadata.namespace),
    };
  }

  forget(pod: KubernetesObject): void {
    this.#since.delete(uidOf(pod));
    this.#restarts.delete(uidOf(pod));
    this.#blocked.delete(uidOf(pod));
  }

  run(context: Reconciliation, pod: KubernetesObject): void {
    const outcome = this.#outcomeOf(context, pod);
    const status = podStatus(pod, outcome, this.#addressesOf(context, pod), context.now());
    const written = writeStatus(context.client, pod, status);
    if (outcome.phase === 'Succeeded' || outcome.phase === 'Failed') this.forget(pod);
    if (written === pod) return;
    for (const { type, reason, message } of outcome.events) {
      if (type === 'Warning') context.events.warning(pod, reason, message);
      else context.events.normal(pod, reason, message);
    }
  }

  #outcomeOf(context: Reconciliation, pod: KubernetesObject): PodOutcome {
    const now = rfc3339(context.now());
    const missing = pod.status?.phase === 'Running' ? undefined : missingReference(context.client, pod);
    if (missing) {
      this.#blocked.set(uidOf(pod), nameOf(pod));
      return waitingFor(missing);
    }
    this.#blocked.delete(uidOf(pod));
    switch (failureOf(pod)) {
      case 'image-pull':
        return imagePullFailing(pod, { backsOff: this.#hasPassed(context, pod, PULL_MS) });
      case 'crash-loop':
        return this.#crash(context, pod);
      case 'not-ready':
        return notReady(pod, now);
      case 'job-failed':
        return runsForever(pod) ? this.#start(context, pod, now) : ended(pod, { exitCode: 1, now });
      default:
        return this.#start(context, pod, now);
    }
  }

  #start(context: Reconciliation, pod: KubernetesObject, now: string): PodOutcome {
    const delayIsOver = this.#hasPassed(context, pod, readyDelayOf(pod));
    if (runsForever(pod)) return running(pod, { ready: delayIsOver, now });
    const started = pod.status?.phase === 'Running';
    return started && delayIsOver ? ended(pod, { exitCode: 0, now }) : running(pod, { ready: true, now });
  }

  #crash(context: Reconciliation, pod: KubernetesObject): PodOutcome {
    const uid = uidOf(pod);
    const before = this.#restarts.get(uid);
    let restarts = before ?? 1;
    let backOffMs = BACK_OFF_MS * 2 ** (restarts - 1);
    const last: string | undefined = pod.status?.containerStatuses?.[0]?.lastState?.terminated?.finishedAt;
    let endedAt = last ?? rfc3339(context.now());
    if (restarts < MOST_RESTARTS && this.#hasPassed(context, pod, backOffMs)) {
      restarts += 1;
      backOffMs *= 2;
      endedAt = rfc3339(context.now());
      this.#since.delete(uid);
      if (restarts < MOST_RESTARTS) this.#hasPassed(context, pod, backOffMs);
    }
    this.#restarts.set(uid, restarts);
    return crashLooping(pod, { restarts, backOffMs, now: endedAt });
  }

  /** Whether the present step of the pod's simulation has lasted so long; if not, it is looked at again when it has. */
  #hasPassed(context: Reconciliation, pod: KubernetesObject, durationMs: number): boolean {
    if (durationMs === 0) return true;
    const uid = uidOf(pod);
    const now = context.now().getTime();
    const since = this.#since.get(uid) ?? now;
    this.#since.set(uid, since);
    const left = since + durationMs - now;
    if (left > 0) context.again(left);
    return left <= 0;
  }

  #addressesOf({ client }: Reconciliation, pod: KubernetesObject): PodAddresses {
    const node = client.get(NODE, '', pod.spec.nodeName);
    const addresses: readonly NodeAddress[] = node?.status?.addresses ?? [];
    const hostIP = addresses.find(({ type }) => type === 'InternalIP')?.address ?? '127.0.0.1';
    return {
      podIP: pod.spec.hostNetwork === true ? hostIP : (pod.status?.podIP ?? this.#newAddress()),
      hostIP,
    };
  }

  #newAddress(): string {
    this.#addresses += 1;
    return `10.244.${(this.#addresses >> 8) & 255}.${this.#addresses & 255}`;
  }
}

/** Containers that are always restarted never let the pod come to an end. */
function runsForever(pod: KubernetesObject): boolean {
  return (pod.spec?.restartPolicy ?? 'Always') === 'Always';
}

/** core/v1 NodeAddress */
interface NodeAddress {
  readonly type: string;
  readonly address: string;
}
