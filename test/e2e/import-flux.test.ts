import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalJson, flattenLists, type JsonValue, parseYaml } from '../../lib/objects/index.ts';
import { cacheDirectory } from '../controlplane/binaries.ts';
import { project } from './clusters.ts';
import type { Project } from './project.ts';
import { withResult } from './workbench.ts';

/** kubectl has kustomize in it; where a control plane was built for the tests, there is one. */
const PATH = [process.env.PATH, join(cacheDirectory(), 'bin')].join(delimiter);
const hasKustomize = PATH.split(delimiter).some((directory) =>
  ['kustomize', 'kubectl'].some((tool) => existsSync(join(directory, tool))),
);

const kustomization = (name: string, spec: string) => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: ${name}, namespace: flux-system }
spec:
  interval: 10m
  sourceRef: { kind: GitRepository, name: flux-system }
${spec.replace(/^/gm, '  ')}
---
`;

const map = (name: string, more = '') => `apiVersion: v1
kind: ConfigMap
metadata: { name: ${name} }
data: { key: value }
${more}---
`;

/** A repository in which nothing needs kustomize. */
const PLAIN = {
  'clusters/production/flux-system/sync.yaml': `${kustomization('flux-system', 'path: ./clusters/production\nprune: true')}apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: flux-system, namespace: flux-system }
spec: { interval: 1m, url: 'https://git.example.com/shop.git' }
`,
  'clusters/production/apps.yaml':
    kustomization(
      'apps',
      'path: ./apps/\nprune: false\ndependsOn: [{ name: crds }]\ncommonMetadata: { labels: { team: shop } }',
    ) +
    kustomization('crds', 'path: ./crds\nprune: true\npostBuild: { substitute: { replicas: "3" } }') +
    kustomization('secret', 'path: ./crds\npostBuild: { substituteFrom: [{ kind: Secret, name: s }] }') +
    kustomization('missing', 'path: ./crds\npostBuild: { substituteFrom: [{ kind: ConfigMap, name: s }] }') +
    kustomization('later', 'path: ./apps\nsuspend: true') +
    kustomization('nowhere', 'path: ./nowhere') +
    kustomization('outside', 'path: ../outside'),
  'apps/web.yaml': map('web'),
  'apps/nested/list.yaml': `apiVersion: v1
