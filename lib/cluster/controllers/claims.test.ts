import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { healthOf } from '../../health/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM, POD } from './kinds.ts';
import { claim } from './manifests.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster();
});
afterEach(() => cluster.stop());

const data = () => cluster.get(PERSISTENT_VOLUME_CLAIM, 'data');
const volume = (spec: object = {}): KubernetesObject => ({
  ...PERSISTENT_VOLUME,
  metadata: { name: 'disk' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '5Gi' },
    hostPath: { path: '/disk' },
    persistentVolumeReclaimPolicy: 'Retain',
    ...spec,
  },
});

describe('a PersistentVolumeClaim', () => {
  test('is bound to a volume that is made for it', async () => {
    await cluster.create(claim());
    expect(healthOf(data()).status).toBe('Current');
    expect(data().status).toEqual({
      phase: 'Bound',
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
    });
    const made = cluster.get(PERSISTENT_VOLUME, data().spec.volumeName, '');
    expect(made).toMatchObject({
      metadata: { name: `pvc-${data().metadata.uid}` },
      spec: {
        claimRef: {
          kind: 'PersistentVolumeClaim',
          namespace: 'default',
          name: 'data',
          uid: data().metadata.uid,
        },
      },
      status: { phase: 'Bound' },
    });
  });

  test('takes the volume that it names, as soon as that is there', async () => {
    await cluster.create(claim({ volumeName: 'disk', storageClassName: '' }));
    expect(healthOf(data())).toMatchObject({ status: 'InProgress', message: 'not bound, phase: Pending' });
    await cluster.create(volume({ claimRef: { namespace: 'default', name: 'data' } }));
    expect(data().status).toMatchObject({ phase: 'Bound', capacity: { storage: '5Gi' } });
  });

  test('cannot take a volume that is another claim’s', async () => {
    await cluster.create(
      volume({ claimRef: { namespace: 'default', name: 'other', uid: 'u' } }),
      claim({ volumeName: 'disk' }),
    );
    expect(data().status.phase).toBe('Pending');
  });

  test('takes the volume that was made for it with it when it goes, and releases any other', async () => {
    await cluster.create(claim());
    const made = data().spec.volumeName;
    cluster.client.delete(PERSISTENT_VOLUME_CLAIM, 'default', 'data');
    await cluster.settle();
    expect(cluster.client.get(PERSISTENT_VOLUME, '', made)).toBeUndefined();

    await cluster.create(volume(), claim({ volumeName: 'disk' }));
    expect(data().status.phase).toBe('Bound');
    cluster.client.delete(PERSISTENT_VOLUME_CLAIM, 'default', 'data');
    await cluster.settle();
    expect(cluster.get(PERSISTENT_VOLUME, 'disk', '').status.phase).toBe('Released');
  });
});

describe('a PersistentVolumeClaim that is being deleted', () => {
  test('stays until no pod uses it', async () => {
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    const spec = { containers: [{ name: 'main', image: 'i' }], volumes };
    await cluster.create(claim(), { ...POD, metadata: { name: 'user', namespace: 'default' }, spec });
    cluster.client.delete(PERSISTENT_VOLUME_CLAIM, 'default', 'data');
    await cluster.settle();
    expect(healthOf(data()).status).toBe('Terminating');
    cluster.client.delete(POD, 'default', 'user');
    await cluster.settle();
    expect(cluster.client.get(PERSISTENT_VOLUME_CLAIM, 'default', 'data')).toBeUndefined();
  });
});

describe('a PersistentVolume', () => {
  test('that nobody claims is available', async () => {
    await cluster.create(volume());
    expect(cluster.get(PERSISTENT_VOLUME, 'disk', '').status.phase).toBe('Available');
  });
});
