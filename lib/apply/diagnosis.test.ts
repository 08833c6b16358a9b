import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubeClient } from '../kube/index.ts';
import { connect, objectWatcher } from '../kube/index.ts';
import type { KubernetesObject, TruekeelError } from '../objects/index.ts';
import { gvkOf, keyOf } from '../objects/index.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import { applyPlan } from './index.ts';
import { Owners } from './owners.ts';
import { retryUntilServed } from './settling.ts';
import { describeOnBoth, embeddedCluster, type TestCluster } from './testing/clusters.ts';
import { applicationsOf, deployment, Engine, widgetDefinition } from './testing/engine.ts';

let names = 0;
const unique = (prefix: string) => `${prefix}-${process.pid}-${++names}`;

async function newNamespace(client: KubeClient, labels: Record<string, string> = {}): Promise<string> {
  const name = unique('diagnosis');
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  return name;
}

/** Watches until something is true of an object. */
async function until(
  client: KubeClient,
  object: KubernetesObject,
  isTrue: (live: KubernetesObject) => boolean,
): Promise<KubernetesObject> {
  const watcher = objectWatcher(client);
  try {
    const resource = await client.resource(gvkOf(object));
    return await new Promise((resolve, reject) => {
      watcher.observe(resource, keyOf(object), {
        onState: (live) => live && isTrue(live) && resolve(live),
        onError: reject,
      });
    });
  } finally {
    watcher.close();
  }
}

/** Watches until the diagnosis of an object says something. */
async function diagnosisOf(
  client: KubeClient,
  object: KubernetesObject,
  pattern: RegExp,
): Promise<Diagnosis> {
  const { namespace = '' } = object.metadata;
  const resource = await client.resource(gvkOf(object));
  const watcher = objectWatcher(client);
  try {
    return await new Promise((resolve, reject) => {
      const look = async () => {
        const live = await client.get(resource, keyOf(object));
        const found = live && (await diagnose(client, new Owners(client), live));
        if (found && pattern.test(found.lines.join('\n'))) resolve(found);
      };
      const onState = () => void look().catch(reject);
      const kinds = [
        { group: '', version: 'v1', kind: 'Pod' },
        { group: '', version: 'v1', kind: 'Event' },
        gvkOf(object),
      ];
      for (const kind of kinds) {
        client
          .resource(kind)
          .then((scope) => watcher.observeAll({ resource: scope, namespace }, { onState, onError: reject }))
          .catch(reject);
      }
    });
  } finally {
    watcher.close();
  }
}

const withPod = (object: KubernetesObject, spec: object): KubernetesObject => ({
  ...object,
  spec: {
    ...object.spec,
    template: { ...object.spec.template, spec: { ...object.spec.template.spec, ...spec } },
  },
});

const NOWHERE = { nodeSelector: { 'example.com/none': 'such' } };

const workload = (
  apiVersion: string,
  kind: string,
  namespace: string,
  more: object,
  pod: object = NOWHERE,
) => ({
  apiVersion,
  kind,
  metadata: { namespace, name: 'main' },
  spec: {
    ...more,
    template: {
      metadata: { labels: { app: 'main' } },
      spec: { containers: [{ name: 'main', image: 'example/main:1' }], ...pod },
    },
  },
});

const mount = (claimName: string) => ({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] });

const SELECTOR = { selector: { matchLabels: { app: 'main' } } };

/** A kind that only this suite has, and one object of it that owns a Deployment. */
async function widgetThatOwns(
  { client }: TestCluster,
  namespace: string,
  owned: KubernetesObject,
): Promise<KubernetesObject> {
  const group = `${unique('g')}.example.com`;
  const definition = widgetDefinition(group);
  const written = await client.apply(definition);
  await until(client, written, (live) =>
    (live.status?.conditions ?? []).some(
      ({ type, status }: { type: string; status: string }) => type === 'Established' && status === 'True',
    ),
  );
  const widget: KubernetesObject = {
    apiVersion: `${group}/v1`,
    kind: 'Widget',
    metadata: { namespace, name: 'w' },
  };
  const made = await retryUntilServed(() => client.apply(widget));
  const ownerReferences = [
    {
      apiVersion: made.apiVersion,
      kind: 'Widget',
      name: 'w',
      uid: made.metadata.uid ?? '',
      controller: true,
    },
  ];
  await client.apply({ ...owned, metadata: { ...owned.metadata, ownerReferences } });
  return made;
}

