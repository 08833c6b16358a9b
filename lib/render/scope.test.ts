import { expect, it } from 'vitest';
import { parseApiVersion } from '../objects/index.ts';
import { knownReleases, kubernetesRelease } from '../schemas/index.ts';
import { scopesOf } from './scope.ts';

it.each(knownReleases().map((minor) => [minor]))('kinds of Kubernetes 1.%i live where it says', (minor) => {
  const release = kubernetesRelease(minor);
  const scopeOf = scopesOf([]);
  for (const apiVersion of [
    'v1',
    'apps/v1',
    'batch/v1',
    'networking.k8s.io/v1',
    'rbac.authorization.k8s.io/v1',
    'policy/v1',
    'storage.k8s.io/v1',
    'resource.k8s.io/v1',
    'certificates.k8s.io/v1',
    'admissionregistration.k8s.io/v1',
  ]) {
    for (const kind of release.kindsOf(apiVersion)) {
      const isNamespaced = release.kind(apiVersion, kind)?.isNamespaced;
      const { group } = parseApiVersion(apiVersion);
      expect(scopeOf(group, kind), `${apiVersion} ${kind}`).toBe(isNamespaced ? 'Namespaced' : 'Cluster');
    }
  }
});
