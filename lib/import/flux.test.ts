import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../objects/index.ts';
import { readFluxKustomization, withCommonMetadata } from './flux.ts';

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
        postBuild: {
          substitute: { replicas: 3, text: 'a\nb\n' },
          substituteFrom: [{ kind: 'ConfigMap', name: 'shared', optional: true }],
        },
        ignoreMissingComponents: true,
      }),
    );
    expect(read).toEqual({
      key: 'Kustomization.kustomize.toolkit.fluxcd.io flux-system/apps',
      name: 'apps',
      namespace: 'flux-system',
      path: 'apps/production',
      overlay: { namespace: 'shop', images: [{ name: 'a', newTag: '2' }] },
      commonMetadata: {},
      ignoresMissingComponents: true,
      variables: { replicas: '3', text: 'ab' },
      variablesFrom: [{ name: 'shared', optional: true }],
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
      [
        'its variables come from Secret s (postBuild.substituteFrom), whose values do not belong into a program',
      ],
    ],
    [{ postBuild: { substitute: { 'a-b': '' } } }, ['"a-b" cannot name a variable (postBuild.substitute)']],
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
