import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { explainPod, explainWorkload, healthOf } from '../../health/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import {
  CONFIG_MAP,
  DEPLOYMENT,
  EVENT,
  POD,
  REPLICA_SET,
  RESOURCE_QUOTA,
  SERVICE_ACCOUNT,
  STATEFUL_SET,
} from './kinds.ts';
import { deployment, statefulSet } from './manifests.ts';
import { isReady } from './pods.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster();
});
afterEach(() => cluster.stop());

const failing = (failure: string, replicas = 1): KubernetesObject =>
  deployment({ replicas, templateAnnotations: { 'cluster.truekeel.dev/fail': failure } });
const pod = (): KubernetesObject => cluster.pods()[0]!;
const web = (): KubernetesObject => cluster.get(DEPLOYMENT, 'web');
const container = () => pod().status.containerStatuses[0];
const condition = (object: KubernetesObject, type: string) =>
  object.status.conditions.find((condition: { type: string }) => condition.type === type);

describe('an image that cannot be pulled', () => {
  test('leaves the pod pending in ErrImagePull, then in ImagePullBackOff, and says so in Events', async () => {
    await cluster.create(failing('image-pull'));
    expect(pod().status.phase).toBe('Pending');
    expect(container().state.waiting.reason).toBe('ErrImagePull');
    await cluster.advance(1_000);
    expect(container().state.waiting).toEqual({
      reason: 'ImagePullBackOff',
      message: expect.stringContaining('Back-off pulling image "example/web:1"'),
    });
    expect(explainPod(pod())).toMatchObject({ reason: 'ImagePullBackOff', container: 'main' });
    expect(cluster.eventsAbout(pod().metadata.name)).toEqual(
      expect.arrayContaining([
        'Failed: Error: ErrImagePull',
        'BackOff: Back-off pulling image "example/web:1"',
        'Failed: Error: ImagePullBackOff',
      ]),
    );
    expect(healthOf(web()).status).toBe('InProgress');
  });
});

describe('containers that crash', () => {
  test('are restarted again and again, further and further apart', async () => {
    await cluster.create(failing('crash-loop'));
    expect(pod().status.phase).toBe('Running');
    expect(container()).toMatchObject({
      ready: false,
      restartCount: 1,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    await cluster.advance(250);
    expect(container().restartCount).toBe(2);
    await cluster.advance(499);
    expect(container().restartCount).toBe(2);
    await cluster.advance(1);
    expect(container().restartCount).toBe(3);
    expect(healthOf(pod())).toMatchObject({ status: 'Failed', reason: 'ContainerCrashLooping' });
    expect(explainPod(pod())).toMatchObject({ reason: 'CrashLoopBackOff', exitCode: 1, restarts: 3 });
    expect(cluster.eventsAbout(pod().metadata.name)).toContainEqual(
      expect.stringMatching(/^BackOff: Back-off restarting failed container main/),
    );
  });
});

describe('a pod that no node takes', () => {
  test('stays pending with the words of the scheduler', async () => {
    await cluster.create(failing('unschedulable'));
    expect(pod().spec.nodeName).toBeUndefined();
    expect(pod().status.phase).toBe('Pending');
    expect(condition(pod(), 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message: expect.stringMatching(/^0\/1 nodes are available: 1 Insufficient cpu\./),
    });
    expect(explainPod(pod())).toMatchObject({ reason: 'Unschedulable' });
    expect(cluster.eventsAbout(pod().metadata.name)).toContainEqual(
      expect.stringMatching(/^FailedScheduling: 0\/1 nodes/),
    );
  });

  test('is scheduled as soon as a node fits', async () => {
    await cluster.create(deployment({ replicas: 1, podSpec: { nodeSelector: { disk: 'fast' } } }));
    expect(explainPod(pod())?.message).toContain("didn't match Pod's node affinity/selector");
    cluster.client.patch({ apiVersion: 'v1', kind: 'Node' }, '', 'node-1', {
      metadata: { labels: { disk: 'fast' } },
    });
    await cluster.settle();
    expect(healthOf(web()).status).toBe('Current');
  });

  test('waits for the claim it mounts', async () => {
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    await cluster.create(deployment({ replicas: 1, podSpec: { volumes } }));
    expect(explainPod(pod())?.message).toContain('persistentvolumeclaim "data" not found');
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    await cluster.create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'default' },
      spec,
    });
    expect(healthOf(web()).status).toBe('Current');
  });
});

