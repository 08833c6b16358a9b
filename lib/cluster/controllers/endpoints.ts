import type { JsonValue, KubernetesObject } from '../../objects/index.ts';
import { deepEqual } from '../deep-equal.ts';
import {
  type Controller,
  controlled,
  itself,
  nameOf,
  type Reconciliation,
  type Watch,
} from './controller.ts';
import { ENDPOINT_SLICE, ENDPOINTS, POD, SERVICE } from './kinds.ts';
import { generated } from './names.ts';
import { controllerReference } from './owned.ts';
import { isOver, isReady } from './pods.ts';

/** The pods that a service's selector takes, as an EndpointSlice and as Endpoints. */
export const endpointsController: Controller = {
  manager: 'kube-controller-manager',
  component: 'endpoint-slice-controller',
  watches: [itself(SERVICE), servicesOf(), controlled(ENDPOINT_SLICE, SERVICE)],
  reconcile(context, { namespace, name }) {
    const service = context.client.get(SERVICE, namespace, name);
    if (!service) {
      removeEndpoints(context, namespace, name);
      return;
    }
    // Without a selector somebody else keeps the endpoints.
    if (service.metadata.deletionTimestamp !== undefined || !hasSelector(service)) return;
    const pods = podsOf(context, service);
    keepSlice(context, service, pods);
    keepEndpoints(context, service, pods);
  },
};

function servicesOf(): Watch {
  return {
    kind: POD,
    names({ type, object, previous }, client) {
      if (type === 'MODIFIED' && previous && !changesEndpoints(previous, object)) return [];
      return client
        .list(SERVICE, { namespace: object.metadata.namespace ?? '' })
        .filter((service) => selects(service, object) || (previous && selects(service, previous)))
        .map(nameOf);
    },
  };
}

function changesEndpoints(before: KubernetesObject, after: KubernetesObject): boolean {
  return (
    isReady(before) !== isReady(after) ||
    isOver(before) !== isOver(after) ||
    before.status?.podIP !== after.status?.podIP ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    !deepEqual(before.metadata.labels, after.metadata.labels)
  );
}

function hasSelector({ spec }: KubernetesObject): boolean {
  return (
    spec?.selector !== undefined && Object.keys(spec.selector).length > 0 && spec.type !== 'ExternalName'
  );
}

function selects(service: KubernetesObject, pod: KubernetesObject): boolean {
  return (
    hasSelector(service) &&
    Object.entries(service.spec.selector).every(([label, value]) => pod.metadata.labels?.[label] === value)
  );
}

function podsOf({ client }: Reconciliation, service: KubernetesObject): readonly KubernetesObject[] {
  return client
    .list(POD, { namespace: service.metadata.namespace ?? '' })
    .filter((pod) => selects(service, pod) && pod.status?.podIP && !isOver(pod));
}

interface ServicePort {
  readonly name?: string;
  readonly protocol?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
}

/** @returns the ports of the pods behind the service; a port with a name is looked up in the pods */
function portsOf(service: KubernetesObject, pods: readonly KubernetesObject[]): readonly EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((port: ServicePort) => {
    const target = port.targetPort ?? port.port;
    const number = typeof target === 'number' ? target : namedPort(target, pods);
    if (number === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return [{ name, port: number, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

type EndpointPort = {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
};

function namedPort(name: string, pods: readonly KubernetesObject[]): number | undefined {
  for (const pod of pods) {
    for (const container of pod.spec?.containers ?? []) {
      for (const port of container.ports ?? []) if (port.name === name) return port.containerPort;
    }
  }
  return undefined;
}

function targetReference({ metadata }: KubernetesObject): JsonValue {
  return { kind: 'Pod', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid };
}

function keepSlice(
  context: Reconciliation,
  service: KubernetesObject,
  pods: readonly KubernetesObject[],
): void {
  const { client, owned } = context;
  const endpoints = pods.map((pod) => {
    const terminating = pod.metadata.deletionTimestamp !== undefined;
    return {
      addresses: [pod.status.podIP],
      conditions: { ready: isReady(pod) && !terminating, serving: isReady(pod), terminating },
      nodeName: pod.spec.nodeName,
      targetRef: targetReference(pod),
    };
  });
  const ports = portsOf(service, pods);
  const [slice] = owned.of(client, ENDPOINT_SLICE, service);
  if (slice) {
    if (deepEqual([slice.endpoints ?? [], slice.ports ?? []], [endpoints, ports])) return;
    client.update({ ...slice, endpoints, ports });
    return;
  }
  client.create({
    ...ENDPOINT_SLICE,
    metadata: {
      ...generated(`${service.metadata.name}-`),
      namespace: service.metadata.namespace ?? '',
      labels: {
        ...service.metadata.labels,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': service.metadata.name,
      },
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  });
}

function keepEndpoints(
  { client }: Reconciliation,
  service: KubernetesObject,
  pods: readonly KubernetesObject[],
): void {
  const { namespace = '', name, labels } = service.metadata;
  const address = (pod: KubernetesObject) => {
    return { ip: pod.status.podIP, nodeName: pod.spec.nodeName, targetRef: targetReference(pod) };
  };
  const staying = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const ready = staying.filter(isReady).map(address);
  const unready = staying.filter((pod) => !isReady(pod)).map(address);
  // Endpoints leave the name out where EndpointSlices have the empty one.
  const ports = portsOf(service, pods).map(({ name, ...port }) => ({
    ...(name !== '' && { name }),
    ...port,
  }));
  const subset = {
    ...(ready.length > 0 && { addresses: ready }),
    ...(unready.length > 0 && { notReadyAddresses: unready }),
    ...(ports.length > 0 && { ports }),
  };
  const subsets = staying.length > 0 ? [subset] : [];
  const existing = client.get(ENDPOINTS, namespace, name);
  if (existing) {
    if (!deepEqual(existing.subsets ?? [], subsets)) client.update({ ...existing, subsets });
    return;
  }
  client.create({
    ...ENDPOINTS,
    metadata: {
      name,
      namespace,
      labels: { ...labels, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
    },
    subsets,
  });
}

/** Endpoints have no owner, so they go with the service by name. EndpointSlices are owned. */
function removeEndpoints({ client }: Reconciliation, namespace: string, name: string): void {
  const endpoints = client.get(ENDPOINTS, namespace, name);
  if (endpoints?.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') {
    client.delete(ENDPOINTS, namespace, name);
  }
}
