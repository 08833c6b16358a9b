/** Promotion out of the environment that the agent keeps: it knows when that is ready, may ask its cluster, and may push. Nothing
 * needs access to the clusters that come after it. */
import { noteReadiness } from '../../lib/branch/index.ts';
import type { Forge } from '../../lib/forge/index.ts';
import type { Oid, Repository, Signer, TrustedSigners } from '../../lib/git/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import type { OpenSecret } from '../../lib/sealed/index.ts';
import type { ProgramLimits } from '../program/index.ts';
import {
  observe,
  type Promotion,
  type PromotionRequest,
  promote,
  Renders,
  type UpstreamRequest,
} from '../promotion/index.ts';
import { type AgentLog, describe } from './log.ts';
import type { SeenByAgent } from './source.ts';

/** `notes`: only notes since when a release is ready, for whoever promotes. */
export type PromotionMode =
  | { readonly kind: 'notes' }
  | { readonly kind: 'propose'; readonly forge: Forge }
  | { readonly kind: 'automatic'; readonly forge?: Forge };

export interface PromoterOptions {
  readonly client: KubeClient;
  readonly url: string;
  readonly environment: string;
  /** Absent: nothing is rendered, and nothing promoted. */
  readonly program?: string;
  readonly state: string;
  readonly packages?: string;
  /** What the program may take. */
  readonly programLimits: ProgramLimits;
  readonly openSecret: OpenSecret;
  readonly sign?: Signer;
  readonly trusted?: TrustedSigners;
  readonly log: AgentLog;
}

export class Promoter {
  readonly #options: PromoterOptions;
  readonly #mode: PromotionMode;
  readonly #isInStep: () => boolean;
  readonly #signal: AbortSignal;
  readonly #renders = new Renders();
  /** The release that was ready when it was looked at last. */
  #ready: Oid | undefined;
  /** What was said last of each environment, so that it is said once. */
  readonly #told = new Map<string, string>();

  /** @param isInStep whether the cluster has the newest release */
  constructor(options: PromoterOptions, mode: PromotionMode, isInStep: () => boolean, signal: AbortSignal) {
    this.#options = options;
    this.#mode = mode;
    this.#isInStep = isInStep;
    this.#signal = signal;
  }

  /** Never throws: what is not promoted now is looked at again. */
  async promote(repository: Repository, { source, release }: SeenByAgent): Promise<void> {
    const { log, url: remote, environment, program } = this.#options;
    try {
      if (!release) return;
      if (this.#ready !== undefined && this.#ready !== release.commit) {
        // It was ready until now, when another one takes its place: that counts for what is passed on of it.
        const now = Date.now();
        await noteReadiness(
          repository,
          this.#ready,
          { since: now, until: now },
          { remote, signal: this.#signal },
        );
        this.#ready = undefined;
      }
      if (!this.#isInStep()) return;
      const upstream = this.#upstream();
      const promotions =
        this.#mode.kind === 'notes' || source === undefined || program === undefined
          ? []
          : await promote(repository, { ...upstream, ...this.#downstream(), program, head: source });
      const seen =
        promotions.flatMap(({ upstreams }) => upstreams).find((one) => one.environment === environment) ??
        (await observe(repository, upstream, { name: environment, branch: release.branch }));
      this.#ready = seen.ready ? release.commit : undefined;
      this.#told.delete('');
      for (const promotion of promotions) this.#tell(promotion);
    } catch (error) {
      if (this.#signal.aborted) return;
      const said = JSON.stringify(describe(error));
      if (this.#told.get('') === said) return;
      this.#told.set('', said);
      log.error({ source, error: describe(error) }, 'nothing could be promoted');
    }
  }

  #upstream(): UpstreamRequest {
    const { client, url, environment, openSecret } = this.#options;
    return {
      remote: url,
      moves: this.#mode.kind === 'automatic' ? 'when-passed' : 'when-approved',
      asks: (upstream) => (upstream === environment ? 'cluster' : 'notes'),
      // What is first upstream is this one; others are not asked in their clusters.
      clusterOf: async () => client,
      openSecret,
      now: Date.now,
      signal: this.#signal,
    };
  }

  #downstream(): Omit<PromotionRequest, keyof UpstreamRequest | 'program' | 'head'> {
    const { environment, state, packages, programLimits, sign, trusted } = this.#options;
    const forge = 'forge' in this.#mode ? this.#mode.forge : undefined;
    return {
      cache: state,
      from: environment,
      renders: this.#renders,
      fetch: globalThis.fetch,
      programLimits,
      ...(packages !== undefined && { packages }),
      ...(forge && { forge }),
      ...(sign && { sign }),
      ...(trusted && { trusted }),
    };
  }

  #tell({ environment, state, why, bundle, pullRequest, error }: Promotion): void {
    const said = JSON.stringify([state, why, bundle?.source]);
    if (this.#told.get(environment) === said) return;
    this.#told.set(environment, said);
    const data = {
      to: environment,
      state,
      why,
      ...(bundle && { source: bundle.source, rendered: bundle.rendered }),
      ...(pullRequest && { pullRequest: pullRequest.url }),
      ...(error && { error: describe(error) }),
    };
    this.#options.log[error ? 'error' : 'info'](data, 'promotion');
  }
}
