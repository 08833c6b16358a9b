import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Whether there is any way to a cluster without being told: a file of KUBECONFIG, `~/.kube/config`, or running in a pod. */
export function hasKubeconfig(env: NodeJS.ProcessEnv): boolean {
  const { KUBECONFIG = '' } = env;
  if (KUBECONFIG !== '') return KUBECONFIG.split(delimiter).some((file) => file !== '' && existsSync(file));
  return (
    existsSync(join(env.HOME ?? homedir(), '.kube', 'config')) || env.KUBERNETES_SERVICE_HOST !== undefined
  );
}
