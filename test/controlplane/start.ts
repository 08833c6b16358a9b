/** Starts a real control plane on loopback for tests and benchmarks: everything in a folder of its own, in
 * memory where the system has such a file system, gone without a trace when it is stopped. */
import { randomUUID } from 'node:crypto';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiServer } from './apiserver.ts';
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
  /** Ends every process and removes the folder. May be called twice. */
  stop(): Promise<void>;
}

/** @throws Error when binaries are missing and cannot be built, or a server ends before it is ready (with the
 * last lines of its log) */
export async function startControlPlane(options: StartOptions = {}): Promise<ControlPlane> {
  const { nodes = 'kwok', onProgress } = options;
  const assets = await ensureAssets(nodes === 'kwok' ? 'nodes' : 'api', onProgress ? { onProgress } : {});
  const directory = mkdtempSync(join(memoryDirectory(), 'truekeel-controlplane-'));
  const processes = new ProcessGroup(directory);
  const stop = () => processes.stop();
  const user = (name: string, ...groups: readonly string[]) => ({ name, token: randomUUID(), groups });
  const admin = user('admin', 'system:masters');
  const guest = user('guest');
  const components = NODE_COMPONENTS.map((name) => user(name, 'system:masters'));
  try {
    const connection = {
      ...(await startApiServer({
        assets,
        directory,
        processes,
        users: [admin, guest, ...components],
        serviceAccounts: nodes === 'kwok',
      })),
      token: admin.token,
      guestToken: guest.token,
      directory,
      kubectl: assets.paths.get('kubectl'),
    };
    const kubeconfigs = new Map(
      [admin, guest, ...components].map((someone) => {
        const path = join(directory, `${someone.name}.kubeconfig`);
        return [someone.name, writeKubeconfig(path, connection, someone)];
      }),
    );
    if (nodes === 'kwok') await startNodes({ assets, connection, processes, kubeconfigs });
    return {
      connection,
      server: connection.server,
      kubeconfig: join(directory, 'admin.kubeconfig'),
      guestKubeconfig: join(directory, 'guest.kubeconfig'),
      audit: new AuditLog(connection),
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