describe('a readiness probe that never passes', () => {
  test('keeps the pod running and unready', async () => {
    await cluster.create(failing('not-ready'));
    expect(pod().status.phase).toBe('Running');
    expect(condition(pod(), 'Ready')).toMatchObject({ status: 'False', reason: 'ContainersNotReady' });
    expect(explainPod(pod())).toMatchObject({ reason: 'ContainersNotReady', container: 'main' });
    expect(cluster.eventsAbout(pod().metadata.name)).toContainEqual(
      expect.stringMatching(/^Unhealthy: Readiness probe failed/),
    );
    expect(condition(web(), 'Available')).toMatchObject({
      status: 'False',
      reason: 'MinimumReplicasUnavailable',
    });
  });
});

describe('a quota that is used up', () => {
  test('on request, shows in the ReplicaFailure condition of ReplicaSet and Deployment', async () => {
    await cluster.create(failing('quota', 2));
    expect(cluster.pods()).toEqual([]);
    const [replicaSet] = cluster.client.list(REPLICA_SET, { namespace: 'default' });
    for (const object of [replicaSet!, web()]) {
      expect(condition(object, 'ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate' });
      expect(explainWorkload(object)?.message).toMatch(
        /^pods "web-\w+-" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=0, limited: pods=0$/,
      );
    }
    expect(cluster.eventsAbout(replicaSet!.metadata.name)).toContainEqual(
      expect.stringMatching(/^FailedCreate: Error creating: pods/),
    );
  });

  test('by a ResourceQuota, lets in as many pods as it allows, and the rest when it is raised', async () => {
    const quota = {
      ...RESOURCE_QUOTA,
      metadata: { name: 'small', namespace: 'default' },
      spec: { hard: { pods: '2' } },
    };
    await cluster.create(quota, deployment({ replicas: 3 }));
    expect(cluster.pods()).toHaveLength(2);
    expect(explainWorkload(web())?.message).toContain(
      'exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2',
    );
    expect(cluster.get(RESOURCE_QUOTA, 'small').status).toEqual({ hard: { pods: '2' }, used: { pods: '2' } });

    cluster.client.patch(RESOURCE_QUOTA, 'default', 'small', { spec: { hard: { pods: '5' } } });
    await cluster.settle();
    expect(healthOf(web()).status).toBe('Current');
    expect(condition(web(), 'ReplicaFailure')).toBeUndefined();
  });
});

describe('what a pod needs and is not there', () => {
  test('a ConfigMap for its environment keeps the container from starting until it comes', async () => {
    const containers = [{ name: 'main', image: 'i', envFrom: [{ configMapRef: { name: 'settings' } }] }];
    await cluster.create(deployment({ replicas: 1, podSpec: { containers } }));
    expect(explainPod(pod())).toMatchObject({
      reason: 'CreateContainerConfigError',
      message: 'container main: configmap "settings" not found',
    });
    await cluster.create({ ...CONFIG_MAP, metadata: { name: 'settings', namespace: 'default' } });
    expect(healthOf(web()).status).toBe('Current');
  });

  test('a key of a Secret does too, unless it is optional', async () => {
    const environment = (optional: boolean) => [
      { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'api', optional } } },
    ];
    const containers = (optional: boolean) => [{ name: 'main', image: 'i', env: environment(optional) }];
    await cluster.create(
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: 'default' }, data: {} },
      deployment({ replicas: 1, podSpec: { containers: containers(false) } }),
      deployment({ name: 'api', replicas: 1, podSpec: { containers: containers(true) } }),
    );
    expect(explainPod(cluster.pods('app=web')[0]!)?.message).toBe(
      "container main: couldn't find key api in Secret default/keys",
    );
    expect(healthOf(cluster.get(DEPLOYMENT, 'api')).status).toBe('Current');
  });

  test('a ConfigMap for a volume keeps it in ContainerCreating, with a FailedMount Event', async () => {
    await cluster.create(
      deployment({ replicas: 1, podSpec: { volumes: [{ name: 'v', configMap: { name: 'settings' } }] } }),
    );
    expect(container().state.waiting.reason).toBe('ContainerCreating');
    expect(cluster.eventsAbout(pod().metadata.name)).toContain(
      'FailedMount: MountVolume.SetUp failed for volume "v" : configmap "settings" not found',
    );
  });

  test('a service account keeps the pods from being created until it comes', async () => {
    await cluster.create(deployment({ replicas: 1, podSpec: { serviceAccountName: 'robot' } }));
    expect(explainWorkload(web())?.message).toContain(
      'error looking up service account default/robot: serviceaccount "robot" not found',
    );
    await cluster.create({ ...SERVICE_ACCOUNT, metadata: { name: 'robot', namespace: 'default' } });
    expect(healthOf(web()).status).toBe('Current');
  });

  test('a pod that runs is not disturbed when its ConfigMap goes away', async () => {
    const containers = [{ name: 'main', image: 'i', envFrom: [{ configMapRef: { name: 'settings' } }] }];
    await cluster.create(
      { ...CONFIG_MAP, metadata: { name: 'settings', namespace: 'default' } },
      deployment({ replicas: 1, podSpec: { containers } }),
    );
    cluster.client.delete(CONFIG_MAP, 'default', 'settings');
    await cluster.settle();
    expect(healthOf(web()).status).toBe('Current');
  });
});

