import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../objects/index.ts';
import { clusterImage, type ImageRequest } from './index.ts';

const METADATA_LIST =
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json;q=0.9';

const namespace: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const settings: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    namespace: 'shop',
    name: 'settings',
    uid: '5e0c',
    resourceVersion: '4711',
    // Its owner is not there, and it stays all the same.
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'gone', uid: 'gone' }],
    managedFields: [
      {
        manager: 'truekeel',
        operation: 'Apply',
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:a': {} } },
      },
    ],
  },
  data: { a: '1' },
};

async function ask(image: ReturnType<typeof clusterImage>, request: string | ImageRequest) {
  const { status, body } = await image.answer(
    typeof request === 'string' ? { method: 'GET', path: request } : request,
  );
  return { status, body: JSON.parse(body) };
}

function applyOf(object: object, query = ''): ImageRequest {
  return {
    method: 'PATCH',
    path: `/api/v1/namespaces/shop/configmaps/settings?fieldManager=truekeel&force=true${query}`,
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(object),
  };
}

describe('the image of a cluster', () => {
  it('answers with what it was given, under its own version, and keeps it', async () => {
    const image = clusterImage({ objects: [namespace, settings] });
    const path = '/api/v1/namespaces/shop/configmaps/settings';
    const { body } = await ask(image, path);
    expect(body).toEqual(settings);
    const list = await image.answer({
      method: 'GET',
      path: '/api/v1/configmaps',
      headers: { accept: METADATA_LIST },
    });
    expect(JSON.parse(list.body)).toMatchObject({
      kind: 'PartialObjectMetadataList',
      metadata: { resourceVersion: '4711' },
      items: [{ metadata: { uid: '5e0c' } }],
    });
    expect((await ask(image, path)).body).toEqual(settings);
  });

  it('tries an apply with who holds which field, and keeps nothing of it', async () => {
    const image = clusterImage({ objects: [settings, namespace] });
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { b: '2' } };
    const { status, body } = await ask(image, applyOf(applied, '&dryRun=All'));
    expect([status, body.data]).toEqual([200, { b: '2' }]);
    expect(body.metadata).toMatchObject({ uid: '5e0c', resourceVersion: '4711' });
    expect((await ask(image, '/api/v1/namespaces/shop/configmaps/settings')).body.data).toEqual({ a: '1' });
  });

  it('takes an apply by a call as by a request', async () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'settings' } };
    const [called, asked] = [clusterImage({ objects: [namespace] }), clusterImage({ objects: [namespace] })];
    called.apply({ ...object, data: { a: '1' } }, 'truekeel');
    await ask(asked, applyOf({ ...object, data: { a: '1' } }));
    const read = async (image: ReturnType<typeof clusterImage>) => {
      const { body } = await ask(image, '/api/v1/namespaces/shop/configmaps/settings');
      const { uid: _, creationTimestamp: __, managedFields, ...metadata } = body.metadata;
      return {
        ...body,
        metadata,
        fields: managedFields.map(({ time: ___, ...entry }: { time: string }) => entry),
      };
    };
    expect(await read(called)).toEqual(await read(asked));
    expect(() =>
      called.apply({ ...object, metadata: { namespace: 'nowhere', name: 'x' } }, 'truekeel'),
    ).toThrow(/namespaces "nowhere" not found/);
  });

  it('serves what the cluster served: no more, and what it has no schema of without one', async () => {
    const verbs = ['get', 'list', 'patch'];
    const kind = (group: string, version: string, name: string, plural: string) => ({
      group,
      version,
      kind: name,
      plural,
      namespaced: true,
      verbs,
    });
    const reading = {
      apiVersion: 'metrics.example.org/v1',
      kind: 'Reading',
      metadata: { namespace: 'shop', name: 'a' },
      value: { any: 1 },
    };
    const image = clusterImage({
      kinds: [
        kind('', 'v1', 'ConfigMap', 'configmaps'),
        kind('metrics.example.org', 'v1', 'Reading', 'readings'),
      ],
      objects: [
        settings,
        reading,
        { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name: 'p' } },
      ],
    });
    const { body } = await ask(image, '/apis/metrics.example.org/v1/namespaces/shop/readings/a');
    expect(body.value).toEqual({ any: 1 });
    expect((await ask(image, '/api/v1/namespaces/shop/configmaps/settings')).status).toBe(200);
    expect((await image.answer({ method: 'GET', path: '/api/v1/namespaces/shop/pods/p' })).status).toBe(404);
    const discovery = (await ask(image, '/api/v1')).body.resources.map(({ name }: { name: string }) => name);
    expect(discovery).toEqual(['configmaps']);
  });

  it('cannot be watched', async () => {
    const image = clusterImage({ objects: [] });
    expect((await ask(image, '/api/v1/configmaps?watch=true')).status).toBe(400);
  });

  it('gives nothing away that its objects have', async () => {
    const service = (name: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'shop', name },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_001 }] },
    });
    const image = clusterImage({ objects: [namespace, service('held')] });
    const asked = await ask(image, {
      method: 'POST',
      path: '/api/v1/namespaces/shop/services',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(service('other')),
    });
    expect(asked).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('provided port is already allocated') },
    });
  });
});
