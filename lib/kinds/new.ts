import type { KubernetesObject } from '../objects/index.ts';

/** Whether it is to be created: a few mistakes are let pass where they are made already. */
export function isNew({ metadata }: KubernetesObject): boolean {
  return metadata.resourceVersion === undefined;
}