describe('annotations of the simulation', () => {
  test('on the object count for its pods, as those on the template do', async () => {
    const onObject = { annotations: { 'cluster.truekeel.dev/fail': 'not-ready' } };
    await cluster.create(
      deployment({ replicas: 1, ...onObject }),
      statefulSet({ name: 'db', replicas: 1, ...onObject }),
    );
    expect(cluster.pods().map(isReady)).toEqual([false, false]);
    expect(healthOf(cluster.get(STATEFUL_SET, 'db')).status).toBe('InProgress');
  });

  test('delay readiness by the time they say', async () => {
    await cluster.create(
      deployment({ replicas: 2, annotations: { 'cluster.truekeel.dev/ready-after': '500ms' } }),
    );
    await cluster.advance(499);
    expect(healthOf(web()).status).toBe('InProgress');
    await cluster.advance(1);
    expect(healthOf(web()).status).toBe('Current');
  });
});

describe('the failure of a Job', () => {
  test('means nothing for pods that run for ever', async () => {
    await cluster.create(failing('job-failed', 2));
    expect(healthOf(web()).status).toBe('Current');
    expect(cluster.pods()).toHaveLength(2);
  });
});

describe('Events', () => {
  test('that happen again are counted, not repeated', async () => {
    await cluster.create(failing('crash-loop'));
    await cluster.advance(10_000);
    const events = cluster.client.list(EVENT).filter(({ reason }) => reason === 'BackOff');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      type: 'Warning',
      involvedObject: { kind: 'Pod', name: pod().metadata.name },
    });
    expect(events[0]!.count).toBeGreaterThan(3);
  });
});

describe('a pod of nobody', () => {
  test('runs, and completes when it is not to be restarted', async () => {
    const bare = (name: string, restartPolicy: string): KubernetesObject => ({
      ...POD,
      metadata: { name, namespace: 'default' },
      spec: {
        restartPolicy,
        initContainers: [{ name: 'init', image: 'i' }],
        containers: [{ name: 'main', image: 'i' }],
      },
    });
    await cluster.create(bare('once', 'Never'), bare('server', 'Always'));
    expect(cluster.get(POD, 'once').status.phase).toBe('Succeeded');
    expect(healthOf(cluster.get(POD, 'server')).status).toBe('Current');
    expect(cluster.get(POD, 'server').status.initContainerStatuses[0].state.terminated.reason).toBe(
      'Completed',
    );
  });

  test('that is deleted is gone once the kubelet has seen it', async () => {
    const spec = { containers: [{ name: 'main', image: 'i' }] };
    await cluster.create({ ...POD, metadata: { name: 'server', namespace: 'default' }, spec });
    cluster.client.delete(POD, 'default', 'server');
    expect(cluster.get(POD, 'server').metadata.deletionTimestamp).toBeDefined();
    await cluster.settle();
    expect(cluster.pods()).toEqual([]);
  });
});