describeOnBoth('why a workload does not get ready', (cluster) => {
  it.each([
    ['StatefulSet', 'apps/v1', { ...SELECTOR, serviceName: 'main' }, /^StatefulSet main → Pod main-0$/],
    ['Job', 'batch/v1', {}, /^Job main → Pod main-\w+$/],
    ['Deployment', 'apps/v1', SELECTOR, /^Deployment main → ReplicaSet main-\w+ → Pod main-\w+-\w+$/],
  ])('is told along the owners of its pods, of a %s', async (kind, apiVersion, more, chain) => {
    const { client } = cluster();
    const namespace = await newNamespace(client);
    const pod = kind === 'Job' ? { ...NOWHERE, restartPolicy: 'Never' } : NOWHERE;
    const object = await client.apply(workload(apiVersion, kind, namespace, more, pod));
    const { lines, hint } = await diagnosisOf(client, object, /Unschedulable/);
    expect(lines[0]).toMatch(chain);
    expect(lines[1]).toMatch(/^Unschedulable: 0\/\d+ nodes are available/);
    expect(hint).toMatch(/^No node has the labels/);
  });

  it('is told of a CronJob by the pods of its Jobs', async () => {
    const { client } = cluster();
    const namespace = await newNamespace(client);
    const cron = await client.apply({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { namespace, name: 'nightly' },
      spec: {
        schedule: '0 0 1 1 *',
        suspend: true,
        jobTemplate: {
          spec: {
            template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'x' }] } },
          },
        },
      },
    });
    const job = workload('batch/v1', 'Job', namespace, {}, { ...NOWHERE, restartPolicy: 'Never' });
    const owner = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      name: 'nightly',
      uid: cron.metadata.uid ?? '',
      controller: true,
    };
    await client.apply({ ...job, metadata: { ...job.metadata, ownerReferences: [owner] } });
    const { lines } = await diagnosisOf(client, cron, /Unschedulable/);
    expect(lines[0]).toMatch(/^CronJob nightly → Job main → Pod main-\w+$/);
  });

  it('is told of a custom kind by what it owns, and nobody else owns', async () => {
    const { client } = cluster();
    const namespace = await newNamespace(client);
    await client.apply(withPod(deployment(namespace, 'stranger'), NOWHERE));
    const widget = await widgetThatOwns(
      cluster(),
      namespace,
      withPod(deployment(namespace, 'mine'), NOWHERE),
    );
    const { lines } = await diagnosisOf(client, widget, /Unschedulable/);
    expect(lines[0]).toMatch(/^Widget w → Deployment mine → ReplicaSet mine-\w+ → Pod mine-\w+-\w+$/);
    expect(lines.join('\n')).not.toContain('stranger');
  });

  it('is a quota that is used up, before there is any pod', async () => {
    const { client } = cluster();
    const namespace = await newNamespace(client);
    await until(
      client,
      await client.apply({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { namespace, name: 'none' },
        spec: { hard: { pods: '0' } },
      }),
      (live) => live.status?.hard?.pods === '0',
    );
    const object = await client.apply(deployment(namespace, 'web'));
    const { lines, hint } = await diagnosisOf(client, object, /exceeded quota/);
    expect(lines.join('\n')).toMatch(/FailedCreate.*exceeded quota: none/);
    expect(hint).toMatch(/^ResourceQuota none of the namespace is used up \(pods=0\)/);
    const widget = await widgetThatOwns(cluster(), namespace, deployment(namespace, 'mine'));
    const owned = await diagnosisOf(client, widget, /exceeded quota/);
    expect(owned.lines[0]).toMatch(/^Widget w → Deployment mine → ReplicaSet mine-\w+$/);
    expect(owned.hint).toBe(hint);
  });

  it('is a service account that is not there', async () => {
    const { client } = cluster();
    const namespace = await newNamespace(client);
    const object = await client.apply(
      withPod(deployment(namespace, 'web'), { serviceAccountName: 'nobody' }),
    );
    const { lines, hint } = await diagnosisOf(client, object, /nobody/);
    expect(lines.join('\n')).toMatch(/FailedCreate.*serviceaccount "nobody" not found/);
    expect(hint).toMatch(/^Add the service account/);
  });

  it('is a volume claim that is not there', async () => {
    const { client } = cluster();
    const namespace = await newNamespace(client);
    const lost = await client.apply(withPod(deployment(namespace, 'web'), mount('missing')));
    const { lines, hint } = await diagnosisOf(client, lost, /"missing" not found/);
    expect(lines[0]).toMatch(/^Deployment web → ReplicaSet web-\w+ → Pod web-\w+-\w+$/);
    expect(hint).toMatch(/^Add the PersistentVolumeClaim to the program/);
  });

  it('is what one may see of it, for who may see nothing but the object', async () => {
    const { client, kind } = cluster();
    const namespace = await newNamespace(client);
    const object = await client.apply(withPod(deployment(namespace, 'web'), NOWHERE));
    await diagnosisOf(client, object, /Unschedulable/);
    const guest = await connect({ kubeconfig: cluster().guestKubeconfig });
    try {
      expect(await diagnose(guest, new Owners(guest), object), kind).toBeUndefined();
    } finally {
      await guest.close();
    }
  });
});

