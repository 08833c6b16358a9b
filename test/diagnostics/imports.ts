/** Diagnostics of importing. */
import type { Sample } from './sample.ts';

const definition = (scope: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: ${scope}
  names: { kind: Widget, plural: widgets }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`;
const FLUX = {
  'clusters/production/apps.yaml':
    'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: apps, namespace: flux-system }\nspec: { path: ./apps, prune: true, interval: 1m, sourceRef: { kind: GitRepository, name: flux-system } }\n',
  'apps/kustomization.yaml': 'resources: [web.yaml]\n',
  'apps/web.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: web }\n',
};
const CRD = ['import', 'crd', 'crds'];

export const IMPORTS: Readonly<Record<string, Sample>> = {
  DUPLICATE_DEFINITION: {
    args: CRD,
    files: { 'crds/a.yaml': definition('Namespaced'), 'crds/b.yaml': definition('Cluster') },
    place: { file: 'crds/b.yaml', at: 1 },
  },
  INVALID_DEFINITION: {
    args: CRD,
    files: { 'crds/a.yaml': definition('Everywhere') },
    place: { file: 'crds/a.yaml', at: 6 },
  },
  INVALID_YAML: {
    args: CRD,
    files: { 'crds/a.yaml': 'a: [1, 2\nb: }\n' },
    place: { file: 'crds/a.yaml', at: 2 },
  },
  KUSTOMIZE_NOT_FOUND: {
    args: ['import', 'flux', '.', '--path', 'clusters/production'],
    files: FLUX,
    env: { PATH: '/nowhere' },
    place: { named: 'PATH' },
  },
  NO_APPLICATIONS: {
    args: ['import', 'argocd', '--path', 'argocd'],
    files: { 'argocd/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n' },
    place: { named: 'argocd' },
  },
  NO_DEFINITIONS: { args: CRD, files: { 'crds/a.yaml': 'kind: Other\n' }, place: { named: 'crds' } },
  NO_MANIFESTS: { args: ['import', 'yaml', 'deploy'], place: { named: 'deploy' } },
};
