/** The cluster side of the agent at work, without its Git side, with its log to wait on. */
import type { RenderedRelease } from '../lib/branch/index.ts';
import type { KubeClient } from '../lib/kube/index.ts';
import { NO_KEYS } from '../lib/sealed/index.ts';
import { Keeper } from '../synth/agent/keeper.ts';
import type { AgentLog } from '../synth/agent/log.ts';

export interface Told {
  readonly at: number;
  readonly msg: string;
  readonly object?: string;
  readonly ms?: number;
}

export class KeptCluster {
  readonly client: KubeClient;
  readonly #keeper: Keeper;
  readonly #stop = new AbortController();
  readonly #run: Promise<void>;
  readonly #waiting = new Set<{
    readonly isIt: (told: Told) => boolean;
    readonly resolve: (told: Told) => void;
  }>();
  #failed: ((error: Error) => void) | undefined;

  constructor(client: KubeClient) {
    this.client = client;
    const tell = (data: object, msg: string) => this.#tell({ at: performance.now(), msg, ...data });
    const fail = (data: object, msg: string) => this.#failed?.(new Error(`${msg}: ${JSON.stringify(data)}`));
    const log: AgentLog = { debug: () => {}, info: tell, warn: tell, error: fail };
    this.#keeper = new Keeper({
      client,
      log,
      timeoutMs: 600_000,
      limits: {},
      auditMs: 86_400_000,
      openSecret: NO_KEYS,
      onEnded: () => {},
      onFailed: ({ commit }) => this.#failed?.(new Error(`release ${commit} failed`)),
    });
    this.#run = this.#keeper.run(this.#stop.signal);
  }

  keep(release: RenderedRelease): void {
    this.#keeper.keep(release);
  }

  /** @param object as `formatKey` writes it; any when absent
   * @throws Error when the keeper reports an error meanwhile */
  told(msg: string, object?: string): Promise<Told> {
    return new Promise((resolve, reject) => {
      this.#failed = reject;
      this.#waiting.add({
        isIt: (told) => told.msg === msg && (object === undefined || told.object === object),
        resolve,
      });
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#run;
  }

  #tell(told: Told): void {
    for (const waiting of this.#waiting) {
      if (!waiting.isIt(told)) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(told);
    }
  }
}
