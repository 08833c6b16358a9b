import { type Controller, itself } from './controller.ts';
import { CONFIG_MAP, NAMESPACE, SERVICE_ACCOUNT } from './kinds.ts';

const ROOT_CA = 'kube-root-ca.crt';

/** Puts into every namespace what pods there need: the default service account and the cluster's certificate. */
export const namespaceController: Controller = {
  manager: 'kube-controller-manager',
  component: 'namespace-controller',
  watches: [
    itself(NAMESPACE),
    {
      kind: SERVICE_ACCOUNT,
      names: ({ type, object: { metadata } }) =>
        type === 'DELETED' && metadata.name === 'default'
          ? [{ namespace: '', name: metadata.namespace ?? '' }]
          : [],
    },
    {
      kind: CONFIG_MAP,
      names: ({ object: { metadata } }) =>
        metadata.name === ROOT_CA ? [{ namespace: '', name: metadata.namespace ?? '' }] : [],
    },
  ],
  reconcile({ client, caPem }, { name: namespace }) {
    const object = client.get(NAMESPACE, '', namespace);
    if (!object || object.metadata.deletionTimestamp !== undefined) return;
    if (!client.get(SERVICE_ACCOUNT, namespace, 'default')) {
      client.create({ ...SERVICE_ACCOUNT, metadata: { name: 'default', namespace } });
    }
    const data = { 'ca.crt': caPem };
    const rootCa = client.get(CONFIG_MAP, namespace, ROOT_CA);
    if (!rootCa) client.create({ ...CONFIG_MAP, metadata: { name: ROOT_CA, namespace }, data });
    else if (rootCa.data?.['ca.crt'] !== caPem) client.update({ ...rootCa, data });
  },
};
