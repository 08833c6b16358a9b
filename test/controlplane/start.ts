/** Starts a real control plane on loopback for tests and benchmarks: everything in a folder of its own, in
 * memory where the system has such a file system, gone without a trace when it is stopped. */
import { randomUUID } from 'node:crypto';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '../../lib/cluster/tls/certificate.ts';
import { type Store, startApiServer } from './apiserver.ts';
import type { Assets } from './assets.ts';
import { AuditLog } from './audit.ts';
import { type Connection, writeKubeconfig } from './connection.ts';
import { ensureAssets } from './go.ts';
import { NODE_COMPONENTS, startNodes } from './nodes.ts';
import { ProcessGroup } from './processes.ts';

export interface StartOptions {
  /** `kwok` (default): controllers, a scheduler and one fake node, so that workloads become ready.
   * `none`: only the API server, which stores what it is given. */
  readonly nodes?: 'kwok' | 'none';
  /** Called with a line for people when binaries have to be built first. */
  readonly onProgress?: (line: string) => void;
}

export interface ControlPlane extends AsyncDisposable {
  readonly connection: Connection;
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** Path of a kubeconfig of a member of system:masters, user `admin`. */
  readonly kubeconfig: string;
  /** Path of a kubeconfig of user `guest`, who has no rights. */
  readonly guestKubeconfig: string;
  readonly audit: AuditLog;
  /** Kills the API server and starts it again, at its address and with what is stored. Resolves when it is ready.
   * @param whileDown called in between */
  restart(whileDown?: (store: Store) => Promise<void>): Promise<void>;
  /** Makes etcd forget every moment but the present one. */
  compact(): Promise<void>;
  /** Ends every process and removes the folder. May be called twice. */
  stop(): Promise<void>;
}

/** The authorities are valid for ten years. */
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

const ADMIN_CERTIFICATE = {
  subject: { commonName: 'admin', organizations: ['system:masters'] },
  usage: 'client',
} as const;

/** @throws Error when binaries are missing and cannot be built, or a server ends before it is ready (with the
 * last lines of its log) */
export async function startControlPlane(options: StartOptions = {}): Promise<ControlPlane> {
  const { nodes = 'kwok', onProgress } = options;
  const assets = await ensureAssets(nodes === 'kwok' ? 'nodes' : 'api', onProgress ? { onProgress } : {});
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(assets, nodes);
    } catch (error) {
      // A port that was free when it was chosen may be taken by the time a server listens on it.
      const isTaken = error instanceof Error && error.message.includes('address already in use');
      if (!isTaken || attempt === 3) throw error;
    }
  }
}

async function startOnce(assets: Assets, nodes: 'kwok' | 'none'): Promise<ControlPlane> {
  const directory = mkdtempSync(join(memoryDirectory(), 'truekeel-controlplane-'));
  const processes = new ProcessGroup(directory);
  const stop = () => processes.stop();
  const authority = createCertificateAuthority('controlplane', new Date());
  const expiredAuthority = createCertificateAuthority('expired', new Date(Date.now() - 11 * YEAR_MS));
  const user = (name: string, ...groups: readonly string[]) => ({ name, token: randomUUID(), groups });
  const admin = user('admin', 'system:masters');
  const guest = user('guest');
  const components = NODE_COMPONENTS.map((name) => user(name, 'system:masters'));
  try {
    const apiServer = await startApiServer({
      assets,
      directory,
      processes,
      authority,
      otherAuthorities: [expiredAuthority.certificatePem],
      users: [admin, guest, ...components],
      serviceAccounts: nodes === 'kwok',
    });
    const connection = {
      ...apiServer.connection,
      token: admin.token,
      guestToken: guest.token,
      certificate: authority.issue(ADMIN_CERTIFICATE),
      expiredCertificate: expiredAuthority.issue(ADMIN_CERTIFICATE),
      directory,
      kubectl: assets.paths.get('kubectl'),
    };
    const kubeconfigs = new Map(
      [admin, guest, ...components].map(({ name, token }) => {
        const path = join(directory, `${name}.kubeconfig`);
        return [name, writeKubeconfig(path, connection, { name, credential: token })];
      }),
    );
    if (nodes === 'kwok') await startNodes({ assets, connection, processes, kubeconfigs });
    return {
      connection,
      server: connection.server,
      kubeconfig: join(directory, 'admin.kubeconfig'),
      guestKubeconfig: join(directory, 'guest.kubeconfig'),
      audit: new AuditLog(connection),
      restart: (whileDown) => apiServer.restart(whileDown),
      compact: () => apiServer.compact(),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function memoryDirectory(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}
