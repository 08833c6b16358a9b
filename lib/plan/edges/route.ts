import type { JsonValue } from '../../objects/index.ts';
import { itemsOf, stringOf } from '../field-path.ts';
import { clusterWide, type EdgeFinder, inNamespace, secrets } from './edge.ts';

const GATEWAY = 'gateway.networking.k8s.io';

/** A route of the Gateway API comes after the Gateways that it hangs on, or the Services, in a mesh. */
export const routeParentEdges: EdgeFinder = ({ key, object }) =>
  itemsOf(object, 'spec', 'parentRefs').flatMap((parent) =>
    inNamespace(
      {
        group: stringOf(parent, 'group') ?? GATEWAY,
        kind: stringOf(parent, 'kind') ?? 'Gateway',
        namespace: stringOf(parent, 'namespace') ?? key.namespace,
      },
      stringOf(parent, 'name'),
    ),
  );

/** A Gateway comes after its class and its certificates. */
export const gatewayEdges: EdgeFinder = ({ key, object }, written) => [
  ...clusterWide(GATEWAY, 'GatewayClass', stringOf(object, 'spec', 'gatewayClassName')),
  ...itemsOf(object, 'spec', 'listeners').flatMap((listener) =>
    itemsOf(listener, 'tls', 'certificateRefs').flatMap((reference) => {
      if ((reference.kind ?? 'Secret') !== 'Secret') return [];
      const namespace = stringOf(reference, 'namespace') ?? key.namespace;
      return [
        ...secrets(namespace, [stringOf(reference, 'name')]),
        ...written
          .producersOf(namespace, stringOf(reference, 'name') ?? '')
          .map((to) => ({ to, until: 'present' as const })),
      ];
    }),
  ),
];

/** An Ingress comes after its class, its certificates and the issuer of these. */
export const ingressEdges: EdgeFinder = ({ key: { namespace }, object }) => {
  const annotations = object.metadata.annotations ?? {};
  return [
    ...clusterWide('networking.k8s.io', 'IngressClass', stringOf(object, 'spec', 'ingressClassName')),
    ...secrets(
      namespace,
      itemsOf(object, 'spec', 'tls').map((tls) => stringOf(tls, 'secretName')),
    ),
    ...clusterWide('cert-manager.io', 'ClusterIssuer', annotations['cert-manager.io/cluster-issuer']),
    ...inNamespace(
      { group: 'cert-manager.io', kind: 'Issuer', namespace },
      annotations['cert-manager.io/issuer'],
    ),
  ];
};

/** The class of an ingress comes after its parameters. */
export const ingressClassEdges: EdgeFinder = ({ object }) => {
  const parameters: JsonValue | undefined = object.spec?.parameters;
  const kind = stringOf(parameters, 'kind');
  if (kind === undefined) return [];
  const group = stringOf(parameters, 'apiGroup') ?? '';
  const namespace = stringOf(parameters, 'namespace') ?? '';
  return inNamespace({ group, kind, namespace }, stringOf(parameters, 'name'));
};
