import { expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { keyOf } from '../objects/index.ts';
import type { ApiResource, KubeClient, ObjectWatcher, ObjectWatcherOptions } from './index.ts';
import { connect, objectWatcher } from './index.ts';

const object = (
  namespace: string,
  name: string,
  x: string,
  labels = { test: 'watcher' },
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels },
  data: { x },
});

type State = KubernetesObject | undefined;

/** Follows one object; `until` resolves when a state (from the first one on) fits. */
function observe(
  watcher: ObjectWatcher,
  resource: ApiResource,
  followed: KubernetesObject,
  notBefore?: string,
) {
  const states: State[] = [];
  let wake = () => {};
  let failure: Error | undefined;
  const stop = watcher.observe(resource, keyOf(followed), {
    ...(notBefore !== undefined && { notBefore }),
    onState(state) {
      states.push(state);
      wake();
    },
    onError(error) {
      failure = error;
      wake();
    },
  });
  const until = async (fits: (state: State) => boolean): Promise<void> => {
    for (;;) {
      if (failure) throw failure;
      if (states.some(fits)) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { states, stop, until, values: () => states.map((state) => state?.data?.x as string | undefined) };
}

describeOnControlPlane(
  'an object watcher, on a real API server',
  (controlPlane) => {
    async function setUp(options?: ObjectWatcherOptions, as: 'admin' | 'guest' = 'admin') {
      const { kubeconfig, guestKubeconfig } = controlPlane();
      const client = await connect({ kubeconfig: as === 'admin' ? kubeconfig : guestKubeconfig, env: {} });
      const namespace = await controlPlane().createNamespace('watcher');
      const resource: ApiResource = {
        group: '',
        version: 'v1',
        kind: 'ConfigMap',
        plural: 'configmaps',
        namespaced: true,
        verbs: [],
      };
      const watcher = objectWatcher(client, options);
      return {
        client,
        namespace,
        resource,
        watcher,
        async [Symbol.asyncDispose]() {
          watcher.close();
          await client.close();
        },
      };
    }

    const watches = (client: KubeClient) => client.requests.byVerb.watch ?? 0;

    it('tells that an object is not there, that it came, changed and went', async () => {
      await using context = await setUp();
      const { client, namespace, resource, watcher } = context;
      const followed = observe(watcher, resource, object(namespace, 'a', ''));
      await followed.until((state) => state === undefined);
      await client.apply(object(namespace, 'a', '1'));
      await followed.until((state) => state?.data?.x === '1');
      await client.apply(object(namespace, 'a', '2'));
      await followed.until((state) => state?.data?.x === '2');
      const gone = followed.states.length;
      await client.delete(resource, { namespace, name: 'a' });
      await followed.until((state) => state === undefined && followed.states.length > gone);
      expect(followed.values()).toEqual([undefined, '1', '2', undefined]);
      expect(followed.states[1]?.metadata).not.toHaveProperty('managedFields');
    });

    it('uses one watch for all who wait for objects of a kind, and answers late comers at once', async () => {
      await using context = await setUp({ labelSelector: 'test=watcher' });
      const { client, namespace, resource, watcher } = context;
      const elsewhere = await controlPlane().createNamespace('watcher');
      const objects = Array.from({ length: 20 }, (_, index) =>
        object(index % 2 === 0 ? namespace : elsewhere, `cm-${index}`, `${index}`),
      );
      const followed = objects.map((each) => observe(watcher, resource, each));
      await Promise.all(objects.map((each) => client.apply(each)));
      await Promise.all(followed.map(({ until }) => until((state) => state !== undefined)));
      const late = observe(watcher, resource, objects[3]!);
      await late.until((state) => state?.data?.x === '3');
      expect(late.values()).toEqual(['3']);
      expect(client.requests.byVerb).toMatchObject({ list: 1, watch: 1 });
    });

    it('does not tell states from before a write', async () => {
      await using context = await setUp();
      const { client, namespace, resource, watcher } = context;
      await client.apply(object(namespace, 'b', 'old'));
      const first = observe(watcher, resource, object(namespace, 'b', ''));
      await first.until((state) => state?.data?.x === 'old');
      const written = await client.apply(object(namespace, 'b', 'new'));
      const second = observe(watcher, resource, written, written.metadata.resourceVersion);
      await second.until((state) => state !== undefined);
      expect(second.values()).toEqual(['new']);
    });

    it('tells nothing more after it was told to stop', async () => {
      await using context = await setUp();
      const { client, namespace, resource, watcher } = context;
      const stopped = observe(watcher, resource, object(namespace, 'c', ''));
      stopped.stop();
      const followed = observe(watcher, resource, object(namespace, 'c', ''));
      await client.apply(object(namespace, 'c', '1'));
      await followed.until((state) => state?.data?.x === '1');
      expect(stopped.states).toEqual([]);
    });

    it('watches single namespaces where the whole cluster is forbidden', async () => {
      await using context = await setUp({ across: 'cluster' }, 'guest');
      const { client, namespace, resource, watcher } = context;
      const admin = await connect({ kubeconfig: controlPlane().kubeconfig, env: {} });
      await admin.apply({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'guest', namespace },
        rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }],
      });
      await admin.apply({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'guest', namespace },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'guest' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'guest' }],
      });
      await admin.apply(object(namespace, 'd', '1'));
      while (!(await client.can('watch', resource, namespace))) {
        // The authorizer learns of the binding by a watch of its own.
      }
      const followed = observe(watcher, resource, object(namespace, 'd', ''));
      await followed.until((state) => state?.data?.x === '1');
      expect(watches(client)).toBe(1);
      await admin.close();
    });

    it('says that it may not look at all', async () => {
      await using context = await setUp({}, 'guest');
      const { namespace, resource, watcher } = context;
      const followed = observe(watcher, resource, object(namespace, 'e', ''));
      await expect(followed.until(() => false)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const late = observe(watcher, resource, object(namespace, 'e', ''));
      await expect(late.until(() => false)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    it('follows all objects in a scope together', async () => {
      await using context = await setUp();
      const { client, namespace, resource, watcher } = context;
      await client.apply(object(namespace, 'f', '1'));
      await client.apply(object(namespace, 'other', '1', { test: 'another' }));
      const names: string[][] = [];
      let applying: Promise<unknown> | undefined;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      watcher.observeAll(
        { resource, namespace, labelSelector: 'test=watcher' },
        {
          onError: reject,
          onState(objects) {
            names.push(objects.map(({ metadata }) => metadata.name).sort());
            if (objects.length === 2) resolve();
            else applying ??= client.apply(object(namespace, 'g', '1'));
          },
        },
      );
      await promise;
      await applying;
      expect(names).toEqual([['f'], ['f', 'g']]);
    });
  },
  { nodes: 'none' },
);
