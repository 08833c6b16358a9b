/** Suites of tests that need a real control plane. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, inject } from 'vitest';
import { AuditLog } from './audit.ts';
import { type Connection, type KubeconfigUser, send, writeKubeconfig } from './connection.ts';
import type { ControlPlaneState } from './global-setup.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the tests of a suite do not run on this machine; printed by reporter.ts. */
    skipReason?: string;
  }
}

/** The control plane of the whole test run, as one suite sees it: what is in it may be other suites'. */
export interface ControlPlaneHandle {
  readonly connection: Connection;
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** Paths of kubeconfigs that no other suite has, so that a test may change them. */
  readonly kubeconfig: string;
  /** As {@link kubeconfig}, for user `guest`, who has no rights. */
  readonly guestKubeconfig: string;
  /** As {@link kubeconfig}, with a client certificate instead of a token. */
  readonly certificateKubeconfig: string;
  /** As {@link certificateKubeconfig}, but the certificate expired a year ago. */
  readonly expiredKubeconfig: string;
  /** Whether workloads become ready here. */
  readonly nodes: boolean;
  readonly audit: AuditLog;
  /** A name that no other suite uses, for objects without a namespace. */
  uniqueName(prefix?: string): string;
  /** Makes a namespace that no other suite uses. It is not deleted: the whole control plane is, at the end. */
  createNamespace(prefix?: string): Promise<string>;
}

export interface SuiteOptions {
  /** `none`: an API server alone is enough, workloads need not become ready. Default `kwok`. */
  readonly nodes?: 'kwok' | 'none';
}

/** A `describe` whose tests run on the real control plane, or are reported as skipped with the reason when there is
 * none and none can be built.
 * @param suite gets a function, to be called in hooks and tests only: skipped tests have no control plane */
export function describeOnControlPlane(
  name: string,
  suite: (controlPlane: () => ControlPlaneHandle) => void,
  options: SuiteOptions = {},
): void {
  const state = inject('controlPlane');
  const skipReason = whySkipped(state, options.nodes ?? 'kwok');
  let handle: ControlPlaneHandle | undefined;
  const getHandle = () => {
    handle ??= controlPlane();
    return handle;
  };
  describe(name, skipReason === undefined ? {} : { skip: true, meta: { skipReason } }, () =>
    suite(getHandle),
  );
}

/** A fresh handle on the control plane of this test run.
 * @throws Error when there is none */
export function controlPlane(): ControlPlaneHandle {
  const state = inject('controlPlane');
  if (state?.state !== 'started') throw new Error(whySkipped(state, 'none') ?? 'there is no control plane');
  const { connection, nodes } = state;
  const uniqueName = (prefix = 'test') => `${prefix}-${randomBytes(4).toString('hex')}`;
  const directory = join(connection.directory, uniqueName('handle'));
  mkdirSync(directory);
  const kubeconfig = (file: string, name: string, credential: KubeconfigUser['credential']) =>
    writeKubeconfig(join(directory, `${file}.kubeconfig`), connection, { name, credential });
  return {
    connection,
    server: connection.server,
    kubeconfig: kubeconfig('admin', 'admin', connection.token),
    guestKubeconfig: kubeconfig('guest', 'guest', connection.guestToken),
    certificateKubeconfig: kubeconfig('certificate', 'admin', connection.certificate),
    expiredKubeconfig: kubeconfig('expired', 'admin', connection.expiredCertificate),
    nodes,
    audit: new AuditLog(connection),
    uniqueName,
    createNamespace: async (prefix) => {
      const name = uniqueName(prefix);
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      const { status, body } = await send(connection, 'POST', '/api/v1/namespaces', namespace);
      if (status !== 201) throw new Error(`namespace ${name} was not created: ${body}`);
      return name;
    },
  };
}

function whySkipped(state: ControlPlaneState | undefined, nodes: 'kwok' | 'none'): string | undefined {
  if (state === undefined) throw new Error('vitest needs the globalSetup test/controlplane/global-setup.ts');
  if (state.state === 'unused') {
    throw new Error(
      'no control plane was started: the test file must import controlplane/suite.ts statically',
    );
  }
  if (state.state === 'missing') return state.reason;
  return nodes === 'kwok' && !state.nodes
    ? 'no controllers and no fake nodes: KUBEBUILDER_ASSETS has only the API server, and there is no Go to build them with'
    : undefined;
}
