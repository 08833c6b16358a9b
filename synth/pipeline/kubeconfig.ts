import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Whether there is any way to a cluster without being told: KUBECONFIG, `~/.kube/config`, or running in a pod. */
export function hasKubeconfig(env: NodeJS.ProcessEnv): boolean {
  return (
    (env.KUBECONFIG ?? '') !== '' ||
    existsSync(join(env.HOME ?? homedir(), '.kube', 'config')) ||
    env.KUBERNETES_SERVICE_HOST !== undefined
  );
}