kind: List
items:
- { apiVersion: v1, kind: ConfigMap, metadata: { name: a, namespace: other } }
- { apiVersion: v1, kind: Secret, metadata: { name: s, namespace: other }, stringData: { password: hunter2 } }
`,
  'crds/x.yaml': `${map('x')}${map('z', 'immutable: true\n')}`,
};

const objectsIn = (text: string): readonly JsonValue[] =>
  flattenLists(parseYaml(text, { file: 'f.yaml' })).map(({ value }) => value);

const sorted = (values: readonly JsonValue[]) => values.map(canonicalJson).sort();

async function rendered(p: Project, application: string): Promise<readonly JsonValue[]> {
  const synth = await p.truekeel(['synth', '--out', 'dist', '--no-typecheck']);
  expect(synth.exit, synth.stderr).toBe(0);
  return objectsIn(readFileSync(join(p.directory, 'dist', 'production', `${application}.yaml`), 'utf8'));
}

it('a repository of Flux becomes a program with its order, and what cannot be in it is named', async () => {
  const p = project(PLAIN);
  const env = { ...process.env, PATH: '/nowhere' };
  const outcome = await p.truekeel(['import', 'flux', '.', '--path', 'clusters/production', '-o', 'json'], {
    env,
  });
  expect(outcome.exit, outcome.stderr).toBe(0);
  const { result } = withResult('import', outcome);
  expect(result).toMatchObject({
    what: 'flux',
    environments: ['production'],
    applications: [
      { name: 'apps', objects: 2 },
      { name: 'crds', objects: 2 },
    ],
    same: true,
  });
  expect(outcome.stdout + outcome.stderr).not.toContain('hunter2');
  const flux = 'Kustomization.kustomize.toolkit.fluxcd.io flux-system';
  expect(result).toMatchObject({
    left: [
      {
        key: `${flux}/secret`,
        because:
          'its variables come from Secret s (postBuild.substituteFrom), whose values do not belong into a program',
      },
      { key: `${flux}/later`, because: 'it is suspended' },
      { key: `${flux}/nowhere`, because: 'there is no folder nowhere in the repository' },
      { key: `${flux}/outside`, because: 'there is no folder ../outside in the repository' },
      {
        key: `${flux}/missing`,
        because:
          'its variables come from ConfigMap s (postBuild.substituteFrom), which is not in the repository',
      },
      {
        key: 'GitRepository.source.toolkit.fluxcd.io flux-system/flux-system',
        because: 'what it fetches is in the program',
      },
      { key: 'Secret other/s', because: 'a Secret with plain values does not belong into Git' },
    ],
  });
  const program = readFileSync(join(p.directory, 'main.ts'), 'utf8');
  expect(program).toContain("super(scope, 'apps', { prune: Prune.DETACH });");
  expect(program).toContain(
    'const apps = new Apps(environment);\nconst crds = new Crds(environment);\napps.addDependency(crds);\napp.synth();\n',
  );
  expect(sorted(await rendered(p, 'apps'))).toEqual(
    sorted([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a', namespace: 'other', labels: { team: 'shop' } },
      },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'web', namespace: 'default', labels: { team: 'shop' } },
        data: { key: 'value' },
      },
    ]),
  );
  expect(sorted(await rendered(p, 'crds'))).toEqual(
    sorted([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'x', namespace: 'default' },
        data: { key: 'value' },
      },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'z', namespace: 'default' },
        data: { key: 'value' },
        immutable: true,
      },
    ]),
  );
});

it('nothing is written where a folder is not there, or kustomize would be needed and is not', async () => {
  const p = project({ ...PLAIN, 'apps/kustomization.yaml': 'resources: [web.yaml]\n' });
  const missing = await p.truekeel(['import', 'flux', '.', '--path', 'clusters/staging']);
  expect([missing.exit, missing.stderr]).toEqual([3, expect.stringContaining('INVALID_FLAG')]);
  const env = { ...process.env, PATH: '/nowhere' };
  const without = await p.truekeel(['import', 'flux', '.', '--path', 'clusters/production'], { env });
  expect([without.exit, without.stderr]).toEqual([3, expect.stringContaining('KUSTOMIZE_NOT_FOUND')]);
  expect(existsSync(join(p.directory, 'main.ts'))).toBe(false);
});

describe.runIf(hasKustomize)('with kustomize', () => {
  const env = { ...process.env, PATH };
  const FILES = {
    'clusters/production/apps.yaml':
      kustomization('web', 'path: ./apps/production') +
      kustomization(
        'other',
        'path: ./apps/base\ntargetNamespace: elsewhere\nnamePrefix: my-\nimages: [{ name: nginx, newTag: "2" }]\npatches: [{ patch: "{op: x}", target: { kind: None } }]'
          .replace('{op: x}', '- { op: replace, path: /data/key, value: patched }')
          .replace('kind: None', 'kind: ConfigMap'),
      ) +
      kustomization('made', 'path: ./plain\ntargetNamespace: made'),
    'apps/base/kustomization.yaml':
      'resources: [web.yaml, map.yaml]\nimages: [{ name: nginx, newTag: "1" }]\n',
    'apps/base/map.yaml': map('settings'),
    'apps/base/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: nginx }] }
`,
    'apps/production/kustomization.yaml':
      'namespace: shop\nresources: [../base]\npatches: [{ path: replicas.yaml }]\ncommonAnnotations: { a: b }\n',
    'apps/production/replicas.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 3 }\n',
    'plain/a.yaml': map('a'),
    'plain/nested/kustomization.yaml': 'resources: [b.yaml]\nnameSuffix: -x\n',
    'plain/nested/b.yaml': map('b'),
  };

  it('what kustomize makes is in the program, and the repository is left as it was', async () => {
    const p = project(FILES);
    p.commit('As it was');
    const outcome = await p.truekeel(['import', 'flux', '--path', 'clusters/production', '-o', 'json'], {
      env,
    });
    expect(outcome.exit, outcome.stderr).toBe(0);
    expect(withResult('import', outcome).result).toMatchObject({ left: [] });
    expect(p.git('status', '--porcelain')).toBe('?? main.ts');
    expect(readFileSync(join(p.directory, 'main.ts'), 'utf8')).toMatch(
      /^\/\/ .*, as kustomize v?\d+\.\S+ renders it\.\n/,
    );

    const build = (path: string) => {
      const tool = PATH.split(delimiter).some((directory) => existsSync(join(directory, 'kustomize')))
        ? (['kustomize', 'build'] as const)
        : (['kubectl', 'kustomize'] as const);
      return objectsIn(execFileSync(tool[0], [tool[1], join(p.directory, path)], { env, encoding: 'utf8' }));
    };
    expect(sorted(await rendered(p, 'web'))).toEqual(sorted(build('apps/production')));
    const other = (await rendered(p, 'other')) as readonly {
      readonly kind: string;
      readonly metadata: object;
      readonly data?: object;
    }[];
    expect(other.map(({ kind, metadata, data }) => ({ kind, metadata, ...(data && { data }) }))).toEqual([
      {
        kind: 'ConfigMap',
        metadata: { name: 'my-settings', namespace: 'elsewhere' },
        data: { key: 'patched' },
      },
      { kind: 'Deployment', metadata: { name: 'my-web', namespace: 'elsewhere' } },
    ]);
    expect(canonicalJson(other as unknown as JsonValue)).toContain('"image":"nginx:2"');
    expect(
      (await rendered(p, 'made')).map((object) => (object as { readonly metadata: object }).metadata),
    ).toEqual([
      { name: 'a', namespace: 'made' },
      { name: 'b-x', namespace: 'made' },
    ]);
  });

  it('variables come from the Kustomization and from ConfigMaps of the repository, whoever renders these', async () => {
    const variable = (text: string) => text.replaceAll('§', '$');
    const p = project({
      'clusters/production/apps.yaml':
        kustomization(
          'web',
          `path: ./web
components: [../none, ../labelled]
ignoreMissingComponents: true
postBuild:
  substitute: { name: own, list: "a\\nb" }
  substituteFrom:
  - { kind: ConfigMap, name: absent, optional: true }
  - { kind: ConfigMap, name: shared }
  - { kind: ConfigMap, name: later }`,
        ) +
        kustomization('settings', 'path: ./settings') +
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shared, namespace: flux-system }\ndata: { name: shared, port: "8080", zone: eu }\n`,
      'settings/later.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: later, namespace: flux-system }\ndata: { zone: us }\n',
      'labelled/kustomization.yaml': variable(
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: { zone: "§{zone}" }\n',
      ),
      'web/kustomization.yaml': 'resources: [web.yaml]\nimages: [{ name: nginx, newTag: "1" }]\n',
      'web/web.yaml': variable(`apiVersion: v1
kind: Service
metadata: { name: "§{name}", labels: { list: "§{list}", upper: "§{zone^^}" } }
spec: { ports: [{ port: "§{port}" }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: off, annotations: { kustomize.toolkit.fluxcd.io/substitute: disabled } }
data: { script: "echo §{HOME}" }
`),
    });
    const outcome = await p.truekeel(['import', 'flux', '--path', 'clusters/production', '-o', 'json'], {
      env,
    });
    expect(outcome.exit, outcome.stderr).toBe(0);
    expect(withResult('import', outcome).result).toMatchObject({ left: [] });
    expect(await rendered(p, 'web')).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'off',
          namespace: 'default',
          annotations: {
            'kustomize.toolkit.fluxcd.io/substitute': 'disabled',
            zone: variable('§{zone}'),
          },
        },
        data: { script: variable('echo §{HOME}') },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: 'own',
          namespace: 'default',
          labels: { list: 'ab', upper: 'US' },
          annotations: { zone: 'us' },
        },
        spec: { ports: [{ port: 8080 }] },
      },
    ]);
  });

  it('an image that the folder changes keeps what the Kustomization does not say', async () => {
    const p = project({
      'clusters/production/apps.yaml': kustomization(
        'web',
        'path: ./web\nimages: [{ name: nginx, newName: mirror.example.com/nginx }, { name: redis, newTag: "8" }]',
      ),
      'web/kustomization.yaml':
        'resources: [web.yaml]\nimages: [{ name: nginx, newTag: "1" }, { name: redis, newName: r, digest: "sha256:a" }]\n',
      'web/web.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: a, image: nginx }, { name: b, image: redis }] }\n',
    });
    const outcome = await p.truekeel(['import', 'flux', '--path', 'clusters/production'], { env });
    expect(outcome.exit, outcome.stderr).toBe(0);
    expect(canonicalJson((await rendered(p, 'web'))[0]!)).toMatch(
      /"image":"mirror\.example\.com\/nginx:1".*"image":"r:8"/,
    );
  });

  it('what kustomize cannot build is told with its words', async () => {
    const p = project({ ...FILES, 'apps/base/kustomization.yaml': 'resources: [missing.yaml]\n' });
    const { exit, stderr } = await p.truekeel(['import', 'flux', '--path', 'clusters/production'], { env });
    expect([exit, stderr]).toEqual([4, expect.stringContaining('KUSTOMIZE_FAILED')]);
    expect(stderr).toContain('missing.yaml');
    expect(existsSync(join(p.directory, 'main.ts'))).toBe(false);
  });
});
