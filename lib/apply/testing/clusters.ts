/** The same cases on both clusters: the embedded one, and a real control plane where there is one. */
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe } from 'vitest';
import { type ControlPlaneHandle, describeOnControlPlane } from '../../../test/controlplane/suite.ts';
import { startCluster } from '../../cluster/index.ts';
import { connect, type KubeClient } from '../../kube/index.ts';

/** A cluster, as a suite of tests sees it: what is in it may be other suites'. */
export interface TestCluster {
  readonly kind: 'embedded' | 'real';
  readonly client: KubeClient;
  /** Paths. The second is of a user `guest` who may do nothing. */
  readonly kubeconfig: string;
  readonly guestKubeconfig: string;
  uniqueName(prefix?: string): string;
  createNamespace(prefix?: string): Promise<string>;
}

/** Runs a suite on both clusters. The function that a suite gets is for tests and hooks only. */
export function describeOnBoth(name: string, suite: (cluster: () => TestCluster) => void): void {
  describe(`${name}, on the embedded cluster`, () => suite(embeddedCluster()));
  describeOnControlPlane(`${name}, on a real control plane`, (controlPlane) =>
    suite(realCluster(controlPlane)),
  );
}

interface KubectlOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
type Kubectl = (args: readonly string[], input?: string) => Promise<KubectlOutcome>;

/** As {@link describeOnBoth}, for suites that need kubectl, which the real control plane brings. */
export function describeOnBothWithKubectl(
  name: string,
  suite: (cluster: () => TestCluster, kubectl: Kubectl) => void,
): void {
  const suiteOf = (controlPlane: () => ControlPlaneHandle, cluster: () => TestCluster) =>
    suite(cluster, (args, input) => {
      const { kubectl } = controlPlane().connection;
      if (kubectl === undefined) throw new Error('the control plane was built without kubectl');
      return runKubectl(kubectl, ['--kubeconfig', cluster().kubeconfig, ...args], input);
    });
  describeOnControlPlane(`${name}, on the embedded cluster`, (controlPlane) =>
    suiteOf(controlPlane, embeddedCluster()),
  );
  describeOnControlPlane(`${name}, on a real control plane`, (controlPlane) =>
    suiteOf(controlPlane, realCluster(controlPlane)),
  );
}

async function runKubectl(path: string, args: readonly string[], input = ''): Promise<KubectlOutcome> {
  const child = spawn(path, args, { env: { ...process.env, KUBECTL_APPLYSET: 'true' } });
  child.stdin.end(input);
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exit, stdout, stderr };
}

/** An embedded cluster for the tests of a suite. */
export function embeddedCluster(): () => TestCluster {
  let cluster: TestCluster | undefined;
  let stop = async () => {};
  beforeAll(async () => {
    ({ cluster, stop } = await startEmbedded());
  });
  afterAll(() => stop());
  return () => started(cluster);
}

function realCluster(controlPlane: () => ControlPlaneHandle): () => TestCluster {
  let cluster: TestCluster | undefined;
  beforeAll(async () => {
    const handle = controlPlane();
    const client = await connect({ kubeconfig: handle.kubeconfig });
    cluster = { kind: 'real', client, ...handle };
  });
  afterAll(() => cluster?.client.close());
  return () => started(cluster);
}

function started(cluster: TestCluster | undefined): TestCluster {
  if (!cluster) throw new Error('the cluster is there for tests and hooks only');
  return cluster;
}

async function startEmbedded(): Promise<{ cluster: TestCluster; stop: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-engine-'));
  const running = await startCluster({ users: [{ name: 'guest', token: randomUUID() }] });
  const kubeconfigOf = (user: string, text: string) => {
    const path = join(directory, `${user}.kubeconfig`);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const kubeconfig = kubeconfigOf('admin', running.kubeconfig());
  const client = await connect({ kubeconfig });
  const uniqueName = (prefix = 'test') => `${prefix}-${randomBytes(4).toString('hex')}`;
  const cluster: TestCluster = {
    kind: 'embedded',
    client,
    kubeconfig,
    guestKubeconfig: kubeconfigOf('guest', running.kubeconfig('guest')),
    uniqueName,
    createNamespace: async (prefix) => {
      const name = uniqueName(prefix);
      await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      return name;
    },
  };
  const stop = async () => {
    await client.close();
    await running.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { cluster, stop };
}
