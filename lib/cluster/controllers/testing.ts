/** A store with controllers and a clock that stands still until told, for the tests of this folder. */

import { randomUUID } from 'node:crypto';
import type { KubernetesObject } from '../../objects/index.ts';
import { createInitialObjects } from '../bootstrap.ts';
import { createStore } from '../controller-client.ts';
import type { Core } from '../core.ts';
import { Dispatcher } from '../dispatcher.ts';
import { nodePortPool, serviceAddressPool } from '../kinds/address-pool.ts';
import { startLifecycle } from '../lifecycle/index.ts';
import { ResourceRegistry } from '../resources/registry.ts';
import { Storage } from '../storage/storage.ts';
import type { ControllerClient, KindReference } from '../store.ts';
import { startControllers } from './index.ts';
import { EVENT, POD } from './kinds.ts';
import type { Timers } from './timers.ts';

class ManualClock implements Timers {
  #now = Date.parse('2026-01-01T00:00:00Z');
  readonly #timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();

  readonly now = (): Date => new Date(this.#now);

  set(callback: () => void, delayMs: number): () => void {
    const timer = { dueMs: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Goes to the next timer that is due until then and calls it. @returns whether there was one */
  step(until: number): boolean {
    const [next] = [...this.#timers].filter(({ dueMs }) => dueMs <= until).sort((a, b) => a.dueMs - b.dueMs);
    this.#now = Math.max(this.#now, next?.dueMs ?? until);
    if (!next) return false;
    this.#timers.delete(next);
    next.callback();
    return true;
  }
}

export interface TestCluster {
  readonly client: ControllerClient;
  /** Creates objects and lets everything happen that happens at once. */
  create(...objects: readonly KubernetesObject[]): Promise<void>;
  settle(): Promise<void>;
  /** Lets time pass. */
  advance(milliseconds: number): Promise<void>;
  get(kind: KindReference, name: string, namespace?: string): KubernetesObject;
  pods(labelSelector?: string): readonly KubernetesObject[];
  /** `reason: message` of the Events about an object. */
  eventsAbout(name: string): readonly string[];
  stop(): void;
}

export async function startTestCluster({ nodes = 1 } = {}): Promise<TestCluster> {
  const clock = new ManualClock();
  const core: Core = {
    storage: new Storage(),
    resources: new ResourceRegistry(),
    serviceAddresses: serviceAddressPool(),
    nodePorts: nodePortPool(),
    now: clock.now,
    newUid: randomUUID,
  };
  const dispatcher = new Dispatcher();
  const stopLifecycle = startLifecycle(core, dispatcher);
  const store = createStore(core, dispatcher);
  createInitialObjects(store.as('kube-apiserver'), nodes, 6443);
  const mistakes: unknown[] = [];
  const controllers = startControllers(store, {
    caPem: 'certificate',
    now: clock.now,
    timers: clock,
    report: (error) => mistakes.push(error),
  });
  const settle = async () => {
    await store.settled();
    if (mistakes.length > 0) throw mistakes[0];
  };
  await settle();
  const client = store.as('kubectl');
  return {
    client,
    async create(...objects) {
      for (const object of objects) client.create(object);
      await settle();
    },
    settle,
    async advance(milliseconds) {
      const until = clock.now().getTime() + milliseconds;
      while (clock.step(until)) {
        await Promise.resolve(); // the queue works in a microtask
        await settle();
      }
    },
    get(kind, name, namespace = 'default') {
      const object = client.get(kind, namespace, name);
      if (!object) throw new Error(`no ${kind.kind} ${namespace}/${name}`);
      return object;
    },
    pods: (labelSelector) =>
      client.list(POD, { namespace: 'default', ...(labelSelector !== undefined && { labelSelector }) }),
    eventsAbout: (name) =>
      client
        .list(EVENT)
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ reason, message }) => `${reason}: ${message}`),
    stop() {
      controllers.stop();
      stopLifecycle();
    },
  };
}
