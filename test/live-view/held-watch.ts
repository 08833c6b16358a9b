/** A client whose watches stop telling when a test says so, as if the network held their events back. */
import { wrapped } from '../../lib/apply/testing/engine.ts';
import { type KubeClient, KubeError } from '../../lib/kube/index.ts';

export class HeldWatch {
  readonly client: KubeClient;
  #held: PromiseWithResolvers<KubeError | undefined> | undefined;
  /** Called before each write, which waits for it. */
  beforeApply: (() => Promise<void>) | undefined;

  constructor(client: KubeClient) {
    const watchMetadata: KubeClient['watchMetadata'] = (resource, options) =>
      this.#through(client.watchMetadata(resource, options));
    const apply: KubeClient['apply'] = async (object, options) => {
      const meddle = options?.dryRun ? undefined : this.beforeApply;
      this.beforeApply = options?.dryRun ? this.beforeApply : undefined;
      await meddle?.();
      return await client.apply(object, options);
    };
    this.client = wrapped(client, { watchMetadata, apply });
  }

  /** From now on nothing is told. */
  hold(): void {
    this.#held = Promise.withResolvers();
  }

  /** What was held back is told. */
  letGo(): void {
    this.#held?.resolve(undefined);
    this.#held = undefined;
  }

  /** What was held back is lost: the server has forgotten that moment (410). */
  forget(): void {
    this.#held?.resolve(gone());
    this.#held = undefined;
  }

  async *#through<T>(events: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const event of events) {
      const error = await this.#held?.promise;
      if (error) throw error;
      yield event;
    }
  }
}

function gone(): KubeError {
  return new KubeError('too old resource version', { code: 'GONE', status: 410 });
}
