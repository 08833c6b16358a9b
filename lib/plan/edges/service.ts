import type { JsonValue, KubernetesObject } from '../../objects/index.ts';
import { fieldOf, isMap, itemsOf, stringOf } from '../field-path.ts';
import { core, type EdgeFinder, present } from './edge.ts';

/** What sends requests to a Service comes after it: ingresses, routes, webhooks, APIServices, a StatefulSet that
 * names its governing Service. */
export const serviceEdges: EdgeFinder = (object, key) =>
  backendsOf(object).flatMap((backend) => {
    const name = stringOf(backend, 'name');
    if (name === undefined || (isMap(backend) && (backend.kind ?? 'Service') !== 'Service')) return [];
    return [present(core('Service', stringOf(backend, 'namespace') ?? key.namespace, name))];
  });

/** References to Services, each with a name and sometimes a namespace. */
function backendsOf(object: KubernetesObject): readonly (JsonValue | undefined)[] {
  switch (object.kind) {
    case 'Ingress':
      return [
        fieldOf(object, 'spec', 'defaultBackend', 'service'),
        ...itemsOf(object, 'spec', 'rules').flatMap((rule) =>
          itemsOf(rule, 'http', 'paths').map((path) => fieldOf(path, 'backend', 'service')),
        ),
      ];
    case 'HTTPRoute':
    case 'GRPCRoute':
    case 'TLSRoute':
    case 'TCPRoute':
    case 'UDPRoute':
      return itemsOf(object, 'spec', 'rules').flatMap((rule) => itemsOf(rule, 'backendRefs'));
    case 'ValidatingWebhookConfiguration':
    case 'MutatingWebhookConfiguration':
      return itemsOf(object, 'webhooks').map((webhook) => fieldOf(webhook, 'clientConfig', 'service'));
    case 'APIService':
      return [fieldOf(object, 'spec', 'service')];
    case 'CustomResourceDefinition':
      return [fieldOf(object, 'spec', 'conversion', 'webhook', 'clientConfig', 'service')];
    case 'StatefulSet':
      return [{ name: stringOf(object, 'spec', 'serviceName') }];
    default:
      return [];
  }
}
