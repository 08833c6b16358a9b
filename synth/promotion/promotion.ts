import type { FileCounts, Hold, RenderedRelease } from '../../lib/branch/index.ts';
import type { Forge, Kept } from '../../lib/forge/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import type { TruekeelError } from '../../lib/objects/index.ts';
import type { GateResult, PassedOver } from '../../lib/promotion/index.ts';
import type { OpenSecret } from '../../lib/sealed/index.ts';
import type { RenderRequest } from '../pipeline/render.ts';
import type { PlanAccess } from '../review/index.ts';
import type { ImageChange } from './images.ts';
import type { Renders } from './renders.ts';

/** What it takes to look upstream. */
export interface UpstreamRequest {
  /** The remote that branches and notes are pushed to; only those here are moved when absent. */
  readonly remote?: string;
  /** `never`: nothing is written at all. `when-approved`: once the pull request was approved and all gates have passed.
   * `when-passed`: once all gates have passed. `when-asked`: now, if all gates have passed; later only once it was approved. */
  readonly moves: 'never' | 'when-approved' | 'when-passed' | 'when-asked';
  /** Where one learns how an environment upstream is: in its cluster, or from what whoever applies to it noted in Git or told the
   * forge. */
  readonly asks: (environment: string) => 'cluster' | 'notes' | 'forge';
  /** The forge that is told of deployments, for where it is asked. */
  readonly deployments?: Forge;
  /** The cluster of an environment upstream. @throws TruekeelError when there is no way to it */
  readonly clusterOf: (release: RenderedRelease) => Promise<KubeClient>;
  readonly openSecret: OpenSecret;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface PromotionRequest
  extends UpstreamRequest,
    Pick<
      RenderRequest,
      'program' | 'cache' | 'packages' | 'commands' | 'programLimits' | 'charts' | 'sign' | 'trusted'
    > {
  /** The newest source commit: any revision. The graph and the gates are those of its program: a freeze that was merged
   * holds at once. */
  readonly head: string;
  /** Only this environment; all that promote from others when absent. */
  readonly environment?: string;
  /** Only those that promote from this environment first of all: what asks its cluster is asked there. */
  readonly from?: string;
  /** This source commit and no other, also where it was rolled back once: any revision. */
  readonly source?: string;
  /** Where pull requests are kept; none are when absent. Needs a remote. */
  readonly forge?: Forge;
  /** Whether pull requests are opened, brought up to date and closed, or only looked at; they are when absent. */
  readonly keeps?: boolean;
  /** The way to the cluster of an environment that is promoted to. A plan that was approved is made once more there; what comes out
   * otherwise is reviewed anew. Undefined where there is none. */
  readonly planAccess?: (environment: string) => PlanAccess | undefined;
  /** What was rendered before; for who asks again and again. */
  readonly renders?: Renders;
  readonly fetch: typeof globalThis.fetch;
}

/** `promoted`: the branch was moved. `unchanged`: the source commit changes nothing there; it counts as promoted. `open`: all gates
 * have passed, and somebody has to ask for it. `waiting`: something may change by itself. `refused`: a gate says no. `held`:
 * nothing moves before the hold is released. `current`: there is nothing newer that may get there. `failed`: see the error. */
export type PromotionState =
  | 'promoted'
  | 'unchanged'
  | 'open'
  | 'waiting'
  | 'refused'
  | 'held'
  | 'current'
  | 'failed';

/** What became of one environment. */
export interface Promotion {
  readonly environment: string;
  readonly branch: string;
  readonly upstreams: readonly UpstreamSummary[];
  /** What it has; absent where nothing was rendered to it. */
  readonly current?: { readonly rendered: string; readonly source: string };
  readonly hold?: Hold;
  readonly state: PromotionState;
  /** For people. */
  readonly why: string;
  readonly bundle?: Bundle;
  /** Newer source commits that it could not be. */
  readonly passedOver: readonly PassedOver[];
  readonly gates: readonly GateResult[];
  readonly pullRequest?: PullRequestSummary;
  readonly error?: TruekeelError;
}

export interface UpstreamSummary {
  readonly environment: string;
  readonly rendered?: string;
  readonly source?: string;
  readonly ready: boolean;
  readonly why: string;
  /** Milliseconds since 1970. */
  readonly since?: number;
}

/** What passes as one: all source commits since the one that the environment has, with their images. */
export interface Bundle {
  readonly source: string;
  readonly subject: string;
  /** The rendered commit that brings it; absent where there is none yet. */
  readonly rendered?: string;
  readonly from: readonly { readonly environment: string; readonly rendered: string }[];
  /** Newest first; the newest of very many. */
  readonly commits: readonly { readonly source: string; readonly subject: string; readonly author: string }[];
  readonly files?: FileCounts;
  readonly images: readonly ImageChange[];
}

export interface PullRequestSummary {
  readonly number: number;
  readonly url: string;
  readonly kept: Kept;
}
