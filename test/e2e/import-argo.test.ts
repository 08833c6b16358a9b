import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../lib/objects/index.ts';
import { cacheDirectory } from '../controlplane/binaries.ts';
import { project } from './clusters.ts';
import type { Project } from './project.ts';
import { withResult } from './workbench.ts';

/** kubectl has kustomize in it; where a control plane was built for the tests, there is one. */
const PATH = [process.env.PATH, join(cacheDirectory(), 'bin')].join(delimiter);
const hasKustomize = PATH.split(delimiter).some((directory) =>
  ['kustomize', 'kubectl'].some((tool) => existsSync(join(directory, tool))),
);

const URL = 'https://git.example.com/shop.git';

const application = (
  name: string,
  source: string,
  destination = 'namespace: shop',
) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name}, namespace: argocd }
spec:
  project: default
  source: { repoURL: '${URL}', ${source} }
  destination: { ${destination} }
---
`;

const set = (name: string, generator: string, template: string) => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: ${name}, namespace: argocd }
spec:
  generators: [${generator}]
  template: ${template}
---
`;

const map = (name: string, namespace?: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}${namespace ? `, namespace: ${namespace}` : ''} }\n---\n`;

const FILES = {
  'argocd/root.yaml': application('root', 'path: apps-of-apps') + application('chart', 'chart: redis'),
  'argocd/sets.yaml':
    set(
      'folders',
      '{ git: { repoURL: x, directories: [{ path: "tenants/*" }] } }',
      `{ metadata: { name: 'tenant-{{path.basename}}' }, spec: { source: { repoURL: '${URL}', path: '{{path}}' }, destination: { namespace: '{{path.basename}}' } } }`,
    ) +
    set(
      'everywhere',
      '{ clusters: {} }',
      `{ metadata: { name: 'base-{{name}}' }, spec: { source: { repoURL: '${URL}', path: base }, destination: { server: '{{server}}', namespace: base } } }`,
    ) +
    set('product', '{ matrix: {} }', '{}'),
  'argocd/clusters.yaml': `apiVersion: v1
kind: Secret
metadata: { name: eu, namespace: argocd, labels: { argocd.argoproj.io/secret-type: cluster } }
stringData: { name: eu, server: 'https://eu.example.com:6443' }
`,
  'apps-of-apps/web.yaml':
    application('web', 'path: web, directory: { recurse: true, exclude: "*/skipped.yaml" }') +
    application('foreign', 'path: web').replace(URL, 'git@git.example.com:another'),
  'web/a.yaml': map('a') + map('b', 'elsewhere'),
  'web/nested/c.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}',
  'web/nested/skipped.yaml': map('skipped'),
  'web/nested/secret.yaml':
    'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { p: hunter2 }\n',
  'tenants/one/a.yaml': map('one'),
  'tenants/two/a.yaml': map('two'),
  'tenants/two/deep/a.yaml': map('deep'),
  'base/a.yaml': `${map('base')}apiVersion: v1\nkind: Namespace\nmetadata: { name: base }\n`,
};

async function names(p: Project, environment: string, application: string): Promise<readonly string[]> {
  const synth = await p.truekeel(['synth', '--out', 'dist', '--no-typecheck']);
  expect(synth.exit, synth.stderr).toBe(0);
  const file = join(p.directory, 'dist', environment, `${application}.yaml`);
  return parseYaml(readFileSync(file, 'utf8'), { file }).map(({ value }) => {
    const { metadata } = value as {
      readonly metadata: { readonly namespace?: string; readonly name: string };
    };
    return `${metadata.namespace ?? ''}/${metadata.name}`;
  });
}

it('a repository of Argo CD becomes a program with an environment for each cluster', async () => {
  const p = project(FILES);
  p.git('remote', 'add', 'origin', 'git@git.example.com:shop.git');
  const env = { ...process.env, PATH: '/usr/bin:/bin', TRUEKEEL_HELM: '/nowhere' };
  const outcome = await p.truekeel(['import', 'argocd', '.', '--path', 'argocd', '-o', 'json'], { env });
  expect(outcome.exit, outcome.stderr).toBe(0);
  const { result } = withResult('import', outcome);
  expect(result).toMatchObject({
    what: 'argocd',
    environments: ['production', 'eu-example-com'],
    applications: [
      { environment: 'production', name: 'base-in-cluster', objects: 2 },
      { environment: 'production', name: 'tenant-one', objects: 1 },
      { environment: 'production', name: 'tenant-two', objects: 1 },
      { environment: 'production', name: 'web', objects: 3 },
      { environment: 'eu-example-com', name: 'base-eu', objects: 2 },
    ],
    same: true,
    left: [
      {
        key: 'Application.argoproj.io argocd/chart',
        because: 'TRUEKEEL_HELM names /nowhere, which cannot be run',
      },
      { key: 'ApplicationSet.argoproj.io argocd/product', because: 'a matrix takes two generators' },
      { key: 'Secret s', because: 'a Secret with plain values does not belong into Git' },
      {
        key: 'Application.argoproj.io argocd/foreign',
        because: 'it is in another repository, git@git.example.com:another',
      },
    ],
  });
  expect(outcome.stdout + outcome.stderr).not.toContain('hunter2');
  expect(await names(p, 'production', 'web')).toEqual(['elsewhere/b', 'shop/a', 'shop/c']);
  expect(await names(p, 'production', 'tenant-two')).toEqual(['two/two']);
  expect(await names(p, 'eu-example-com', 'base-eu')).toEqual(['/base', 'base/base']);
});

it('nothing is written where nothing can be imported', async () => {
  const p = project({ 'argocd/a.yaml': application('chart', 'chart: redis'), 'other/a.yaml': map('a') });
  for (const [path, code] of [
    ['argocd', 'NO_APPLICATIONS'],
    ['other', 'NO_APPLICATIONS'],
    ['nowhere', 'INVALID_FLAG'],
  ] as const) {
    const { exit, stderr } = await p.truekeel(['import', 'argocd', '.', '--path', path]);
    expect([exit, stderr]).toEqual([3, expect.stringContaining(code)]);
  }
  expect(existsSync(join(p.directory, 'main.ts'))).toBe(false);
});

describe.runIf(hasKustomize)('with kustomize', () => {
  it('what kustomize makes is in the program, and the repository is left as it was', async () => {
    const p = project({
      'argocd/a.yaml': application(
        'web',
        'path: web, kustomize: { namePrefix: my-, images: ["nginx:2"], patches: [{ target: { kind: Pod }, patch: \'[{"op":"add","path":"/metadata/labels","value":{"a":"b"}}]\' }] }',
      ),
      'web/kustomization.yaml': 'resources: [pod.yaml]\nimages: [{ name: nginx, newTag: "1" }]\n',
      'web/pod.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: nginx }] }\n',
    });
    p.commit('As it was');
    const outcome = await p.truekeel(['import', 'argocd', '--path', 'argocd'], {
      env: { ...process.env, PATH },
    });
    expect(outcome.exit, outcome.stderr).toBe(0);
    expect(p.git('status', '--porcelain')).toBe('?? main.ts');
    expect(await names(p, 'production', 'web')).toEqual(['shop/my-web']);
    const rendered = readFileSync(join(p.directory, 'dist', 'production', 'web.yaml'), 'utf8');
    expect(rendered).toContain('image: nginx:2');
    expect(rendered).toContain('labels:\n    a: b');
  });
});
