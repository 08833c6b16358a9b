import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { healthOf } from '../../health/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { DEPLOYMENT, POD, REPLICA_SET } from './kinds.ts';
import { deployment } from './manifests.ts';
import { isActive, isReady } from './pods.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster();
});
afterEach(() => cluster.stop());

const web = (): KubernetesObject => cluster.get(DEPLOYMENT, 'web');
const replicaSets = (): readonly KubernetesObject[] =>
  cluster.client.list(REPLICA_SET, { namespace: 'default' });
const progressing = () =>
  web().status.conditions.find(({ type }: { type: string }) => type === 'Progressing');

async function apply(next: KubernetesObject): Promise<void> {
  const { metadata } = web();
  cluster.client.update({ ...next, metadata: { ...metadata, ...next.metadata } });
  await cluster.settle();
}

describe('a Deployment', () => {
  test('becomes Current, with its counts, conditions and revision as the real controller writes them', async () => {
    await cluster.create(deployment({ replicas: 3 }));
    expect(healthOf(web())).toMatchObject({ status: 'Current' });
    expect(web().status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(web().status).not.toHaveProperty('unavailableReplicas');
    expect(progressing()).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    expect(web().metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' });
    expect(cluster.eventsAbout('web')).toEqual([
      expect.stringMatching(/^ScalingReplicaSet: Scaled up replica set web-\w{10} from 0 to 3$/),
    ]);
  });

  test('names its ReplicaSet and pods by the hash of the template, and owns them', async () => {
    await cluster.create(deployment({ replicas: 1 }));
    const [replicaSet] = replicaSets();
    const [pod] = cluster.pods();
    const hash = replicaSet?.metadata.labels?.['pod-template-hash'];
    expect(replicaSet?.metadata.name).toBe(`web-${hash}`);
    expect(replicaSet?.metadata.ownerReferences).toMatchObject([
      { kind: 'Deployment', name: 'web', controller: true },
    ]);
    expect(pod?.metadata.name).toMatch(new RegExp(`^web-${hash}-\\w{5}$`));
    expect(pod?.metadata.labels).toEqual({ app: 'web', 'pod-template-hash': hash });
  });

  test('ten of them with ten replicas each become Current', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `web-${index}`);
    await cluster.create(...names.map((name) => deployment({ name, replicas: 10 })));
    expect(names.map((name) => healthOf(cluster.get(DEPLOYMENT, name)).status)).toEqual(
      names.map(() => 'Current'),
    );
    expect(cluster.pods().filter(isReady)).toHaveLength(100);
  });

  test('follows its replicas up and down, to zero and back', async () => {
    await cluster.create(deployment({ replicas: 2 }));
    for (const replicas of [5, 1, 0, 3]) {
      cluster.client.patch(DEPLOYMENT, 'default', 'web', { spec: { replicas } });
      await cluster.settle();
      expect(cluster.pods()).toHaveLength(replicas);
      expect(healthOf(web()).status).toBe('Current');
    }
    expect(replicaSets()).toHaveLength(1);
  });

  test('gets back a pod that somebody deletes', async () => {
    await cluster.create(deployment({ replicas: 2 }));
    const lost = cluster.pods()[0]!.metadata.name;
    cluster.client.delete(POD, 'default', lost);
    await cluster.settle();
    expect(cluster.pods().map(({ metadata }) => metadata.name)).not.toContain(lost);
    expect(cluster.pods().filter(isReady)).toHaveLength(2);
  });
});

