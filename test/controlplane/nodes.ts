/** Makes a control plane run workloads: controllers, scheduler, and KWOK, which plays the kubelet of one node.
 * Pods become ready, complete and go away, and volumes are bound; no container ever runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_ACCOUNT_KEY } from './apiserver.ts';
import { type Assets, pathOf } from './assets.ts';
import { type Connection, send } from './connection.ts';
import { type ProcessGroup, until } from './processes.ts';

/** The processes, which are also users of the API server. */
export const NODE_COMPONENTS = ['kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

export interface NodesOptions {
  readonly assets: Assets;
  readonly connection: Connection;
  readonly processes: ProcessGroup;
  /** Path of each component's kubeconfig, by name. */
  readonly kubeconfigs: ReadonlyMap<string, string>;
}

const NODE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'node-0',
    // KWOK touches only nodes that say so.
    annotations: { 'kwok.x-k8s.io/node': 'fake' },
    labels: {
      'kubernetes.io/hostname': 'node-0',
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
    },
  },
  status: {
    capacity: { cpu: '512', memory: '4Ti', pods: '10000', 'ephemeral-storage': '4Ti' },
    allocatable: { cpu: '512', memory: '4Ti', pods: '10000', 'ephemeral-storage': '4Ti' },
  },
};

/** The class for which KWOK's stages make and bind volumes. */
const STORAGE_CLASS = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'kwok-volume',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'kwok.x-k8s.io/volume',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
};

/** Resolves when the node takes pods and namespaces get their service account.
 * @throws Error when a component ends before that */
export async function startNodes(options: NodesOptions): Promise<void> {
  const { assets, connection, processes, kubeconfigs } = options;
  if (assets.stages === undefined) throw new Error('the stages for KWOK were neither found nor written');
  const root = join(connection.directory, 'ca.crt');
  writeFileSync(root, connection.ca);
  const start = (name: (typeof NODE_COMPONENTS)[number], ...args: readonly string[]) =>
    processes.start(name, pathOf(assets, name), [`--kubeconfig=${kubeconfigs.get(name)}`, ...args]);
  const alone = ['--leader-elect=false', '--secure-port=0', '--bind-address=127.0.0.1'];

  const controllers = start(
    'kube-controller-manager',
    ...alone,
    `--service-account-private-key-file=${join(connection.directory, SERVICE_ACCOUNT_KEY)}`,
    `--root-ca-file=${root}`,
    // The defaults (20 and 30 requests a second) spare a shared server; this one is ours alone.
    '--kube-api-qps=1000',
    '--kube-api-burst=2000',
  );
  const scheduler = start('kube-scheduler', ...alone, '--kube-api-qps=1000', '--kube-api-burst=2000');
  await create(connection, '/api/v1/nodes', NODE);
  await create(connection, '/apis/storage.k8s.io/v1/storageclasses', STORAGE_CLASS);
  const kwok = start(
    'kwok',
    `--config=${assets.stages}`,
    '--manage-all-nodes=true',
    '--node-lease-duration-seconds=40',
    '--node-ip=127.0.0.1',
    '--cidr=10.1.0.1/16',
  );
  await Promise.race([
    Promise.all([
      until(kwok, () => isSchedulable(connection)),
      until(controllers, async () => {
        const account = '/api/v1/namespaces/default/serviceaccounts/default';
        return (await send(connection, 'GET', account)).status === 200;
      }),
    ]),
    scheduler.failed,
  ]);
}

async function create(connection: Connection, path: string, object: object): Promise<void> {
  const { status, body } = await send(connection, 'POST', path, object);
  if (status !== 201) throw new Error(`POST ${path} was answered with ${status}: ${body}`);
}

/** The node is ready, and the controllers have taken away the taint that a new node starts with. */
async function isSchedulable(connection: Connection): Promise<boolean> {
  const { body } = await send(connection, 'GET', `/api/v1/nodes/${NODE.metadata.name}`);
  // v1.Node, of which a reader needs only this.
  const node = JSON.parse(body) as {
    readonly spec?: { readonly taints?: readonly unknown[] };
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  };
  const isReady = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return isReady === true && (node.spec?.taints ?? []).length === 0;
}
