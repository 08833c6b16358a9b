import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../../objects/index.ts';
import { ApiError } from '../status.ts';
import type { ControllerClient } from '../store.ts';
import { EVENT } from './kinds.ts';
import { rfc3339 } from './time.ts';

/** Writes core/v1 Events. One that happens again is counted on the Event that is there. */
export class EventRecorder {
  readonly #client: ControllerClient;
  readonly #component: string;
  readonly #now: () => Date;

  constructor(client: ControllerClient, component: string, now: () => Date) {
    this.#client = client;
    this.#component = component;
    this.#now = now;
  }

  normal(object: KubernetesObject, reason: string, message: string): void {
    this.#record(object, 'Normal', reason, message);
  }

  warning(object: KubernetesObject, reason: string, message: string): void {
    this.#record(object, 'Warning', reason, message);
  }

  #record(object: KubernetesObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const namespace = object.metadata.namespace ?? 'default';
    const digest = createHash('sha256')
      .update([object.metadata.uid, type, reason, message].join('\n'))
      .digest('hex');
    const name = `${object.metadata.name}.${digest.slice(0, 16)}`;
    const timestamp = rfc3339(this.#now());
    try {
      const earlier = this.#client.get(EVENT, namespace, name);
      if (earlier) {
        this.#client.update({ ...earlier, count: (earlier.count ?? 1) + 1, lastTimestamp: timestamp });
        return;
      }
      this.#client.create({
        ...EVENT,
        metadata: { name, namespace },
        involvedObject: {
          apiVersion: object.apiVersion,
          kind: object.kind,
          name: object.metadata.name,
          ...(object.metadata.namespace !== undefined && { namespace }),
          uid: object.metadata.uid,
          resourceVersion: object.metadata.resourceVersion,
        },
        type,
        reason,
        message,
        source: { component: this.#component },
        reportingComponent: this.#component,
        reportingInstance: '',
        firstTimestamp: timestamp,
        lastTimestamp: timestamp,
        count: 1,
      });
    } catch (error) {
      // An Event that cannot be written (its namespace is going away) is no reason to stop the work it tells of.
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
