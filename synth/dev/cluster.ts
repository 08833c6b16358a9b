/** Where `truekeel dev` applies to. */
import type { KubeClient } from '../../lib/kube/index.ts';

export interface DevCluster {
  readonly client: KubeClient;
  /** It is this process's own and is gone when it ends: nothing in it needs an approval. */
  readonly isThrowaway: boolean;
  close(): Promise<void>;
}

/** What the person who started it named, and nothing else: neither the environment's cluster nor the configuration's,
 * and no kubeconfig that happens to be there. */
export interface NamedCluster {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

/** @throws KubeError when the named one cannot be found in its kubeconfig */
export async function openDevCluster(
  { kubeconfig, context }: NamedCluster,
  env: NodeJS.ProcessEnv,
): Promise<DevCluster> {
  const { connect, connectWith } = await import('../../lib/kube/index.ts');
  if (kubeconfig !== undefined || context !== undefined) {
    const client = await connect({ kubeconfig, context, env });
    return { client, isThrowaway: false, close: async () => client.close() };
  }
  const { startCluster } = await import('../../lib/cluster/index.ts');
  const cluster = await startCluster();
  const client = connectWith({ server: cluster.server, ca: cluster.caPem, token: cluster.token });
  return {
    client,
    isThrowaway: true,
    close: async () => {
      await client.close();
      await cluster.stop();
    },
  };
}
