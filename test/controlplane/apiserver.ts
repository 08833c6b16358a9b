/** Starts etcd and kube-apiserver. */
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { CertificateAuthority } from '../../lib/cluster/tls/certificate.ts';
import { type Assets, pathOf } from './assets.ts';
import { AUDIT_POLICY } from './audit.ts';
import { type Connection, send } from './connection.ts';
import { type ProcessGroup, until } from './processes.ts';

/** Name of the private key with which service account tokens are signed, in the control plane's folder. */
export const SERVICE_ACCOUNT_KEY = 'service-account.key';

interface User {
  readonly name: string;
  readonly token: string;
  readonly groups: readonly string[];
}

interface ApiServerOptions {
  readonly assets: Assets;
  /** Of everything that the servers write. */
  readonly directory: string;
  readonly processes: ProcessGroup;
  /** Issues the server's certificate, and those of clients. */
  readonly authority: CertificateAuthority;
  /** Others whose clients are known, PEM. */
  readonly otherAuthorities: readonly string[];
  /** With tokens. The first one must be a member of system:masters: it asks whether the server is ready. */
  readonly users: readonly [User, ...User[]];
  /** Whether pods are given service account tokens, which takes a controller manager: without one, no service
   * account is ever made and no pod would be admitted. */
  readonly serviceAccounts: boolean;
}

interface ApiServer {
  readonly connection: Pick<Connection, 'server' | 'ca' | 'auditLog'>;
  /** Kills kube-apiserver and starts it again. Resolves when it is ready.
   * @param whileDown called in between */
  restart(whileDown?: (store: Store) => Promise<void>): Promise<void>;
  /** Makes etcd forget every moment but the present one. */
  compact(): Promise<void>;
}

/** What the API server keeps in etcd, for tests of what it makes of that. */
export interface Store {
  /** @param path `/registry/<group>/<resource>/…`
   * @param change from what is stored to what shall be; for what is stored as JSON
   * @throws Error when nothing is there */
  rewrite(path: string, change: (stored: string) => string): Promise<void>;
}

/** Resolves when the server says that it is ready.
 * @throws Error when a server ends before that */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { assets, directory, processes, authority, otherAuthorities, users, serviceAccounts } = options;
  const [etcdPort, port] = await freePorts(2);
  const file = (name: string, content: string) => {
    writeFileSync(join(directory, name), content, { mode: 0o600 });
    return join(directory, name);
  };

  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const etcd = processes.start('etcd', pathOf(assets, 'etcd'), [
    `--data-dir=${join(directory, 'etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    '--listen-peer-urls=http://127.0.0.1:0',
    '--log-level=warn',
  ]);
  await until(etcd, async () => (await fetch(`${etcdUrl}/health`)).ok);

  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serving = authority.issue({
    subject: { commonName: 'kube-apiserver' },
    usage: 'server',
    names: ['localhost', '127.0.0.1'],
  });
  const auditLog = join(directory, 'audit.log');
  const flags = [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    // It would refuse to publish a loopback address as the endpoint of the service `kubernetes`.
    '--endpoint-reconciler-type=none',
    `--tls-cert-file=${file('server.crt', serving.certificatePem)}`,
    `--tls-private-key-file=${file('server.key', serving.privateKeyPem)}`,
    `--client-ca-file=${file('clients.crt', [authority.certificatePem, ...otherAuthorities].join(''))}`,
    `--token-auth-file=${file('tokens.csv', users.map(tokenLine).join(''))}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${file('service-account.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString())}`,
    `--service-account-signing-key-file=${file(SERVICE_ACCOUNT_KEY, privateKey.export({ type: 'sec1', format: 'pem' }).toString())}`,
    `--audit-policy-file=${file('audit-policy.yaml', JSON.stringify(AUDIT_POLICY))}`,
    `--audit-log-path=${auditLog}`,
    // In megabytes: never rotated, so that a place in it stays a place in it.
    '--audit-log-maxsize=100000',
    ...(serviceAccounts ? [] : ['--disable-admission-plugins=ServiceAccount']),
  ];
  const server = `https://127.0.0.1:${port}`;
  const endpoint = { server, ca: authority.certificatePem, token: users[0].token };
  const start = async () => {
    const apiserver = processes.start('kube-apiserver', pathOf(assets, 'kube-apiserver'), flags);
    await until(apiserver, async () => (await send(endpoint, 'GET', '/readyz')).status === 200);
  };
  await start();
  return {
    connection: { server, ca: endpoint.ca, auditLog },
    async restart(whileDown) {
      await processes.end('kube-apiserver');
      await whileDown?.({ rewrite: (path, change) => rewriteStored(etcdUrl, path, change) });
      await start();
    },
    compact: () => compactEtcd(etcdUrl),
  };
}

async function compactEtcd(url: string): Promise<void> {
  // Every answer of etcd has the revision in its header.
  const { header } = await askEtcd<{ header: { revision: string } }>(url, 'range', { key: btoa('any') });
  await askEtcd(url, 'compaction', { revision: header.revision, physical: true });
}

async function rewriteStored(url: string, path: string, change: (stored: string) => string): Promise<void> {
  const key = btoa(path);
  const { kvs = [] } = await askEtcd<{ kvs?: { value: string }[] }>(url, 'range', { key });
  if (!kvs[0]) throw new Error(`etcd has nothing at ${path}`);
  const value = change(Buffer.from(kvs[0].value, 'base64').toString());
  await askEtcd(url, 'put', { key, value: Buffer.from(value).toString('base64') });
}

/** Over etcd's gateway of JSON to gRPC. */
async function askEtcd<T>(url: string, method: string, body: object): Promise<T> {
  const answer = await fetch(`${url}/v3/kv/${method}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd refuses ${method}: ${await answer.text()}`);
  return (await answer.json()) as T; // as etcd's API defines it
}

/** Kubernetes' static token file: token, user, uid, groups. */
function tokenLine({ token, name, groups }: User): string {
  return `${token},${name},${name},"${groups.join(',')}"\n`;
}

/** Ports that are free now. All are held open until all are known, so that they differ. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
