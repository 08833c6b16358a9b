import { type Controller, itself, nameOf } from './controller.ts';
import { POD, RESOURCE_QUOTA } from './kinds.ts';
import { countedPods } from './pod-creation.ts';
import { isOver } from './pods.ts';
import { writeStatus } from './write-status.ts';

const COUNTED = ['pods', 'count/pods'];

/** Says how much of a quota is used. Pods are the only thing that is counted. */
export const resourceQuotaController: Controller = {
  manager: 'kube-controller-manager',
  component: 'resourcequota-controller',
  watches: [
    itself(RESOURCE_QUOTA),
    {
      kind: POD,
      names: ({ type, object, previous }, client) =>
        type === 'MODIFIED' && previous && isOver(previous) === isOver(object)
          ? []
          : client.list(RESOURCE_QUOTA, { namespace: object.metadata.namespace ?? '' }).map(nameOf),
    },
  ],
  reconcile({ client }, { namespace, name }) {
    const quota = client.get(RESOURCE_QUOTA, namespace, name);
    if (!quota) return;
    const hard: Readonly<Record<string, string>> = quota.spec?.hard ?? {};
    const pods = String(countedPods(client, namespace));
    const used = Object.keys(hard).map((resource) => [resource, COUNTED.includes(resource) ? pods : '0']);
    writeStatus(client, quota, { hard, used: Object.fromEntries(used) });
  },
};
