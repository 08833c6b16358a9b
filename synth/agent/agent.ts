/** The agent: one process that follows a repository and keeps one cluster matching one environment. */

import { renderedBranch } from '../../lib/branch/index.ts';
import { maskCredentials } from '../../lib/git/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import type { DeleteLimits } from '../../lib/objects/index.ts';
import type { OpenSecret } from '../../lib/sealed/index.ts';
import { releasedWork } from '../changelog/index.ts';
import { FailedReleases } from './failed-release.ts';
import { Keeper } from './keeper.ts';
import { Promoter, type PromotionMode } from './promoter.ts';
import { PullRequests, type PullRequestsOptions } from './pull-requests/pull-requests.ts';
import { ReleaseRuns } from './release-runs.ts';
import { followSource, type SourceOptions } from './source.ts';
import { Wake } from './wake.ts';
import { listen, type Webhook } from './webhook.ts';

export interface AgentOptions extends Omit<SourceOptions, 'failures' | 'promote' | 'runs'> {
  /** How releases get on to the environments after this one; they do not by themselves when absent. */
  readonly promotion?: PromotionMode;
  readonly client: KubeClient;
  /** Opens sealed Secrets. */
  readonly openSecret: OpenSecret;
  /** What is done for pull requests; nothing when absent. */
  readonly pullRequests?: PullRequestsOptions;
  readonly webhook?: { readonly port: number; readonly host: string; readonly secret: string };
  /** Milliseconds that one object may take to become ready before it is reported. */
  readonly timeoutMs: number;
  /** Milliseconds that it may stand still on its way there; as applying has it when absent. */
  readonly noProgressTimeoutMs?: number;
  /** How many objects of an application may be deleted at once; what is not said here the program says. */
  readonly limits: DeleteLimits;
  /** Milliseconds after which everything is planned again, whatever the watches said. */
  readonly auditMs: number;
}

/** Runs until the signal aborts; what is in flight is finished then. Git or the cluster being away is logged and waited
 * for, never a reason to end. */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { client, log, environment, promotion } = options;
  const wake = new Wake();
  const failures = new FailedReleases(options);
  const runs = new ReleaseRuns(options);
  const keeper = new Keeper({
    ...options,
    onFailed: (failure) => {
      failures.tell(failure);
      wake.wake();
    },
    onEnded: (commit, ended) => {
      runs.tell(commit, ended);
      const isPlanChanged = ended.errors.some(({ code }) => code === 'PLAN_CHANGED');
      pullRequests?.onRelease(commit, { isPlanChanged });
      wake.wake();
    },
  });
  let branch = options.renderedBranch ?? renderedBranch(environment);
  const pullRequests =
    options.pullRequests &&
    new PullRequests(options.pullRequests, {
      ...options,
      ...(options.branch !== undefined && { sourceBranch: options.branch }),
      branch: () => branch,
      isInStep: () => keeper.isInStep,
      signal,
      onApproved: (commit, approved) => keeper.approve(commit, approved),
      onPushed: () => wake.wake(),
    });
  const promoter = promotion && new Promoter(options, promotion, () => keeper.isInStep, signal);
  let webhook: Webhook | undefined;
  if (options.webhook) {
    webhook = await listen({
      ...options.webhook,
      onPush: () => wake.wake(),
      ready: () => keeper.isInStep,
      ...(pullRequests && { onEvent: (event) => pullRequests.onEvent(event) }),
    });
    log.info({ url: webhook.url }, 'listening for pushes');
  }
  log.info({ repository: maskCredentials(options.url), environment, cluster: client.server }, 'started');
  try {
    await Promise.all([
      followSource(
        {
          ...options,
          failures,
          runs,
          ...(promoter && { promote: (repository, seen) => promoter.promote(repository, seen) }),
        },
        wake,
        signal,
        (release, repository) => {
          branch = release.branch;
          const at = { name: environment, branch };
          keeper.keep(release, () => releasedWork(repository, at, release.commit));
        },
      ),
      pullRequests?.run(signal),
      keeper.run(signal),
    ]);
  } finally {
    await webhook?.close();
    log.info({}, 'stopped');
  }
}
