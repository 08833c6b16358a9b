import { connect, type KubeClient } from '../../lib/kube/index.ts';
import { type ClusterTarget, TruekeelError } from '../../lib/objects/index.ts';

export interface TargetOptions {
  readonly kubeconfig?: string;
  /** Wins over the context that the environment names. */
  readonly context?: string;
  /** Where the environment says that it goes. */
  readonly cluster?: ClusterTarget;
}

/** Connects to the cluster of an environment.
 * @throws TruekeelError `WRONG_CLUSTER` when the kubeconfig leads to another API server than the environment names */
export async function connectTarget(options: TargetOptions): Promise<KubeClient> {
  const context = options.context ?? options.cluster?.context;
  const client = await connect({
    ...(options.kubeconfig !== undefined && { kubeconfig: options.kubeconfig }),
    ...(context !== undefined && { context }),
  });
  const wanted = options.cluster?.server;
  if (wanted !== undefined && new URL(wanted).href !== new URL(client.server).href) {
    await client.close();
    throw new TruekeelError(
      `the environment goes to ${wanted}, but the kubeconfig leads to ${client.server}`,
      {
        code: 'WRONG_CLUSTER',
        family: 'usage',
        hint: 'Choose another --context or --kubeconfig, or correct the cluster of the environment in the program.',
      },
    );
  }
  return client;
}
