import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../objects/index.ts';
import { keyOf } from '../objects/index.ts';
import { diffObjects } from './diff.ts';
import type { Consequence } from './effects/consequence.ts';
import { effectsOf } from './effects.ts';
import type { Action } from './plan.ts';

interface Content {
  readonly metadata?: object;
  readonly [field: string]: unknown;
}

const object = (type: string, content: Content = {}): KubernetesObject => {
  const [apiVersion = '', kind = ''] = type.split(' ');
  const { metadata, ...rest } = content;
  return { apiVersion, kind, metadata: { name: 'x', namespace: 'shop', ...metadata }, ...rest };
};

/** `kind: message` of a change from one content to another; without the second, of a delete. */
function effects(
  type: string,
  before: Content | undefined,
  after: Content | undefined,
  more: Partial<Consequence> = {},
): readonly string[] {
  const [live, next] = [before && object(type, before), after && object(type, after)];
  const action: Action = next === undefined ? 'delete' : live === undefined ? 'create' : 'change';
  const found = effectsOf({
    key: keyOf(live ?? next ?? object(type)),
    action,
    changes: live && next ? diffObjects(live, next) : [],
    ...(live && { live }),
    ...(next && { after: next }),
    ...more,
  });
  return found.map(({ kind, message }) => `${kind}: ${message}`);
}

const template = (image: string) => ({ spec: { containers: [{ name: 'web', image }] } });

describe('the pods of a workload', () => {
  const spec = (image: string, replicas: number, more: object = {}) => ({
    spec: { replicas, template: template(image), ...more },
  });

  it.each(['apps/v1 Deployment', 'apps/v1 StatefulSet', 'argoproj.io/v1alpha1 Rollout'])(
    'are restarted when the template of a %s changes, as many as there are',
    (type) => {
      expect(effects(type, spec('a', 3), spec('b', 3))).toEqual(['restarts-pods: restarts 3 pods']);
      expect(effects(type, spec('a', 1), spec('b', 1))).toEqual(['restarts-pods: restarts 1 pod']);
      expect(
        effects(type, { spec: { template: template('a') } }, { spec: { template: template('b') } }),
      ).toEqual(['restarts-pods: restarts 1 pod']);
      expect(effects(type, spec('a', 0), spec('b', 0))).toEqual([]);
      expect(effects(type, undefined, spec('b', 3))).toEqual([]);
      expect(effects(type, spec('a', 3), spec('a', 3, { minReadySeconds: 5 }))).toEqual([]);
    },
  );

  it('are restarted also when the whole template comes into an object', () => {
    expect(effects('apps/v1 Deployment', { spec: {} }, { spec: { template: template('a') } })).toEqual([
      'restarts-pods: restarts 1 pod',
    ]);
  });

  it('are counted by the cluster for a DaemonSet', () => {
    const set = (image: string, status?: object) => ({ spec: { template: template(image) }, status });
    expect(effects('apps/v1 DaemonSet', set('a', { desiredNumberScheduled: 7 }), set('b'))).toEqual([
      'restarts-pods: restarts 7 pods',
    ]);
    expect(effects('apps/v1 DaemonSet', set('a'), set('b'))).toEqual(['restarts-pods: restarts its pods']);
  });

  it('stay where the workload waits for somebody to roll them', () => {
    const onDelete = { updateStrategy: { type: 'OnDelete' } };
    for (const type of ['apps/v1 StatefulSet', 'apps/v1 DaemonSet'])
      expect(effects(type, spec('a', 3, onDelete), spec('b', 3, onDelete))).toEqual([]);
    expect(effects('apps/v1 Deployment', spec('a', 3), spec('b', 3, { paused: true }))).toEqual([]);
    const partition = { updateStrategy: { rollingUpdate: { partition: 2 } } };
    expect(effects('apps/v1 StatefulSet', spec('a', 3), spec('b', 3, partition))).toEqual([
      'restarts-pods: restarts 1 pod',
    ]);
  });

  it.each(['v1 ReplicationController', 'apps/v1 ReplicaSet', 'batch/v1 CronJob', 'batch/v1 Job'])(
    'stay when the template of a %s changes',
    (type) => {
      expect(effects(type, spec('a', 3), spec('b', 3))).toEqual([]);
    },
  );

  it('stay when a ConfigMap or a Secret that they read changes', () => {
    for (const type of ['v1 ConfigMap', 'v1 Secret'])
      expect(effects(type, { data: { a: '1' } }, { data: { a: '2' } })).toEqual([]);
  });

  it('come and go with the number of replicas', () => {
    const type = 'apps/v1 Deployment';
    expect(effects(type, spec('a', 1), spec('a', 2))).toEqual(['scales: scales from 1 to 2']);
    expect(effects(type, spec('a', 2), spec('b', 0))).toEqual([
      'stops-pods: scales from 2 to 0: stops every pod',
    ]);
    expect(effects(type, { spec: {} }, { spec: { replicas: 2 } })).toEqual([
      'scales: scales from the default to 2',
    ]);
  });

  it('are restarted when the workload is replaced', () => {
    expect(effects('apps/v1 Deployment', spec('a', 3), spec('a', 3), { action: 'replace' })).toEqual([
      'restarts-pods: restarts 3 pods',
      'replaces: deletes the object and makes it anew',
    ]);
  });

  it('lose what keeps them from being evicted at once', () => {
    const type = 'policy/v1 PodDisruptionBudget';
    const message = 'allows-disruption: lets all pods that it selects be evicted at once';
    expect(effects(type, { spec: { minAvailable: 1 } }, { spec: { minAvailable: 0 } })).toEqual([message]);
    expect(effects(type, { spec: { maxUnavailable: 1 } }, { spec: { maxUnavailable: '100%' } })).toEqual([
      message,
    ]);
    expect(effects(type, undefined, undefined)).toEqual([message]);
    expect(effects(type, { spec: { minAvailable: 2 } }, { spec: { minAvailable: 1 } })).toEqual([]);
    expect(effects(type, { spec: { minAvailable: 0 } }, { spec: { minAvailable: '0%' } })).toEqual([]);
    expect(effects(type, undefined, { spec: { minAvailable: 0 } })).toEqual([]);
  });
});