describeOnControlPlane(
  'why a workload does not get ready, where scheduler and admission are real',
  (controlPlane) => {
    let client: KubeClient;
    beforeAll(async () => {
      client = await connect({ kubeconfig: controlPlane().kubeconfig });
    });
    afterAll(() => client.close());

    it('is told of a DaemonSet, whose pods are bound to nodes', async () => {
      const namespace = await newNamespace(client);
      const pod = { containers: [{ name: 'main', image: 'x', resources: { requests: { cpu: '9999' } } }] };
      const object = await client.apply(workload('apps/v1', 'DaemonSet', namespace, SELECTOR, pod));
      const { lines, hint } = await diagnosisOf(client, object, /Insufficient cpu/);
      expect(lines[0]).toMatch(/^DaemonSet main → Pod main-\w+/);
      expect(hint).toBe(
        'No node has enough cpu left: lower resources.requests, add nodes, or remove what is not needed.',
      );
    });

    it('is a volume claim that nobody binds', async () => {
      const namespace = await newNamespace(client);
      await client.apply({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { namespace, name: 'data' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'none-of-these',
          resources: { requests: { storage: '1Gi' } },
        },
      });
      const object = await client.apply(withPod(deployment(namespace, 'web'), mount('data')));
      const { lines, hint } = await diagnosisOf(client, object, /event ProvisioningFailed/);
      expect(lines).toContain('PersistentVolumeClaim data is Pending, storage class none-of-these');
      expect(hint).toMatch(/^Its volume claim is not bound/);
    });

    it('is a pod that the namespace does not allow', async () => {
      const namespace = await newNamespace(client, { 'pod-security.kubernetes.io/enforce': 'restricted' });
      const object = await client.apply(deployment(namespace, 'web'));
      const { lines, hint } = await diagnosisOf(client, object, /violates PodSecurity/);
      expect(lines[0]).toMatch(/^Deployment web → ReplicaSet web-\w+$/);
      expect(hint).toMatch(/^The namespace allows no such pod/);
    });

    it.each([
      [
        { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x": unauthorized' } },
        {},
        /^ImagePullBackOff: container web: Back-off/,
        /pull secret/,
      ],
      [
        { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } },
        { terminated: { exitCode: 137, reason: 'OOMKilled' } },
        /^OOMKilled: container web used more memory than its limit and was killed with exit code 137; restarted 3 times/,
        /resources\.limits\.memory/,
      ],
    ])('is what the kubelet says of the container, %j', async (state, lastState, reason, todo) => {
      const namespace = await newNamespace(client);
      const object = await client.apply(withPod(deployment(namespace, 'web'), NOWHERE));
      await diagnosisOf(client, object, /Unschedulable/);
      const resource = await client.resource({ group: '', version: 'v1', kind: 'Pod' });
      const [pod] = (await client.list(resource, { namespace })).items;
      // No kubelet of KWOK's touches a pod without a node.
      const container = {
        name: 'web',
        image: 'x',
        imageID: '',
        ready: false,
        restartCount: 3,
        state,
        lastState,
      };
      await client.patch(
        resource,
        keyOf(pod!),
        { status: { containerStatuses: [container] } },
        { type: 'merge', subresource: 'status' },
      );
      const { lines, hint } = await diagnosisOf(client, object, new RegExp(reason, 'm'));
      expect(lines[1]).toMatch(reason);
      expect(hint).toMatch(todo);
    });
  },
);

