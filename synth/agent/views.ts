/** The watches of the environment that is held, and what is told of them. */
import type { RenderedRelease } from '../../lib/branch/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import { ClusterView, type ViewEvent } from '../../lib/observe/index.ts';
import { environmentId } from '../../lib/plan/index.ts';
import { desiredFromRelease, scopeOf } from '../pipeline/desired.ts';
import { type AgentLog, describe } from './log.ts';

export interface ViewsOptions {
  readonly client: KubeClient;
  readonly log: AgentLog;
}

export interface ViewsObserver {
  /** An object is no longer as it was applied. */
  onUnsettled(name: string): void;
  /** Everything is seen, or seen again. */
  onSeen(): void;
}

export class Views {
  readonly #options: ViewsOptions;
  readonly #observer: ViewsObserver;
  #view: ClusterView | undefined;
  #environment: string | undefined;

  constructor(options: ViewsOptions, observer: ViewsObserver) {
    this.#options = options;
    this.#observer = observer;
  }

  get current(): ClusterView | undefined {
    return this.#view;
  }

  /** The view of a release's environment. A project that takes another name has another environment. */
  of(release: RenderedRelease, signal: AbortSignal): ClusterView {
    const environment = environmentId(scopeOf(desiredFromRelease(release)));
    if (this.#view && environment === this.#environment) return this.#view;
    this.#view?.close();
    this.#environment = environment;
    const view = new ClusterView(this.#options.client, {
      signal,
      environment,
      onUnsettled: (name) => this.#observer.onUnsettled(name),
    });
    this.#view = view;
    void this.#observe(view, signal);
    return view;
  }

  close(): void {
    this.#view?.close();
  }

  async #observe(view: ClusterView, signal: AbortSignal): Promise<void> {
    try {
      for await (const event of view) this.#tell(event);
    } catch (error) {
      if (!signal.aborted) this.#options.log.error({ error: describe(error) }, 'the watches ended');
    }
  }

  #tell(event: ViewEvent): void {
    const { log } = this.#options;
    if (event.type === 'synced') {
      this.#observer.onSeen();
      return;
    }
    const { kind } = event.scope.resource;
    switch (event.type) {
      case 'recovered':
        log.info({ kind }, 'the watch is back');
        this.#observer.onSeen();
        break;
      case 'lost':
        log.warn({ kind, error: describe(event.error) }, 'the watch is lost; trying again');
        break;
      case 'failed':
        log.warn({ kind, error: describe(event.error) }, 'this kind cannot be watched');
    }
  }
}
