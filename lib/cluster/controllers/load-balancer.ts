import type { KubernetesObject } from '../../objects/index.ts';
import type { KindReference } from '../store.ts';
import { type Controller, itself, type Reconciliation } from './controller.ts';
import { INGRESS, SERVICE } from './kinds.ts';
import { writeStatus } from './write-status.ts';

/** Addresses for documentation (RFC 5737, TEST-NET-1), of which nobody can take a packet. */
const NETWORK = '192.0.2';

function controllerFor(kind: KindReference, wants: (object: KubernetesObject) => boolean): Controller {
  return {
    manager: 'kube-controller-manager',
    component: 'service-controller',
    watches: [itself(kind)],
    reconcile(context, { namespace, name }) {
      const object = context.client.get(kind, namespace, name);
      if (!object || object.metadata.deletionTimestamp !== undefined || !wants(object)) return;
      if (object.status?.loadBalancer?.ingress?.length > 0) return;
      const ingress = kind === SERVICE ? { ip: addressOf(object), ipMode: 'VIP' } : { ip: addressOf(object) };
      writeStatus(context.client, object, { ...object.status, loadBalancer: { ingress: [ingress] } });
      tell(context, object);
    },
  };
}

function tell({ events }: Reconciliation, object: KubernetesObject): void {
  if (object.kind === 'Service') events.normal(object, 'EnsuredLoadBalancer', 'Ensured load balancer');
}

/** The same object gets the same address each time. */
function addressOf({ metadata }: KubernetesObject): string {
  let sum = 0;
  for (const letter of `${metadata.namespace}/${metadata.name}`)
    sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return `${NETWORK}.${(sum % 254) + 1}`;
}

/** Gives services of type LoadBalancer an address. */
export const loadBalancerController = controllerFor(SERVICE, ({ spec }) => spec?.type === 'LoadBalancer');

/** Gives ingresses an address. */
export const ingressController = controllerFor(INGRESS, () => true);
