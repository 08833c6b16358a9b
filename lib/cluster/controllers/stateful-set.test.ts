import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { healthOf } from '../../health/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { PERSISTENT_VOLUME_CLAIM, POD, STATEFUL_SET } from './kinds.ts';
import { statefulSet } from './manifests.ts';
import { isReady } from './pods.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster();
});
afterEach(() => cluster.stop());

const web = (): KubernetesObject => cluster.get(STATEFUL_SET, 'web');
const names = () => cluster.pods().map(({ metadata }) => metadata.name);
const images = () => cluster.pods().map(({ spec }) => spec.containers[0].image.split(':')[1]);

async function apply(next: KubernetesObject): Promise<void> {
  cluster.client.update({ ...next, metadata: { ...web().metadata, ...next.metadata } });
  await cluster.settle();
}

const template = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

describe('a StatefulSet', () => {
  test('becomes Current with numbered pods, revisions and counts', async () => {
    await cluster.create(statefulSet({ replicas: 3 }));
    expect(names()).toEqual(['web-0', 'web-1', 'web-2']);
    expect(healthOf(web()).status).toBe('Current');
    const { currentRevision, updateRevision, ...counts } = web().status;
    expect(currentRevision).toMatch(/^web-\w{10}$/);
    expect(updateRevision).toBe(currentRevision);
    expect(counts).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
    });
    expect(cluster.pods()[1]?.metadata.labels).toMatchObject({
      'statefulset.kubernetes.io/pod-name': 'web-1',
      'apps.kubernetes.io/pod-index': '1',
      'controller-revision-hash': currentRevision,
    });
  });

  test('makes a claim for each pod, which is bound, mounted, and outlives the pod', async () => {
    await cluster.create(statefulSet({ replicas: 2, spec: { volumeClaimTemplates: [template] } }));
    const claims = () => cluster.client.list(PERSISTENT_VOLUME_CLAIM, { namespace: 'default' });
    expect(claims().map(({ metadata, status }) => [metadata.name, status.phase])).toEqual([
      ['data-web-0', 'Bound'],
      ['data-web-1', 'Bound'],
    ]);
    expect(cluster.pods()[1]?.spec.volumes).toContainEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: 'data-web-1' },
    });
    cluster.client.patch(STATEFUL_SET, 'default', 'web', { spec: { replicas: 1 } });
    await cluster.settle();
    expect(names()).toEqual(['web-0']);
    expect(claims()).toHaveLength(2);
  });

  test('starts its pods one after the other, and stops at one that does not become ready', async () => {
    await cluster.create(
      statefulSet({ replicas: 3, templateAnnotations: { 'cluster.truekeel.dev/ready-after': '10s' } }),
    );
    expect(names()).toEqual(['web-0']);
    await cluster.advance(10_000);
    expect(names()).toEqual(['web-0', 'web-1']);
    await cluster.advance(20_000);
    expect(healthOf(web()).status).toBe('Current');
  });

  test('starts them all at once under Parallel', async () => {
    const slow = { 'cluster.truekeel.dev/ready-after': '10s' };
    await cluster.create(
      statefulSet({ replicas: 3, templateAnnotations: slow, spec: { podManagementPolicy: 'Parallel' } }),
    );
    expect(names()).toEqual(['web-0', 'web-1', 'web-2']);
  });

  test('replaces pods from the highest number down, one at a time', async () => {
    await cluster.create(statefulSet({ replicas: 3 }));
    const seen = new Set<string>();
    let fewest = 3;
    const stop = cluster.client.watch([POD], () => {
      if (cluster.pods().length === 3) seen.add(images().join());
      fewest = Math.min(fewest, cluster.pods().filter(isReady).length);
    });
    await apply(statefulSet({ replicas: 3, image: 'example/web:2' }));
    stop();
    expect(healthOf(web()).status).toBe('Current');
    expect([...seen]).toEqual(['1,1,1', '1,1,2', '1,2,2', '2,2,2']);
    expect(fewest).toBe(2);
    expect(web().status.currentRevision).toBe(web().status.updateRevision);
  });

  test('leaves the pods below the partition at the revision they have, also when they are made anew', async () => {
    const partitioned = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
    await cluster.create(statefulSet({ replicas: 3, spec: partitioned }));
    await apply(statefulSet({ replicas: 3, image: 'example/web:2', spec: partitioned }));
    expect(images()).toEqual(['1', '1', '2']);
    expect(healthOf(web()).status).toBe('Current');
    cluster.client.delete(POD, 'default', 'web-0');
    await cluster.settle();
    expect(images()).toEqual(['1', '1', '2']);
    await apply(statefulSet({ replicas: 3, image: 'example/web:2' }));
    expect(images()).toEqual(['2', '2', '2']);
  });

  test('under OnDelete changes a pod only when somebody deletes it', async () => {
    const onDelete = { updateStrategy: { type: 'OnDelete' } };
    await cluster.create(statefulSet({ replicas: 2, spec: onDelete }));
    await apply(statefulSet({ replicas: 2, image: 'example/web:2', spec: onDelete }));
    expect(images()).toEqual(['1', '1']);
    cluster.client.delete(POD, 'default', 'web-0');
    await cluster.settle();
    expect(images()).toEqual(['2', '1']);
  });

  test('removes the highest numbers first when it is scaled down', async () => {
    await cluster.create(statefulSet({ replicas: 3 }));
    cluster.client.patch(STATEFUL_SET, 'default', 'web', { spec: { replicas: 1 } });
    await cluster.settle();
    expect(names()).toEqual(['web-0']);
    expect(healthOf(web()).status).toBe('Current');
  });
});

describe('a StatefulSet whose template was wrong', () => {
  const wrong = {
    image: 'example/web:2',
    templateAnnotations: { 'cluster.truekeel.dev/fail': 'crash-loop' },
  };

  test('is stuck on the broken pod in order, as on a real cluster, until somebody deletes that pod', async () => {
    await cluster.create(statefulSet({ replicas: 2 }));
    await apply(statefulSet({ replicas: 2, ...wrong }));
    await apply(statefulSet({ replicas: 2 }));
    expect(images()).toEqual(['1', '2']);
    cluster.client.delete(POD, 'default', 'web-1');
    await cluster.settle();
    expect(images()).toEqual(['1', '1']);
    expect(healthOf(web()).status).toBe('Current');
  });

  test('gets over it by itself under Parallel', async () => {
    const spec = { podManagementPolicy: 'Parallel' };
    await cluster.create(statefulSet({ replicas: 2, spec }));
    await apply(statefulSet({ replicas: 2, spec, ...wrong }));
    expect(images()).toEqual(['1', '2']);
    await apply(statefulSet({ replicas: 2, spec }));
    expect(images()).toEqual(['1', '1']);
    expect(healthOf(web()).status).toBe('Current');
  });
});
