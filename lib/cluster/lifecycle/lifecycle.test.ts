import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KubernetesObject } from '../../objects/index.ts';
import { type Cluster, startCluster } from '../cluster.ts';
import type { ControllerClient } from '../store.ts';

const MAP = { apiVersion: 'v1', kind: 'ConfigMap' };
let cluster: Cluster;
let store: ControllerClient;

beforeEach(async () => {
  cluster = await startCluster({ controllers: false });
  store = cluster.store.as('test');
});

afterEach(() => cluster.stop());

function map(name: string, metadata: object = {}): KubernetesObject {
  return store.create({ ...MAP, metadata: { name, namespace: 'default', ...metadata } });
}

const ownedBy = (owner: KubernetesObject, more: object = {}) => ({
  ownerReferences: [{ ...MAP, name: owner.metadata.name, uid: owner.metadata.uid, ...more }],
});

const names = () =>
  store
    .list(MAP, { namespace: 'default' })
    .map(({ metadata }) => metadata.name)
    .filter((name) => name !== 'kube-root-ca.crt');

test('what is owned goes with its owner, and so on down', async () => {
  const owner = map('owner');
  const child = map('child', ownedBy(owner));
  map('grandchild', ownedBy(child));
  map('bystander');
  await cluster.store.settled();
  store.delete(MAP, 'default', 'owner');
  await cluster.store.settled();
  expect(names()).toEqual(['bystander']);
});

test('what has another owner left stays, without the reference to the gone one', async () => {
  const [one, two] = [map('one'), map('two')];
  map('shared', { ownerReferences: [one, two].flatMap((owner) => ownedBy(owner).ownerReferences) });
  await cluster.store.settled();
  store.delete(MAP, 'default', 'one');
  await cluster.store.settled();
  expect(store.get(MAP, 'default', 'shared')?.metadata.ownerReferences).toMatchObject([{ name: 'two' }]);
});

test('orphaned dependents stay and lose the reference', async () => {
  map('child', ownedBy(map('owner')));
  await cluster.store.settled();
  store.delete(MAP, 'default', 'owner', { propagationPolicy: 'Orphan' });
  await cluster.store.settled();
  expect(names()).toEqual(['child']);
  expect(store.get(MAP, 'default', 'child')?.metadata.ownerReferences).toBeUndefined();
});

test('a foreground deletion waits for the dependents that block it', async () => {
  const owner = map('owner');
  map('child', { ...ownedBy(owner, { blockOwnerDeletion: true }), finalizers: ['example.org/hold'] });
  await cluster.store.settled();
  store.delete(MAP, 'default', 'owner', { propagationPolicy: 'Foreground' });
  await cluster.store.settled();
  expect(store.get(MAP, 'default', 'owner')?.metadata.finalizers).toEqual(['foregroundDeletion']);
  store.patch(MAP, 'default', 'child', { metadata: { finalizers: null } });
  await cluster.store.settled();
  expect(names()).toEqual([]);
});

test('an object whose owner never was is collected', async () => {
  map('child', ownedBy({ ...MAP, metadata: { name: 'never', uid: 'no-such-uid' } }));
  await cluster.store.settled();
  expect(names()).toEqual([]);
});

test('a namespace goes only when the last object in it has', async () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace' };
  store.create({ ...namespace, metadata: { name: 'short' } });
  store.create({ ...MAP, metadata: { name: 'held', namespace: 'short', finalizers: ['example.org/hold'] } });
  store.delete(namespace, '', 'short');
  await cluster.store.settled();
  const status = store.get(namespace, '', 'short')?.status;
  expect(status?.phase).toBe('Terminating');
  // As a real one was seen to say.
  expect(status?.conditions).toContainEqual({
    type: 'NamespaceFinalizersRemaining',
    status: 'True',
    reason: 'SomeFinalizersRemain',
    message:
      'Some content in the namespace has finalizers remaining: example.org/hold in 1 resource instances',
    lastTransitionTime: expect.any(String),
  });
  expect(() => store.create({ ...MAP, metadata: { name: 'late', namespace: 'short' } })).toThrow(
    /because it is being terminated/,
  );
  store.patch(MAP, 'short', 'held', { metadata: { finalizers: null } });
  await cluster.store.settled();
  expect(store.get(namespace, '', 'short')).toBeUndefined();
});

test('deleting a definition deletes its objects first, and its kind is no longer served', async () => {
  const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
  const widget = { apiVersion: 'example.org/v1', kind: 'Widget' };
  store.create({
    ...definition,
    metadata: { name: 'widgets.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
        { name: 'v2', served: true, storage: false, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  });
  await cluster.store.settled();
  expect(store.get(definition, '', 'widgets.example.org')?.status.conditions).toMatchObject([
    { type: 'NamesAccepted', status: 'True' },
    { type: 'Established', status: 'True' },
  ]);
  store.create({
    ...widget,
    metadata: { name: 'a', namespace: 'default', finalizers: ['example.org/hold'] },
  });
  expect(store.get({ ...widget, apiVersion: 'example.org/v2' }, 'default', 'a')?.apiVersion).toBe(
    'example.org/v2',
  );
  store.delete(definition, '', 'widgets.example.org');
  await cluster.store.settled();
  expect(store.get(definition, '', 'widgets.example.org')).toBeDefined();
  store.patch(widget, 'default', 'a', { metadata: { finalizers: null } });
  await cluster.store.settled();
  expect(store.get(definition, '', 'widgets.example.org')).toBeUndefined();
  expect(() => store.list(widget)).toThrow(/no matches for kind "Widget"/);
});
