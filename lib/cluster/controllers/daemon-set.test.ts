import { afterEach, describe, expect, test } from 'vitest';
import { healthOf, readinessOf } from '../../health/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { DAEMON_SET, NODE } from './kinds.ts';
import { daemonSet } from './manifests.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

const web = (): KubernetesObject => cluster.get(DAEMON_SET, 'web');
const nodes = () =>
  cluster
    .pods()
    .map(({ spec }) => spec.nodeName)
    .toSorted();
const images = () => cluster.pods().map(({ spec }) => spec.containers[0].image);

async function apply(next: KubernetesObject): Promise<void> {
  cluster.client.update({ ...next, metadata: { ...web().metadata, ...next.metadata } });
  await cluster.settle();
}

describe('a DaemonSet', () => {
  test('runs one pod on each node and becomes Current', async () => {
    cluster = await startTestCluster({ nodes: 3 });
    await cluster.create(daemonSet());
    expect(nodes()).toEqual(['node-1', 'node-2', 'node-3']);
    expect(healthOf(web()).status).toBe('Current');
    expect(web().status).toMatchObject({
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
      numberReady: 3,
      numberMisscheduled: 0,
    });
  });

  test('runs only on the nodes that its selector takes', async () => {
    cluster = await startTestCluster({ nodes: 2 });
    await cluster.create(daemonSet({ podSpec: { nodeSelector: { disk: 'fast' } } }));
    expect(healthOf(web())).toMatchObject({ status: 'Current' });
    expect(nodes()).toEqual([]);
    cluster.client.patch(NODE, '', 'node-2', { metadata: { labels: { disk: 'fast' } } });
    await cluster.settle();
    expect(nodes()).toEqual(['node-2']);
  });

  test('replaces its pods when the template changes', async () => {
    cluster = await startTestCluster({ nodes: 3 });
    await cluster.create(daemonSet());
    await apply(daemonSet({ image: 'example/web:2' }));
    expect(images()).toEqual(Array(3).fill('example/web:2'));
    expect(healthOf(web()).status).toBe('Current');
  });

  test('stops replacing pods when the first new one does not become ready', async () => {
    cluster = await startTestCluster({ nodes: 3 });
    await cluster.create(daemonSet());
    await apply(
      daemonSet({
        image: 'example/web:2',
        templateAnnotations: { 'cluster.truekeel.dev/fail': 'image-pull' },
      }),
    );
    expect(images().toSorted()).toEqual(['example/web:1', 'example/web:1', 'example/web:2']);
    expect(healthOf(web()).status).toBe('InProgress');
  });

  test('under OnDelete keeps its pods, which is enough for a wait', async () => {
    cluster = await startTestCluster();
    const onDelete = { updateStrategy: { type: 'OnDelete' } };
    await cluster.create(daemonSet({ spec: onDelete }));
    await apply(daemonSet({ image: 'example/web:2', spec: onDelete }));
    expect(images()).toEqual(['example/web:1']);
    expect(readinessOf(web()).status).toBe('Current');
  });
});
