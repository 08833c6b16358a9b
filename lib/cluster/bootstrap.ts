/** The objects that every cluster starts with. */
import type { KubernetesObject } from '../objects/index.ts';
import { bootstrapRoles } from './auth/bootstrap-roles.ts';
import type { ControllerClient } from './store.ts';

export function createInitialObjects(client: ControllerClient, nodes: number, port: number): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  for (const object of bootstrapRoles()) client.create(object);
  client.create(kubernetesService(port));
  for (let i = 1; i <= nodes; i++) {
    const node = client.create(newNode(i));
    client.updateStatus({ ...node, status: nodeStatus(i, node.metadata.creationTimestamp ?? '') });
  }
}

function kubernetesService(port: number): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      clusterIP: '10.96.0.1',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
    },
  };
}

function newNode(number: number): KubernetesObject {
  const name = `node-${number}`;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
    },
    spec: { podCIDR: `10.244.${number}.0/24`, podCIDRs: [`10.244.${number}.0/24`] },
  };
}

function nodeStatus(number: number, since: string): Record<string, unknown> {
  const resources = { cpu: '32', memory: '256Gi', pods: '1000', 'ephemeral-storage': '1Ti' };
  return {
    capacity: resources,
    allocatable: resources,
    addresses: [
      { type: 'InternalIP', address: `10.0.0.${number}` },
      { type: 'Hostname', address: `node-${number}` },
    ],
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
        lastHeartbeatTime: since,
        lastTransitionTime: since,
      },
    ],
    nodeInfo: {
      kubeletVersion: 'v1.37.2+truekeel',
      kubeProxyVersion: '',
      containerRuntimeVersion: 'none://',
      osImage: 'none',
      kernelVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
      machineID: '',
      systemUUID: '',
      bootID: '',
    },
  };
}
