import { connect, type KubeClient } from '../../lib/kube/index.ts';
import type { ClusterTarget } from '../../lib/objects/index.ts';

export interface TargetOptions {
  readonly kubeconfig?: string;
  /** Wins over the context that the environment names. */
  readonly context?: string;
  /** Where the environment says that it goes. */
  readonly cluster?: ClusterTarget;
  readonly requestsPerSecond?: number;
  /** Where KUBECONFIG and HOME are looked up. */
  readonly env: NodeJS.ProcessEnv;
}

/** Connects to the cluster of an environment.
 * @throws KubeError `WRONG_CLUSTER` when the kubeconfig leads to another API server than the environment names */
export function connectTarget(options: TargetOptions): Promise<KubeClient> {
  const { kubeconfig, context, cluster, requestsPerSecond, env } = options;
  return connect({
    kubeconfig,
    context: context ?? cluster?.context,
    server: cluster?.server,
    requestsPerSecond,
    env,
  });
}
