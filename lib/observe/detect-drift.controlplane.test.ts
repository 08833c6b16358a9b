import { expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { ApiResource, KubeClient } from '../kube/index.ts';
import { connect } from '../kube/index.ts';
import type { Digest, JsonObject, KubernetesObject } from '../objects/index.ts';
import { Annotation, digestOf, keyOf, Label } from '../objects/index.ts';
import type { Drift } from './index.ts';
import { baselineOf, detectDrift } from './index.ts';

const digest = digestOf('rendered');

const deployment = (namespace: string, name: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name,
    namespace,
    labels: { [Label.application]: 'web', app: name },
    annotations: { [Annotation.digest]: digest },
  },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          {
            name: 'web',
            image: 'example/web:1',
            args: ['--first', '--second'],
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '2' },
            ],
            resources: { requests: { cpu: '1000m' } },
          },
        ],
      },
    },
  },
});

const container = (fields: JsonObject): JsonObject => ({
  spec: { template: { spec: { containers: [{ name: 'web', ...fields }] } } },
});

describeOnControlPlane(
  'drift, by metadata alone, on a real API server',
  (controlPlane) => {
    interface Setting {
      readonly client: KubeClient;
      readonly resource: ApiResource;
      readonly live: KubernetesObject;
    }

    /** Applies a Deployment as we do, lets somebody do something to it, and looks at its metadata. */
    async function after(interfere: (setting: Setting) => Promise<unknown>): Promise<Drift> {
      await using client = closing(await connect({ kubeconfig: controlPlane().kubeconfig, env: {} }));
      const namespace = await controlPlane().createNamespace('drift');
      const resource = await client.resource({ group: 'apps', version: 'v1', kind: 'Deployment' });
      const live = await client.apply(deployment(namespace, 'web'));
      const baseline = baselineOf(live);
      expect(detectDrift({ digest }, live, baseline)).toEqual({ state: 'up-to-date' });
      await interfere({ client, resource, live });
      return detectDrift({ digest }, await client.getMetadata(resource, keyOf(live)), baseline);
    }

    const patch =
      (change: JsonObject, subresource?: string) =>
      ({ client, resource, live }: Setting) =>
        client.patch(resource, keyOf(live), change, {
          type: 'strategic',
          fieldManager: 'kubectl-edit',
          ...(subresource !== undefined && { subresource }),
        });

    it.each<[string, (setting: Setting) => Promise<unknown>]>([
      ['changed the number of replicas', patch({ spec: { replicas: 5 } })],
      ['scaled it', patch({ spec: { replicas: 5 } }, 'scale')],
      ['set another image', patch(container({ image: 'example/web:2' }))],
      ['replaced an item of an atomic list', patch(container({ args: ['--first', '--third'] }))],
      ['removed an environment variable', patch(container({ env: [{ name: 'A', $patch: 'delete' }] }))],
      ['changed a label of ours', patch({ metadata: { labels: { [Label.application]: 'mine' } } })],
      ['removed our digest', patch({ metadata: { annotations: { [Annotation.digest]: null } } })],
      [
        'changed a value and changed it back',
        async (setting) => {
          await patch({ spec: { replicas: 5 } })(setting);
          await patch({ spec: { replicas: 1 } })(setting);
        },
      ],
      [
        'took a field by a forced apply',
        ({ client, live }) =>
          client.apply(
            {
              ...deployment(live.metadata.namespace ?? '', 'web'),
              spec: { ...deployment('', 'web').spec, replicas: 3 },
            },
            { fieldManager: 'kubectl', force: true },
          ),
      ],
      [
        'updated it under our own name',
        ({ client, resource, live }) =>
          client.patch(resource, keyOf(live), { spec: { replicas: 5 } }, { type: 'merge' }),
      ],
      [
        'reset managedFields',
        ({ client, resource, live }) =>
          client.patch(resource, keyOf(live), { metadata: { managedFields: [{}] } }, { type: 'merge' }),
      ],
      [
        'deleted it and made it anew',
        async ({ client, resource, live }) => {
          await client.delete(resource, keyOf(live), { propagation: 'Background' });
          const { managedFields: _m, resourceVersion: _r, uid: _u, ...metadata } = live.metadata;
          await client.create({ ...live, metadata });
        },
      ],
    ])('shows when somebody %s', async (_what, interfere) => {
      expect(await after(interfere)).toMatchObject({ state: 'drifted' });
    });

    it('says who it was', async () => {
      const drift = await after(patch({ spec: { replicas: 5 } }));
      expect(drift).toMatchObject({
        writers: [
          { manager: 'kubectl-edit', operation: 'Update', time: expect.stringMatching(/^\d{4}-.*Z$/) },
        ],
      });
    });

    it.each<[string, (setting: Setting) => Promise<unknown>]>([
      ['wrote the same value', patch({ spec: { replicas: 1 } })],
      ['spelled the same value differently', patch(container({ resources: { requests: { cpu: '1' } } }))],
      [
        'added what is not ours',
        patch({ metadata: { labels: { theirs: 'x' }, annotations: { note: 'x' } } }),
      ],
      ['wrote its status', patch({ status: { observedGeneration: 1 } }, 'status')],
    ])('does not show when somebody %s', async (_what, interfere) => {
      expect(await after(interfere)).toEqual({ state: 'up-to-date' });
    });

    it('tells an object that is gone, and one that is going', async () => {
      expect(await after(({ client, resource, live }) => client.delete(resource, keyOf(live)))).toEqual({
        state: 'missing',
      });
      expect(
        await after(async ({ client, resource, live }) => {
          await client.patch(
            resource,
            keyOf(live),
            { metadata: { finalizers: ['x.dev/keep'] } },
            { type: 'merge' },
          );
          await client.delete(resource, keyOf(live));
        }),
      ).toEqual({ state: 'deleting' });
    });

    it('tells an object of other bytes, and one of which nothing is remembered', async () => {
      const other = digestOf('rendered anew') satisfies Digest;
      await using client = closing(await connect({ kubeconfig: controlPlane().kubeconfig, env: {} }));
      const namespace = await controlPlane().createNamespace('drift');
      const live = await client.apply(deployment(namespace, 'web'));
      expect(detectDrift({ digest: other }, live, baselineOf(live))).toEqual({ state: 'changed' });
      expect(detectDrift({ digest: other }, live, undefined)).toEqual({ state: 'changed' });
      expect(detectDrift({ digest }, live, undefined)).toEqual({ state: 'unknown' });
      const { managedFields: _none, ...metadata } = live.metadata;
      expect(detectDrift({ digest }, { ...live, metadata }, undefined)).toEqual({
        state: 'drifted',
        writers: [],
      });
    });
  },
  { nodes: 'none' },
);

function closing(client: KubeClient): KubeClient & AsyncDisposable {
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}
