import type { ControllerClient } from '../store.ts';
import { NODE } from './kinds.ts';
import { NODE_IP } from './pod-status.ts';
import { rfc3339 } from './time.ts';

const NODE_NAME = 'truekeel';

/** Makes the node that pods run on, if the cluster has none. */
export function ensureNode(client: ControllerClient, now: Date): void {
  if (client.list(NODE).length > 0) return;
  const resources = { cpu: '64', memory: '256Gi', pods: '10000', 'ephemeral-storage': '1Ti' };
  const time = rfc3339(now);
  const node = client.create({
    ...NODE,
    metadata: {
      name: NODE_NAME,
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': NODE_NAME,
        'kubernetes.io/os': 'linux',
      },
    },
    spec: {},
  });
  client.updateStatus({
    ...node,
    status: {
      addresses: [
        { type: 'InternalIP', address: NODE_IP },
        { type: 'Hostname', address: NODE_NAME },
      ],
      allocatable: resources,
      capacity: resources,
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastHeartbeatTime: time,
          lastTransitionTime: time,
        },
      ],
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        kubeletVersion: 'v1.37.2',
        containerRuntimeVersion: 'truekeel://',
        kernelVersion: '',
        osImage: 'Truekeel embedded cluster',
        bootID: '',
        machineID: '',
        systemUUID: '',
        kubeProxyVersion: '',
      },
    },
  });
}