describe('stored data', () => {
  const volume = (policy: string) =>
    object('v1 PersistentVolume', { spec: { persistentVolumeReclaimPolicy: policy } });
  const claim = { spec: { volumeName: 'pv-1' } };

  it('goes with a claim unless its volume is retained', () => {
    const type = 'v1 PersistentVolumeClaim';
    expect(effects(type, claim, undefined, { volume: volume('Delete') })).toEqual([
      'touches-data: deletes the claim and the data in its volume pv-1',
    ]);
    expect(effects(type, claim, undefined, { volume: volume('Retain') })).toEqual([
      'keeps-data: deletes the claim; its volume pv-1 is retained',
    ]);
    expect(effects(type, claim, undefined)).toEqual([
      'touches-data: deletes the claim, and the data where its volume is not retained',
    ]);
    expect(effects(type, undefined, undefined)).toEqual([
      'touches-data: deletes the claim, and the data where its volume is not retained',
    ]);
    expect(effects(type, claim, claim, { action: 'replace' })[1]).toMatch(/^touches-data: deletes the claim/);
  });

  it('gets a larger volume for good', () => {
    const sized = (storage: string) => ({ spec: { resources: { requests: { storage } } } });
    expect(effects('v1 PersistentVolumeClaim', sized('1Gi'), sized('2Gi'))).toEqual([
      'touches-data: makes the volume larger, which cannot be undone',
    ]);
    expect(effects('v1 PersistentVolumeClaim', undefined, sized('2Gi'))).toEqual([]);
  });

  it('follows the reclaim policy of a volume', () => {
    const of = (policy: string) => ({ spec: { persistentVolumeReclaimPolicy: policy } });
    const type = 'v1 PersistentVolume';
    expect(effects(type, of('Delete'), undefined)).toEqual([
      'touches-data: deletes the volume and what it holds',
    ]);
    expect(effects(type, of('Retain'), undefined)).toEqual([
      'keeps-data: deletes the volume; what it holds stays where it is',
    ]);
    expect(effects(type, undefined, undefined)).toEqual(['touches-data: deletes the volume']);
    expect(effects(type, of('Retain'), of('Delete'))).toEqual([
      'touches-data: what the volume holds goes with its claim from now on',
    ]);
    expect(effects(type, of('Delete'), of('Retain'))).toEqual([]);
    expect(effects(type, of('Delete'), { ...of('Delete'), metadata: { labels: { a: 'b' } } })).toEqual([]);
  });

  it('follows the retention policy of a StatefulSet', () => {
    const set = (replicas: number, persistentVolumeClaimRetentionPolicy?: object) => ({
      spec: {
        replicas,
        volumeClaimTemplates: [{ metadata: { name: 'data' } }],
        ...(persistentVolumeClaimRetentionPolicy && { persistentVolumeClaimRetentionPolicy }),
      },
    });
    const type = 'apps/v1 StatefulSet';
    const keeps = 'keeps-data: leaves the claims of its pods, and their data, behind';
    expect(effects(type, set(3), undefined)).toEqual([keeps]);
    expect(effects(type, set(3, { whenDeleted: 'Retain' }), undefined)).toEqual([keeps]);
    expect(effects(type, set(3, { whenDeleted: 'Delete' }), undefined)).toEqual([
      'touches-data: deletes the claims of its pods, and the data where volumes are not retained',
    ]);
    expect(effects(type, { spec: { replicas: 3 } }, undefined)).toEqual([]);
    expect(effects(type, undefined, undefined)).toEqual([
      'touches-data: removes pods that have volumes of their own',
    ]);
    const scaled = { whenScaled: 'Delete' };
    expect(effects(type, set(3, scaled), set(1, scaled))).toContain(
      'touches-data: deletes the claims of 2 pods',
    );
    expect(effects(type, set(3), set(1))).toEqual(['scales: scales from 3 to 1']);
    expect(effects(type, set(3), set(3, { whenDeleted: 'Delete' }))).toEqual([
      'touches-data: its claims go with it from now on',
    ]);
  });

  it('goes with everything else in a namespace', () => {
    expect(effects('v1 Namespace', undefined, undefined)).toEqual([
      'removes-namespace: deletes everything in it, also what is not ours',
    ]);
    expect(effects('v1 Namespace', {}, { metadata: { labels: { a: 'b' } } })).toEqual([]);
  });
});

