import type { KubeClient } from '../../lib/kube/index.ts';
import { hasKubeconfig } from '../pipeline/kubeconfig.ts';
import { connectTarget, type TargetOptions } from '../pipeline/target.ts';
import type { CommandContext } from './command.ts';
import { clusterOptions, type Settings } from './settings.ts';

/** Where the environments of a program go. */
export interface Clusters {
  /** Nothing that is done there lasts, so nobody needs to agree to it. */
  readonly throwaway: boolean;
  connect(options: TargetOptions): Promise<KubeClient>;
  stop(): Promise<void>;
}

/** The clusters of the kubeconfig; where there is none at all, an embedded cluster for each environment, which lives as
 * long as the command. */
export function openClusters(settings: Settings, { env, terminal }: CommandContext): Clusters {
  if (clusterOptions(settings).kubeconfig !== undefined || hasKubeconfig(env)) {
    return { throwaway: false, connect: connectTarget, stop: async () => {} };
  }
  const { err, paint } = terminal;
  err('');
  err(
    `${paint('yellow', 'note')} there is no kubeconfig: each environment gets an embedded cluster that is gone at the end.`,
  );
  err('     `truekeel cluster start` keeps one running; --kubeconfig FILE takes yours.');
  const running: { stop(): Promise<void> }[] = [];
  return {
    throwaway: true,
    connect: async () => {
      const [{ startCluster }, { connectWith }] = await Promise.all([
        import('../../lib/cluster/index.ts'),
        import('../../lib/kube/index.ts'),
      ]);
      const cluster = await startCluster();
      running.push(cluster);
      return connectWith({ server: cluster.server, ca: cluster.caPem, token: cluster.token });
    },
    stop: async () => {
      for (const cluster of running) await cluster.stop();
    },
  };
}
