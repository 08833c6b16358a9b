import { describe, expect, it } from 'vitest';
import type { DesiredApplication, JsonObject, KubernetesObject } from '../objects/index.ts';
import { canonicalJson, DEFAULT_SETTINGS, digestOf, formatKey, keyOf } from '../objects/index.ts';
import { desiredFromRendered } from './desired.ts';
import { irreversible } from './irreversible.ts';

const object = (type: string, content: object = {}, name = 'x'): KubernetesObject => {
  const [apiVersion = '', kind = ''] = type.split(' ');
  return { apiVersion, kind, metadata: { name, namespace: 'shop' }, ...content };
};

function release(...objects: KubernetesObject[]): readonly DesiredApplication[] {
  return [
    desiredFromRendered({
      name: 'web',
      dependsOn: [],
      edges: [],
      objects: objects.map((one) => {
        const key = keyOf(one);
        const yaml = canonicalJson(one as JsonObject);
        return {
          key,
          apiVersion: one.apiVersion,
          digest: digestOf(yaml),
          settings: DEFAULT_SETTINGS,
          path: formatKey(key),
          object: one,
          yaml,
        };
      }),
    }),
  ];
}

const messages = async (from: readonly KubernetesObject[], to: readonly KubernetesObject[]) =>
  (await irreversible(release(...from), release(...to))).map(({ message }) => message);

describe('what going back does not undo', () => {
  const job = (image: string) => object('batch/v1 Job', { spec: { image } });
  const claim = (storage: string) =>
    object('v1 PersistentVolumeClaim', { spec: { resources: { requests: { storage } } } });
  const set = (spec: object) => object('apps/v1 StatefulSet', { spec });
  const templates = { volumeClaimTemplates: [{ metadata: { name: 'data' } }] };
  const version = (name: string, storage: boolean, properties: object = {}) => ({
    name,
    storage,
    served: true,
    schema: { openAPIV3Schema: { type: 'object', properties } },
  });
  const definition = (...versions: object[]) =>
    object('apiextensions.k8s.io/v1 CustomResourceDefinition', { spec: { versions } });

  it.each<[string, KubernetesObject[], KubernetesObject[], string[]]>([
    ['a new Job', [job('a')], [], ['what it did, if it ran, stays done']],
    ['an older Job', [], [job('a')], ['the older one runs again where it is made anew']],
    [
      'another Job',
      [job('b')],
      [job('a')],
      ['what it did, if it ran, stays done', 'the older one runs again where it is made anew'],
    ],
    [
      'a deleted claim',
      [],
      [claim('1Gi')],
      ['what it held went with it, unless its volume was retained; it comes back empty'],
    ],
    [
      'a new claim',
      [claim('1Gi')],
      [],
      ['it goes, with what was written to it unless its volume is retained'],
    ],
    [
      'a claim that grew',
      [claim('2Gi')],
      [claim('1500Mi')],
      ['it stays at 2Gi: a claim cannot be made smaller'],
    ],
    ['a claim that was smaller', [claim('1G')], [claim('1Gi')], []],
    [
      'a deleted volume',
      [],
      [object('v1 PersistentVolume')],
      ['what it held may be gone; the object alone comes back'],
    ],
    [
      'a deleted StatefulSet',
      [],
      [set(templates)],
      ['its claims went with it where they were not to be kept'],
    ],
    [
      'other claim templates',
      [set({ ...templates, replicas: 2 })],
      [set({ replicas: 2 })],
      ['its volumeClaimTemplates cannot be changed in place, and claims that were made stay'],
    ],
    [
      'claims that went with scaling',
      [set({ ...templates, replicas: 1, persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } })],
      [set({ ...templates, replicas: 3, persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } })],
      ['claims that went when it was scaled down come back empty'],
    ],
    [
      'a deleted namespace',
      [],
      [object('v1 Namespace')],
      ['what was in it beside the program does not come back'],
    ],
    [
      'a new definition',
      [definition(version('v1', true))],
      [],
      ['it is new: going back deletes it, and every object of its kind'],
    ],
    [
      'a deleted definition',
      [],
      [definition(version('v1', true))],
      ['objects of its kind that are not in the program do not come back'],
    ],
    [
      'a version that the older definition has, too',
      [definition(version('v1', false), version('v2', true))],
      [definition(version('v1', true), version('v2', false))],
      ['objects that were written meanwhile stay stored as v2 until they are written again'],
    ],
    [
      'a version and a field that the older definition does not have',
      [definition(version('v1', false, { a: {}, b: {} }), version('v2', true))],
      [definition(version('v1', true, { a: {} }))],
      [
        'objects that were written meanwhile are stored as v2, which the older definition does not have: the server keeps it from being applied',
        'v1: drops b from every object',
      ],
    ],
  ])('names %s', async (_name, from, to, expected) => {
    expect(await messages(from, to)).toEqual(expected);
  });

  it('does not name what is the same in both, nor what comes back as it was', async () => {
    const same = [job('a'), claim('1Gi'), definition(version('v1', true))];
    expect(await messages(same, same)).toEqual([]);
    const config = (value: string) => object('v1 ConfigMap', { data: { value } });
    expect(await messages([config('2')], [config('1')])).toEqual([]);
    expect(await messages([set({ replicas: 3 })], [set({ replicas: 1 })])).toEqual([]);
  });

  it('reads no object that does not matter', async () => {
    const [application] = release(object('v1 ConfigMap'), object('v1 Secret'));
    const unreadable: DesiredApplication = {
      ...application!,
      load: () => Promise.reject(new Error('it was read')),
    };
    expect(await irreversible([unreadable], release())).toEqual([]);
  });
});