describe('a new template', () => {
  test('is rolled out while enough pods stay available, and counts as the next revision', async () => {
    await cluster.create(
      deployment({ replicas: 4, spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } } }),
    );
    let fewest = 4;
    let most = 4;
    const stop = cluster.client.watch([POD], () => {
      const active = cluster.pods().filter(isActive);
      fewest = Math.min(fewest, active.filter(isReady).length);
      most = Math.max(most, active.length);
    });
    await apply(
      deployment({
        replicas: 4,
        image: 'example/web:2',
        spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } },
      }),
    );
    stop();
    expect(healthOf(web()).status).toBe('Current');
    expect(cluster.pods().map(({ spec }) => spec.containers[0].image)).toEqual(
      Array(4).fill('example/web:2'),
    );
    expect(web().metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '2' });
    expect(fewest).toBe(3);
    expect(most).toBe(5);
    expect(
      replicaSets()
        .map(({ spec }) => spec.replicas)
        .toSorted(),
    ).toEqual([0, 4]);
  });

  test('that never becomes ready leaves the old pods running, and runs into the progress deadline', async () => {
    await cluster.create(deployment({ replicas: 4, spec: { progressDeadlineSeconds: 60 } }));
    await apply(
      deployment({
        replicas: 4,
        image: 'example/web:2',
        templateAnnotations: { 'cluster.truekeel.dev/fail': 'not-ready' },
        spec: { progressDeadlineSeconds: 60 },
      }),
    );
    expect(healthOf(web())).toMatchObject({ status: 'InProgress' });
    expect(progressing()).toMatchObject({ reason: 'ReplicaSetUpdated' });
    expect(cluster.pods().filter(isReady)).toHaveLength(3);

    await cluster.advance(61_000);
    expect(healthOf(web())).toMatchObject({ status: 'Failed', reason: 'ProgressDeadlineExceeded' });
    expect(web().status.readyReplicas).toBe(3);

    await apply(deployment({ replicas: 4, image: 'example/web:3', spec: { progressDeadlineSeconds: 60 } }));
    expect(healthOf(web()).status).toBe('Current');
  });

  test('that was there before takes its old ReplicaSet again, under a new revision', async () => {
    await cluster.create(deployment({ replicas: 1 }));
    const first = replicaSets()[0]!.metadata.name;
    await apply(deployment({ replicas: 1, image: 'example/web:2' }));
    await apply(deployment({ replicas: 1 }));
    const active = replicaSets().filter(({ spec }) => spec.replicas > 0);
    expect(active.map(({ metadata }) => metadata.name)).toEqual([first]);
    expect(active[0]!.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '3' });
  });

  test('under Recreate waits until the old pods are gone', async () => {
    const recreate = { strategy: { type: 'Recreate' } };
    await cluster.create(deployment({ replicas: 2, spec: recreate }));
    const images = new Set<string>();
    const stop = cluster.client.watch([POD], () => {
      images.add(
        cluster
          .pods()
          .map(({ spec }) => spec.containers[0].image)
          .toSorted()
          .join(),
      );
    });
    await apply(deployment({ replicas: 2, image: 'example/web:2', spec: recreate }));
    stop();
    expect(healthOf(web()).status).toBe('Current');
    expect([...images].some((together) => together.includes(':1') && together.includes(':2'))).toBe(false);
  });

  test('keeps as many old ReplicaSets as revisionHistoryLimit says', async () => {
    const limited = { revisionHistoryLimit: 1 };
    await cluster.create(deployment({ replicas: 1, spec: limited }));
    for (const tag of [2, 3, 4])
      await apply(deployment({ replicas: 1, image: `example/web:${tag}`, spec: limited }));
    expect(replicaSets()).toHaveLength(2);
  });
});

describe('a paused Deployment', () => {
  test('holds a new template back, still scales, and rolls out when it is resumed', async () => {
    await cluster.create(deployment({ replicas: 1 }));
    await apply(deployment({ replicas: 2, image: 'example/web:2', spec: { paused: true } }));
    expect(healthOf(web()).status).toBe('Paused');
    expect(progressing()).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
    expect(cluster.pods().map(({ spec }) => spec.containers[0].image)).toEqual([
      'example/web:1',
      'example/web:1',
    ]);

    await apply(deployment({ replicas: 2, image: 'example/web:2' }));
    expect(healthOf(web()).status).toBe('Current');
    expect(cluster.pods().map(({ spec }) => spec.containers[0].image)).toEqual([
      'example/web:2',
      'example/web:2',
    ]);
  });
});

describe('minReadySeconds', () => {
  test('delays availability by that long', async () => {
    await cluster.create(deployment({ replicas: 1, spec: { minReadySeconds: 30 } }));
    expect(web().status).toMatchObject({ readyReplicas: 1, unavailableReplicas: 1 });
    await cluster.advance(29_000);
    expect(healthOf(web()).status).toBe('InProgress');
    await cluster.advance(1_000);
    expect(healthOf(web()).status).toBe('Current');
  });
});
