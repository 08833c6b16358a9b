import { hasKubeconfig } from '../pipeline/kubeconfig.ts';
import { connectTarget } from '../pipeline/target.ts';
import type { PlanAccess } from '../review/index.ts';
import { clusterOptions, type Settings } from './settings.ts';

/** The way to the clusters that what is proposed is planned against; or why there is none. */
export function planConnection(settings: Settings): PlanAccess['connect'] {
  if (settings.flags.offline === true) return { why: '--offline was given' };
  // The configuration may be the work of whoever proposes the change, and a kubeconfig can name programs to run.
  const options = clusterOptions({ ...settings, config: {} });
  if (options.kubeconfig === undefined && !hasKubeconfig(settings.env))
    return { why: 'there is no kubeconfig' };
  return (cluster) => connectTarget({ ...options, cluster });
}
