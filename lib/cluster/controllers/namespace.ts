import { type Controller, itself } from './controller.ts';
import { CONFIG_MAP, NAMESPACE, SERVICE_ACCOUNT } from './kinds.ts';

const ROOT_CA = 'kube-root-ca.crt';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

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
    if (!rootCa) {
      const annotations = { 'kubernetes.io/description': DESCRIPTION };
      client.create({ ...CONFIG_MAP, metadata: { name: ROOT_CA, namespace, annotations }, data });
    }
    if (rootCa && rootCa.data?.['ca.crt'] !== caPem) client.update({ ...rootCa, data });
  },
};