describe('a custom kind', () => {
  const type = 'apiextensions.k8s.io/v1 CustomResourceDefinition';
  const version = (name: string, more: object = {}) => ({ name, served: true, storage: false, ...more });
  const definition = (versions: readonly object[], storedVersions: readonly string[] = ['v1']) => ({
    metadata: { name: 'widgets.example.com' },
    spec: { versions },
    status: { storedVersions },
  });

  it('goes with every object of it', () => {
    expect(effects(type, definition([]), undefined)).toEqual([
      'removes-crd: removes the kind widgets.example.com and every object of it',
    ]);
  });

  it('loses a version, stored or not, or no longer serves it', () => {
    const before = definition([version('v1', { storage: true }), version('v1beta1')]);
    const after = definition([version('v1', { storage: true })]);
    expect(effects(type, before, after)).toEqual(['removes-crd-version: removes version v1beta1']);
    const stored = definition([version('v1'), version('v2', { storage: true })], ['v1', 'v2']);
    expect(effects(type, stored, definition([version('v2', { storage: true })]))).toEqual([
      'removes-crd-version: removes version v1, which objects are stored in',
    ]);
    const unserved = definition([version('v1', { storage: true }), version('v1beta1', { served: false })]);
    expect(effects(type, before, unserved)).toEqual([
      'removes-crd-version: no longer serves version v1beta1',
    ]);
  });

  it('is stored in another version from now on', () => {
    const before = definition([version('v1', { storage: true }), version('v2')]);
    const after = definition([version('v1'), version('v2', { storage: true })]);
    expect(effects(type, before, after)).toEqual([
      'moves-crd-storage: stores objects as v2 from now on, no longer as v1',
    ]);
  });

  it('loses fields, and with them what objects have there', () => {
    const withFields = (spec: object) =>
      definition([
        version('v1', {
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', ...spec } } } },
        }),
      ]);
    const before = withFields({ properties: { size: {}, parts: { items: { properties: { name: {} } } } } });
    expect(
      effects(type, before, withFields({ properties: { parts: { items: { properties: {} } } } })),
    ).toEqual(['touches-data: v1: drops spec.size, spec.parts.name from every object']);
    expect(effects(type, before, withFields({ 'x-kubernetes-preserve-unknown-fields': true }))).toEqual([]);
    expect(
      effects(
        type,
        before,
        withFields({ properties: { size: {}, more: {}, parts: { items: { properties: { name: {} } } } } }),
      ),
    ).toEqual([]);
  });
});

