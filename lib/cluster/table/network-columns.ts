import type { KubernetesObject } from '../../objects/index.ts';
import { AGE, NAME, selectorText, text, WIDE } from './common-columns.ts';
import type { Column } from './table.ts';

interface Port {
  readonly port?: number;
  readonly protocol?: string;
  readonly nodePort?: number;
}

function servicePorts({ spec }: KubernetesObject): string {
  return ((spec.ports ?? []) as readonly Port[])
    .map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`)
    .join(',');
}

interface Address {
  readonly ip?: string;
  readonly hostname?: string;
}

function loadBalancerAddresses({ status }: KubernetesObject): string {
  return ((status?.loadBalancer?.ingress ?? []) as readonly Address[])
    .map(({ ip, hostname }) => ip ?? hostname)
    .join(',');
}

function externalAddress(service: KubernetesObject): string {
  const { type, externalIPs = [], externalName } = service.spec;
  if (type === 'ExternalName') return externalName;
  const addresses = [loadBalancerAddresses(service), ...externalIPs]
    .filter((address) => address !== '')
    .join(',');
  return addresses === '' && type === 'LoadBalancer' ? '<pending>' : addresses;
}

function endpointAddresses(object: KubernetesObject): string {
  const subsets = (object.subsets ?? []) as readonly {
    addresses?: readonly Address[];
    ports?: readonly Port[];
  }[];
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    addresses.flatMap(({ ip }) => ports.map(({ port }) => `${ip}:${port}`)),
  );
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',');
}

export const networkColumns: Readonly<Record<string, readonly Column[]>> = {
  '/Service': [
    NAME,
    text('Type', ({ spec }) => spec.type),
    text('Cluster-IP', ({ spec }) => spec.clusterIP),
    text('External-IP', externalAddress),
    text('Port(s)', servicePorts),
    AGE,
    text('Selector', ({ spec }) => selectorText({ matchLabels: spec.selector }), WIDE),
  ],
  '/Endpoints': [NAME, text('Endpoints', endpointAddresses), AGE],
  'discovery.k8s.io/EndpointSlice': [
    NAME,
    text('AddressType', ({ addressType }) => addressType),
    text('Ports', ({ ports = [] }) => ports.map(({ port }: Port) => port).join(',')),
    text('Endpoints', ({ endpoints = [] }) =>
      endpoints.flatMap(({ addresses }: { addresses: readonly string[] }) => addresses).join(','),
    ),
    AGE,
  ],
  'networking.k8s.io/Ingress': [
    NAME,
    text('Class', ({ spec }) => spec.ingressClassName),
    text(
      'Hosts',
      ({ spec }) => (spec.rules ?? []).map(({ host = '*' }: { host?: string }) => host).join(',') || '*',
    ),
    { ...text('Address', loadBalancerAddresses), value: loadBalancerAddresses },
    text('Ports', ({ spec }) => (spec.tls?.length ? '80, 443' : '80')),
    AGE,
  ],
  'networking.k8s.io/IngressClass': [NAME, text('Controller', ({ spec }) => spec.controller), AGE],
  'networking.k8s.io/NetworkPolicy': [
    NAME,
    text('Pod-Selector', ({ spec }) => selectorText(spec.podSelector)),
    AGE,
  ],
};
