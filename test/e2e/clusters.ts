/** The same cases on both clusters: the embedded one, and a real control plane where there is one. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { startCluster } from '../../lib/cluster/index.ts';
import { connect, type KubeClient } from '../../lib/kube/index.ts';
import { type KubernetesObject, parseApiVersion } from '../../lib/objects/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { Project } from './project.ts';

export interface ClusterUnderTest {
  readonly kind: 'embedded' | 'real';
  readonly server: string;
  /** Paths. The second is of a user who may do nothing. */
  readonly kubeconfig: string;
  readonly guestKubeconfig: string;
  /** The administrator's own connection. */
  readonly client: KubeClient;
}

/** Runs a suite on both clusters. The function that a suite gets is for tests and hooks only. */
export function onBothClusters(name: string, suite: (cluster: () => ClusterUnderTest) => void): void {
  describe(`on the embedded cluster, ${name}`, () => suite(embeddedCluster()));
  describeOnControlPlane(`on a real control plane, ${name}`, (controlPlane) => {
    let client: KubeClient;
    beforeAll(async () => {
      client = await connect({ kubeconfig: controlPlane().kubeconfig });
    });
    afterAll(() => client.close());
    suite(() => ({ kind: 'real', ...controlPlane(), client }));
  });
}

/** An embedded cluster for the tests of a suite. */
export function embeddedCluster(): () => ClusterUnderTest {
  let cluster: ClusterUnderTest | undefined;
  let stop = async () => {};
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'truekeel-embedded-'));
    const running = await startCluster({ users: [{ name: 'guest', token: randomUUID() }] });
    const [kubeconfig, guestKubeconfig] = [undefined, 'guest'].map((user) => {
      const path = join(directory, `${user ?? 'admin'}.kubeconfig`);
      writeFileSync(path, running.kubeconfig(user), { mode: 0o600 });
      return path;
    }) as [string, string];
    const client = await connect({ kubeconfig });
    cluster = { kind: 'embedded', server: running.server, kubeconfig, guestKubeconfig, client };
    stop = async () => {
      await client.close();
      await running.stop();
      rmSync(directory, { recursive: true, force: true });
    };
  });
  afterAll(() => stop());
  return () => {
    if (!cluster) throw new Error('the cluster is there for tests and hooks only');
    return cluster;
  };
}

/** A name that nothing else has. */
export function unique(prefix = 'e2e'): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

/** A repository with a project name of its own, removed when the test ends. */
export function project(files: Readonly<Record<string, string>> = {}): Project {
  const name = unique('project');
  const made = new Project({ 'package.json': `${JSON.stringify({ name, type: 'module' })}\n`, ...files });
  onTestFinished(() => made.remove());
  return made;
}

type Reference = Pick<KubernetesObject, 'apiVersion' | 'kind'> & {
  readonly name: string;
  readonly namespace?: string;
};

/** Reads a live object; undefined when it is not there. */
export async function live(
  { client }: ClusterUnderTest,
  { apiVersion, kind, name, namespace = '' }: Reference,
): Promise<KubernetesObject | undefined> {
  const resource = await client.resource({ ...parseApiVersion(apiVersion), kind });
  return client.get(resource, { namespace, name });
}

/** Writes fields of a live object the way another program would.
 * @param patch a JSON merge patch */
export async function editAs(
  { client }: ClusterUnderTest,
  fieldManager: string,
  { apiVersion, kind, name, namespace = '' }: Reference,
  patch: Parameters<KubeClient['patch']>[2],
): Promise<void> {
  const resource = await client.resource({ ...parseApiVersion(apiVersion), kind });
  await client.patch(resource, { namespace, name }, patch, { type: 'merge', fieldManager });
}
