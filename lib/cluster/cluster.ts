/** Starts an embedded cluster: the API server, what lives in it from the start, and its controllers. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Authenticator } from './auth/authenticator.ts';
import { MASTERS, type UserInfo } from './auth/user.ts';
import { createInitialObjects } from './bootstrap.ts';
import { createStore } from './controller-client.ts';
import { startControllers } from './controllers/index.ts';
import type { Core } from './core.ts';
import { Dispatcher } from './dispatcher.ts';
import { listen } from './http/server.ts';
import { nodePortPool, serviceAddressPool } from './kinds/address-pool.ts';
import { kubeconfigYaml } from './kubeconfig.ts';
import { startLifecycle } from './lifecycle/index.ts';
import { ResourceRegistry } from './resources/registry.ts';
import { route } from './rest/router.ts';
import { Storage } from './storage/storage.ts';
import type { ClusterStore } from './store.ts';
import { createCertificateAuthority, type IssuedCertificate } from './tls/certificate.ts';

export interface ClusterOptions {
  /** Default: any free port. */
  readonly port?: number;
  readonly host?: '127.0.0.1';
  /** Default true. Without, the server speaks plain HTTP and knows tokens only. */
  readonly tls?: boolean;
  /** Whether workloads become ready and the like; default true. */
  readonly controllers?: boolean;
  /** Nodes that pods can be bound to; default 1. */
  readonly nodes?: number;
  /** Users beside the administrator. What they may do is up to RBAC objects. */
  readonly users?: readonly ClusterUser[];
  /** Clock of all timestamps. */
  readonly now?: () => Date;
  /** Name of the cluster, context and user in the kubeconfig; default `truekeel`. */
  readonly name?: string;
}

export interface ClusterUser {
  readonly name: string;
  readonly groups?: readonly string[];
  readonly token: string;
}

export interface Cluster {
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** Bearer token of the administrator. */
  readonly token: string;
  /** PEM of the CA that signed the serving certificate. */
  readonly caPem: string;
  readonly store: ClusterStore;
  /** YAML of a kubeconfig, for the administrator unless a user is named.
   * @throws RangeError when there is no such user */
  kubeconfig(user?: string): string;
  /** A client certificate for any user and groups. */
  issueCertificate(user: UserInfo): IssuedCertificate;
  /** Makes every watch and list that starts in the past answer 410, as after a compaction. */
  compact(): void;
  /** Closes all connections and frees the port. */
  stop(): Promise<void>;
}

export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { host = '127.0.0.1', port = 0, tls = true, name = 'truekeel', now = () => new Date() } = options;
  const core: Core = {
    storage: new Storage(),
    resources: new ResourceRegistry(),
    serviceAddresses: serviceAddressPool(),
    nodePorts: nodePortPool(),
    now,
    newUid: randomUUID,
  };
  const dispatcher = new Dispatcher();
  const store = createStore(core, dispatcher);
  const stopLifecycle = startLifecycle(core, dispatcher);
  const token = randomBytes(24).toString('base64url');
  const users = new Map<string, UserInfo>([
    [token, { name: 'admin', groups: [MASTERS] }],
    ...(options.users ?? []).map((user): [string, UserInfo] => [
      user.token,
      { name: user.name, groups: user.groups ?? [] },
    ]),
  ]);
  const authority = createCertificateAuthority(`${name}-ca`, new Date());
  const ca = authority.certificatePem;
  const serving = authority.issue({
    subject: { commonName: 'kube-apiserver' },
    usage: 'server',
    names: ['localhost', host, 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', '10.96.0.1'],
  });
  const listening = await listen({
    host,
    port,
    ...(tls && { tls: { cert: serving.certificatePem, key: serving.privateKeyPem, ca } }),
    authenticator: new Authenticator(users),
    handle: (request, reply) => route(core, request, reply),
  });
  createInitialObjects(store.as('kube-apiserver'), options.nodes ?? 1, listening.port);
  const controllers = options.controllers === false ? undefined : startControllers(store, { caPem: ca, now });
  const server = `${tls ? 'https' : 'http'}://${host}:${listening.port}`;
  return {
    server,
    token,
    caPem: ca,
    store,
    kubeconfig(user) {
      const chosen =
        user === undefined ? token : options.users?.find((candidate) => candidate.name === user)?.token;
      if (chosen === undefined) throw new RangeError(`this cluster has no user ${JSON.stringify(user)}`);
      return kubeconfigYaml({
        name,
        server,
        ...(tls && { caPem: ca }),
        user: user ?? `${name}-admin`,
        credentials: { token: chosen },
      });
    },
    issueCertificate: (user) =>
      authority.issue({ subject: { commonName: user.name, organizations: user.groups }, usage: 'client' }),
    compact: () => core.storage.compact(),
    async stop() {
      controllers?.stop();
      stopLifecycle();
      await listening.close();
    },
  };
}