describe('what can be reached', () => {
  const service = (spec: object) => ({ spec });
  it('grows with the type, the addresses and the ranges of a Service', () => {
    const type = 'v1 Service';
    const outside = (name: string) => `exposes: can be reached from outside of the cluster (${name})`;
    expect(effects(type, service({ type: 'ClusterIP' }), service({ type: 'LoadBalancer' }))).toEqual([
      outside('LoadBalancer'),
    ]);
    expect(effects(type, undefined, service({ type: 'NodePort' }))).toEqual([outside('NodePort')]);
    expect(effects(type, service({ type: 'LoadBalancer' }), service({ type: 'NodePort' }))).toEqual([]);
    expect(effects(type, service({}), service({ externalIPs: ['10.1.2.3'] }))).toEqual([
      'exposes: can be reached at 10.1.2.3',
    ]);
    const ranged = (...loadBalancerSourceRanges: string[]) =>
      service({ type: 'LoadBalancer', loadBalancerSourceRanges });
    expect(effects(type, ranged('10.0.0.0/8'), ranged())).toEqual([
      'exposes: can be reached from every address',
    ]);
    expect(effects(type, ranged('10.0.0.0/8'), ranged('10.0.0.0/8', '192.0.2.0/24'))).toEqual([
      'exposes: can be reached from 192.0.2.0/24',
    ]);
    expect(effects(type, ranged(), ranged('10.0.0.0/8'))).toEqual([]);
  });

  it('grows with the hosts of an Ingress', () => {
    const ingress = (...hosts: (string | undefined)[]) => ({
      spec: { rules: hosts.map((host) => ({ host })) },
    });
    const type = 'networking.k8s.io/v1 Ingress';
    expect(effects(type, undefined, ingress('a.example.com'))).toEqual([
      'exposes: can be reached as a.example.com',
    ]);
    expect(effects(type, ingress('a.example.com'), ingress('a.example.com', undefined))).toEqual([
      'exposes: can be reached as every host',
    ]);
    expect(effects(type, ingress('a', 'b'), ingress('b'))).toEqual([]);
  });

  describe('grows with a NetworkPolicy', () => {
    const type = 'networking.k8s.io/v1 NetworkPolicy';
    const policy = (ingress: readonly object[], more: object = {}) => ({
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress, ...more },
    });
    const from = (...peers: object[]) => ({ from: peers });
    const block = (cidr: string, ...except: string[]) => ({
      ipBlock: { cidr, ...(except.length > 0 && { except }) },
    });
    const pods = (app: string) => ({ podSelector: { matchLabels: { app } } });
    const port = (number: number, endPort?: number) => ({ port: number, ...(endPort && { endPort }) });

    it.each<[string, Content, Content]>([
      [
        'a rule split in two',
        policy([from(pods('a'), pods('b'))]),
        policy([from(pods('b')), from(pods('a'))]),
      ],
      ['fewer peers', policy([from(pods('a'), pods('b'))]), policy([from(pods('a'))])],
      ['a part of a range', policy([from(block('10.0.0.0/8'))]), policy([from(block('10.1.0.0/16'))])],
      [
        'one more exception',
        policy([from(block('10.0.0.0/8'))]),
        policy([from(block('10.0.0.0/8', '10.2.0.0/16'))]),
      ],
      ['everybody narrowed to some', policy([{}]), policy([from(pods('a'))])],
      ['a port out of a range', policy([{ ports: [port(80, 90)] }]), policy([{ ports: [port(85)] }])],
      [
        'another default written out',
        policy([{ ports: [port(80)] }]),
        policy([{ ports: [{ port: 80, protocol: 'TCP' }] }]),
      ],
    ])('not by %s', (_name, before, after) => {
      expect(effects(type, before, after)).toEqual([]);
    });

    it.each<[string, Content, Content, string]>([
      [
        'another peer',
        policy([from(pods('a'))]),
        policy([from(pods('a'), pods('b'))]),
        'pods of its namespace',
      ],
      [
        'a wider range',
        policy([from(block('10.1.0.0/16'))]),
        policy([from(block('10.0.0.0/8'))]),
        '10.0.0.0/8',
      ],
      [
        'a lost exception',
        policy([from(block('10.0.0.0/8', '10.2.0.0/16'))]),
        policy([from(block('10.0.0.0/8'))]),
        '10.0.0.0/8',
      ],
      ['an empty rule', policy([from(pods('a'))]), policy([from(pods('a')), {}]), 'everybody'],
      [
        'another port',
        policy([{ ports: [port(80)] }]),
        policy([{ ports: [port(80), port(81)] }]),
        'everybody on port 81',
      ],
    ])('by %s', (_name, before, after, what) => {
      expect(effects(type, before, after)).toEqual([`exposes: lets more incoming traffic through: ${what}`]);
    });

    it('when it goes, or no longer is about a direction or some pods', () => {
      expect(effects(type, undefined, undefined)).toEqual([
        'exposes: no longer restricts the traffic of the pods that it selects',
      ]);
      const before = policy([from(pods('a'))]);
      expect(effects(type, before, policy([], { policyTypes: ['Egress'] }))).toEqual([
        'exposes: lets all incoming traffic through',
      ]);
      expect(effects(type, before, policy([], { podSelector: { matchLabels: { a: 'b' } } }))).toEqual([
        'exposes: applies to other pods: those it no longer selects are open',
      ]);
      expect(effects(type, undefined, before)).toEqual([]);
    });
  });
});
