import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../objects/index.ts';
import { readFluxKustomization, substituteVariables, withCommonMetadata } from './flux.ts';

const kustomization = (spec: object): KubernetesObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'apps', namespace: 'flux-system' },
  spec,
});

describe('a Kustomization of Flux', () => {
  it('is read with what it asks of kustomize', () => {
    const read = readFluxKustomization(
      kustomization({
        path: './apps/production/',
        interval: '10m',
        prune: false,
        sourceRef: { kind: 'GitRepository', name: 'shop' },
        targetNamespace: 'shop',
        images: [{ name: 'a', newTag: '2' }],
        patches: [],
        dependsOn: [{ name: 'infra' }, { name: 'crds', namespace: 'other' }],
        postBuild: { substitute: { replicas: 3 } },
      }),
    );
    expect(read).toEqual({
      key: 'Kustomization.kustomize.toolkit.fluxcd.io flux-system/apps',
      name: 'apps',
      namespace: 'flux-system',
      path: 'apps/production',
      overlay: { namespace: 'shop', images: [{ name: 'a', newTag: '2' }] },
      commonMetadata: {},
      substitute: { replicas: '3' },
      dependsOn: ['infra', 'crds'],
      waits: false,
      prune: false,
      source: { kind: 'GitRepository', name: 'shop', namespace: 'flux-system' },
      refusals: [],
    });
  });

  it.each([
    [{ suspend: true }, ['it is suspended']],
    [
      { decryption: { provider: 'sops' }, kubeConfig: {} },
      ['decryption is not understood', 'kubeConfig is not understood'],
    ],
    [
      { postBuild: { substituteFrom: [{ kind: 'Secret', name: 's' }] } },
      ['its variables come from objects of the cluster (postBuild.substituteFrom)'],
    ],
  ])('that cannot be in a program says why: %j', (spec, refusals) => {
    expect(readFluxKustomization(kustomization(spec)).refusals).toEqual(refusals);
  });

  it('gives labels and annotations to all objects', () => {
    const object: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', labels: { a: '1', b: '1' } },
    };
    expect(withCommonMetadata(object, { labels: { b: '2' }, annotations: { c: '3' } }).metadata).toEqual({
      name: 'a',
      labels: { a: '1', b: '2' },
      annotations: { c: '3' },
    });
  });
});

describe('variables', () => {
  it.each([
    ['a: §{one}', 'a: 1'],
    ['§{one}-§{two:-2}-§{two:=3}-§{empty:-4}', '1-2-3-4'],
    ['§{none}', ''],
    ['§§{one} §one §(one)', '§{one} §one §(one)'],
    ['§{constructor}', ''],
    ['§{one:0:1}', undefined],
    ['§{#one}', undefined],
    ['§{one/a/b}', undefined],
  ])('in %s are replaced as Flux replaces them', (marked, result) => {
    // A dollar sign in a text would be taken for a template that was forgotten.
    const plain = (text: string | undefined) => text?.replaceAll('§', '$');
    expect(substituteVariables(plain(marked)!, { one: '1', empty: '' })).toBe(plain(result));
  });
});