describe('on the embedded cluster, a failure on request', () => {
  const cluster = embeddedCluster();
  const failing = (namespace: string, failure: string) =>
    deployment(namespace, 'web', {
      annotations: { 'cluster.truekeel.dev/fail': failure, 'cluster.truekeel.dev/log': LOG },
    });
  const LOG = [
    ...Array.from({ length: 9 }, (_, line) => `line ${line}`),
    '',
    `last ${'x'.repeat(600)}`,
    '',
  ].join('\n');

  it.each([
    ['image-pull', /ImagePullBackOff: container web: Back-off pulling image/, /^Check the name and the tag/],
    [
      'crash-loop',
      /CrashLoopBackOff: container web ended with exit code 1; restarted \d+ times/,
      /^Its log says/,
    ],
    ['unschedulable', /Unschedulable/, /node/],
    ['not-ready', /ContainersNotReady/, /readiness probe does not pass/],
    ['quota', /exceeded quota/, /quota/i],
  ])('%s comes with the reason, and what to try', async (failure, reason, todo) => {
    const { client } = cluster();
    const object = await client.apply(failing(await newNamespace(client), failure));
    const { lines, hint } = await diagnosisOf(client, object, reason);
    expect(hint).toMatch(todo);
    expect(lines.length).toBeLessThan(16);
    expect(lines.every((line) => line.length <= 501)).toBe(true);
  });

  it('crash-loop and not-ready come with the end of the log, cut', async () => {
    const { client } = cluster();
    for (const [failure, pattern] of [
      ['crash-loop', /CrashLoop/],
      ['not-ready', /ContainersNotReady/],
    ] as const) {
      const object = await client.apply(failing(await newNamespace(client), failure));
      const { lines } = await diagnosisOf(client, object, pattern);
      const start = lines.indexOf('log of container web:');
      const log = lines.slice(start + 1).filter((line) => line.startsWith('  | '));
      expect(log.slice(0, 4)).toEqual([5, 6, 7, 8].map((line) => `  | line ${line}`));
      expect(log[4]).toMatch(/^ {2}\| last x+…$/);
    }
  });

  it('a ConfigMap that is not there is named, with what to do', async () => {
    const { client } = cluster();
    const namespace = await newNamespace(client);
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }];
    const spec = { containers: [{ name: 'web', image: 'x', env }] };
    const object = await client.apply(withPod(deployment(namespace, 'web'), spec));
    const { hint } = await diagnosisOf(client, object, /CreateContainerConfigError/);
    expect(hint).toBe('Add the ConfigMap settings to the program, or correct its name in the pod.');
  });

  it('job-failed is told with the pod that ended last', async () => {
    const { client } = cluster();
    const namespace = await newNamespace(client);
    const job = workload('batch/v1', 'Job', namespace, { backoffLimit: 0 }, { restartPolicy: 'Never' });
    const annotations = { 'cluster.truekeel.dev/fail': 'job-failed' };
    const object = await client.apply({ ...job, metadata: { ...job.metadata, annotations } });
    const { lines } = await diagnosisOf(client, object, /BackoffLimitExceeded/);
    expect(lines.join('\n')).toMatch(/Job main → Pod main-\w+\n.*exit code 1/);
  });

  it('of what a custom kind owns is told while it is awaited, and when the wait has failed', async () => {
    const { client } = cluster();
    const namespace = await newNamespace(client);
    const widget = await widgetThatOwns(cluster(), namespace, failing(namespace, 'crash-loop'));
    const health = [{ group: gvkOf(widget).group, kind: 'Widget', current: 'has(object.status)' }];
    const program = {
      web: [
        {
          apiVersion: widget.apiVersion,
          kind: 'Widget',
          metadata: { namespace, name: 'w' },
          spec: { size: 1 },
        },
      ],
    };
    const applications = applicationsOf(program).map((application) => ({ ...application, health }));
    const plan = await new Engine(client, unique('env')).plan(program);
    const reasons: string[] = [];
    let failure: TruekeelError | undefined;
    for await (const event of applyPlan({ client, plan, applications, options: { timeoutMs: 4_000 } })) {
      if (event.type === 'waiting') reasons.push(event.reason);
      if (event.type === 'failed') failure = event.error;
    }
    expect(reasons[0]).toBe('not ready yet');
    expect(reasons.at(-1)).toMatch(/pod web-\S+: container web ended with exit code 1/);
    expect(failure).toMatchObject({ code: 'NOT_READY', hint: expect.stringMatching(/^Its log says why/) });
    expect(failure?.message).toMatch(/not ready within 4 s: not ready yet\n {2}Widget w → Deployment web → /);
  });
});
