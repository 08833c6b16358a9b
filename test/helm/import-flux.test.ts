import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { canonicalJson, type KubernetesObject, parseYaml } from '../../lib/objects/index.ts';
import { project } from '../e2e/clusters.ts';
import type { Project } from '../e2e/project.ts';
import { withResult } from '../e2e/workbench.ts';
import { chartFiles, describeWithHelm, type Files, folder, pack, template } from './charts.ts';
import { serveCharts } from './registry.ts';

const WEB = chartFiles(
  'web',
  {
    'map.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}" }\ndata: { values: {{ .Values | toJson | quote }}, namespace: "{{ .Release.Namespace }}" }\n',
    'role.yaml':
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: "{{ .Release.Name }}" }\nrules: []\n',
  },
  {
    'values.yaml': 'a: 1\nb: { c: x, d: y }\n',
    'values-big.yaml': 'a: 2\nb: { c: big }\n',
    'crds/t.yaml':
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.example.com }\nspec:\n  group: example.com\n  scope: Cluster\n  names: { plural: things, singular: thing, kind: Thing, listKind: ThingList }\n  versions:\n  - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }\n',
  },
);
const WITHOUT_CRDS = Object.fromEntries(Object.entries(WEB).filter(([path]) => !path.startsWith('crds/')));

/** As programs find it: kustomize, or the one in kubectl. */
const onPath = (tool: string) =>
  (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, tool)));
const KUSTOMIZE: readonly [string, readonly string[]] = onPath('kustomize')
  ? ['kustomize', ['build', '.']]
  : ['kubectl', ['kustomize', '.']];
const HAS_KUSTOMIZE = onPath(KUSTOMIZE[0]);

const below = (at: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${at}/${path}`, text]));

const kustomization = (name: string, spec: string) =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: ${name}, namespace: flux-system }\nspec: { sourceRef: { kind: GitRepository, name: flux-system }, ${spec} }\n---\n`;

const source = (kind: string, name: string, spec: string) =>
  `apiVersion: source.toolkit.fluxcd.io/v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: flux-system }\nspec: { interval: 1h, ${spec} }\n---\n`;

const release = (name: string, spec: string) =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: ${name}, namespace: apps }\nspec:\n  interval: 1h\n${spec.replace(/^/gm, '  ')}\n---\n`;

const chartOf = (kind: string, name: string, chart: string, more = '') =>
  `chart: { spec: { chart: ${chart}, sourceRef: { kind: ${kind}, name: ${name}, namespace: flux-system }${more} } }`;

await describeWithHelm('truekeel import flux', (helm) => {
  const filesFor = (host: string): Files => ({
    ...below('charts-of-ours/web', WITHOUT_CRDS),
    'clusters/production/all.yaml':
      kustomization('infra', 'path: ./infra, wait: true') +
      kustomization('apps', 'path: ./apps, dependsOn: [{ name: infra }]'),
    'apps/extra/values.txt': 'b: { d: extra }\n',
    'infra/all.yaml':
      source('HelmRepository', 'charts', `url: 'http://${host}/charts'`) +
      source('HelmRepository', 'registry', `type: oci, url: 'oci://${host}/oci'`) +
      source('OCIRepository', 'web', `url: 'oci://${host}/oci/web', ref: { tag: 1.0.0 }`) +
      source('HelmRepository', 'needed', `url: 'http://${host}/charts'`) +
      release(
        'base',
        `${chartOf('HelmRepository', 'charts', 'web', ", version: '1.x'")}\ninstall: { crds: Skip }`,
      ),
    'apps/all.yaml':
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shared, namespace: apps }\ndata:\n  values.yaml: |\n    b: { c: shared, e: [1] }\n    f: null\n  tag: "1.20"\n  count: "3"\n---\n` +
      release(
        'git',
        `${chartOf('GitRepository', 'flux-system', './charts-of-ours/web')}
releaseName: shop
targetNamespace: shop
install: { createNamespace: true }
dependsOn: [{ name: oci }]
valuesFrom:
- { kind: ConfigMap, name: shared }
- { kind: ConfigMap, name: shared, valuesKey: tag, targetPath: image.tag }
- { kind: ConfigMap, name: shared, valuesKey: count, targetPath: "b.n[0].x" }
- { kind: ConfigMap, name: none, optional: true }
values: { b: { d: null, own: "yes" }, g: [{ h: "no" }] }`,
      ) +
      release(
        'oci',
        `chartRef: { kind: OCIRepository, name: web, namespace: flux-system }\ntargetNamespace: target\ninstall: { crds: Skip }`,
      ) +
      release(
        'a-name-that-is-very-long-and-will-be-made-shorter',
        `${chartOf('HelmRepository', 'registry', 'web', ', version: 1.0.0')}\ntargetNamespace: elsewhere\ninstall: { crds: Skip }`,
      ) +
      release(
        'files',
        `${chartOf('HelmRepository', 'charts', 'web', ', valuesFiles: [values.yaml, ./values-big.yaml, none.yaml], ignoreMissingValuesFiles: true')}\nvalues: { a: 3 }\ninstall: { crds: Skip }`,
      ) +
      release(
        'own-files',
        chartOf(
          'GitRepository',
          'flux-system',
          './charts-of-ours/web',
          ', valuesFiles: [charts-of-ours/web/values.yaml, apps/extra/values.txt]',
        ),
      ) +
      release('without', chartOf('HelmRepository', 'charts', 'web', ', valuesFiles: [values-big.yaml]')) +
      release('later', `${chartOf('HelmRepository', 'needed', 'web')}\nsuspend: true`) +
      release(
        'secret',
        `${chartOf('HelmRepository', 'charts', 'web')}\nvaluesFrom: [{ kind: Secret, name: s }]`,
      ) +
      release('missing', chartOf('HelmRepository', 'charts', 'nothing')) +
      release('outside', chartOf('GitRepository', 'other', 'web')) +
      release(
        'patched',
        `${chartOf('HelmRepository', 'charts', 'web')}\npostRenderers: [{ kustomize: { replicas: [] } }]\npostRenderStrategy: sometimes`,
      ),
  });

  const rendered = (p: Project, application: string): readonly KubernetesObject[] =>
    parseYaml(readFileSync(join(p.directory, 'dist/production', `${application}.yaml`), 'utf8'), {
      file: application,
    }).map(({ value }) => value as unknown as KubernetesObject);

  const sorted = (objects: readonly unknown[]) => objects.map((one) => canonicalJson(one as never)).sort();

  it('takes releases of Helm with their charts and values, and leaves those that it cannot take to Flux', async () => {
    const { host } = await serveCharts({ 'web-1.0.0': pack(helm, WEB) });
    const p = project(filesFor(host));
    const env = { ...process.env, TRUEKEEL_HELM: helm, HOME: p.directory };
    const outcome = await p.truekeel(['import', 'flux', '.', '--path', 'clusters/production', '-o', 'json'], {
      env,
    });
    expect(outcome.exit, outcome.stderr).toBe(0);
    const long = 'elsewhere-a-name-that-is-very-long-and-w-21e74e4c0b0a';
    const { result } = withResult('import', outcome) as {
      result: { left: { key: string; because: string }[]; applications: object[] };
    };
    expect(result.applications).toEqual(
      [
        ['a-name-that-is-very-long-and-will-be-made-shorter', 2],
        ['apps', 7],
        ['base', 2],
        ['files', 2],
        ['git', 3],
        ['infra', 2],
        ['oci', 2],
        ['own-files', 2],
      ].map(([name, objects]) => ({ environment: 'production', name, objects })),
    );
    const because = (name: string) => result.left.find(({ key }) => key.endsWith(`apps/${name}`))?.because;
    expect(because('later')).toBe('it stays an object of Flux: it is suspended');
    expect(because('secret')).toBe(
      'it stays an object of Flux: its values come from Secret s (valuesFrom), and do not belong into a program; most charts can be given the name of a Secret that exists',
    );
    expect(because('without')).toBe(
      'it stays an object of Flux: its valuesFiles do not begin with values.yaml, whose values it then lacks',
    );
    expect(because('missing')).toContain(
      `it stays an object of Flux: Helm cannot pull http://${host}/charts/nothing`,
    );
    expect(because('outside')).toBe('it stays an object of Flux: its chart is in another repository, other');
    expect(because('patched')).toBe(
      'it stays an object of Flux: postRenderers with replicas are not understood, postRenderStrategy sometimes is not understood',
    );
    expect(
      result.left
        .filter(({ because: why }) => why === 'what it fetches is in the program')
        .map(({ key }) => key),
    ).toEqual([
      'HelmRepository.source.toolkit.fluxcd.io flux-system/registry',
      'OCIRepository.source.toolkit.fluxcd.io flux-system/web',
    ]);
    const program = readFileSync(join(p.directory, 'main.ts'), 'utf8');
    expect(program).toContain(`    new HelmChart(this, 'shop', {
      chart: 'web-1.0.0',
      namespace: 'shop',
      values: {
        b: {
          c: 'shared',
          e: [1],
          n: [
            {
              x: 3,
            },
          ],
          d: null,
          own: 'yes',
        },
        f: null,
        image: {
          tag: '1.20',
        },`);
    expect(program).toMatch(/apps\.addDependency\(infra\);\napps\.addDependency\(base\);/);
    expect(program).toMatch(/git\.addDependency\(apps\);\ngit\.addDependency\(oci\);/);

    expect((await p.truekeel(['synth', '--no-typecheck'], { env })).exit).toBe(0);
    const made = (chart: string, name: string, namespace: string, args: readonly string[] = []) =>
      template(helm, join(p.directory, chart), name, ['-n', namespace, '--kube-version=1.37', ...args]).map(
        (object) =>
          object.kind === 'ClusterRole' ? object : { ...object, metadata: { ...object.metadata, namespace } },
      );
    p.write({
      'v1.yaml': 'b: { c: shared, e: [1] }\nf: null\n',
      'v2.yaml': 'b: { d: null, own: "yes" }\ng: [{ h: "no" }]\n',
    });
    const values = ['v1.yaml', 'v2.yaml'].flatMap((file) => ['-f', join(p.directory, file)]);
    p.write({ 'big.yaml': 'a: 3\nb: { c: big }\n', 'extra.yaml': 'b: { d: extra }\n' });
    const given = (file: string) => ['-f', join(p.directory, file)];
    expect(sorted(rendered(p, 'files'))).toEqual(
      sorted(made('charts-of-ours/web', 'files', 'apps', given('big.yaml'))),
    );
    expect(sorted(rendered(p, 'own-files'))).toEqual(
      sorted(made('charts-of-ours/web', 'own-files', 'apps', given('extra.yaml'))),
    );
    // Of another chart than the one with this name that was fetched.
    expect(sorted(rendered(p, 'git'))).toEqual(
      sorted([
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
        ...made('charts-of-ours/web', 'shop', 'shop', [...values, '--set', 'b.n[0].x=3,image.tag=1.20']),
      ]),
    );
    expect(sorted(rendered(p, 'base'))).toEqual(sorted(made('charts-of-ours/web', 'base', 'apps')));
    expect(sorted(rendered(p, 'oci'))).toEqual(sorted(made('charts-of-ours/web', 'target-oci', 'target')));
    const [shortened] = rendered(p, 'a-name-that-is-very-long-and-will-be-made-shorter').slice(-1);
    expect(shortened?.metadata.name).toMatch(/^elsewhere-a-name-that-is-very-long-and-w-[0-9a-f]{12}$/);
    expect(shortened?.metadata.name).toHaveLength(long.length);
  });

  it.runIf(HAS_KUSTOMIZE)('patches what a release has patched, and marks what it marks', async () => {
    const job = (name: string, hook: string) =>
      `apiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name}, annotations: { helm.sh/hook: ${hook} } }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: nginx }] } } }\n`;
    const patched = chartFiles(
      'patched',
      {
        'web.yaml':
          'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: "{{ .Release.Name }}", labels: { a: b } }\nspec:\n  selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec: { containers: [{ name: web, image: nginx:1, args: ["yes"] }, { name: side, image: side }] }\n',
        'map.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, annotations: { a/b: "1" } }\ndata: { n: "null" }\n',
        'gone.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: gone }\n',
        'job.yaml': job('migrate', 'pre-upgrade'),
      },
      { 'crds/t.yaml': WEB['crds/t.yaml']! },
    );
    const patch = (target: string, text: string) => `{ target: ${target}, patch: '${text}' }`;
    const renderers = `postRenderers:
- kustomize:
    images: [{ name: nginx, newName: mirror.example.com/nginx, newTag: "2" }]
    patches:
    - ${patch('{ kind: Deployment }', '[{ "op": "add", "path": "/spec/replicas", "value": 3 }]')}
    - patch: |
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: NAME }
        spec: { template: { spec: { containers: [{ name: side, resources: { limits: { cpu: "1" } } }] } } }
    - patch: |
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: gone }
        $patch: delete
- kustomize:
    patches:
    - ${patch('{ kind: ConfigMap }', '[{ "op": "replace", "path": "/metadata/annotations/a~1b", "value": "2" }]')}
commonMetadata: { labels: { a: c, team: shop }, annotations: { by: flux } }`;
    const named = (name: string, more = '') =>
      release(
        name,
        `${chartOf('GitRepository', 'flux-system', './patched')}\nreleaseName: ${name}\ntargetNamespace: ${name}\n${renderers.replace('NAME', name)}${more}`,
      );
    const p = project({
      ...below('patched', patched),
      ...below(
        'plain',
        Object.fromEntries(Object.entries(patched).filter(([path]) => !path.startsWith('crds/'))),
      ),
      'clusters/production/all.yaml': kustomization('apps', 'path: ./apps'),
      'apps/all.yaml':
        named('all') +
        named('nohooks', '\npostRenderStrategy: nohooks\ninstall: { crds: Skip }') +
        release(
          'marked',
          `${chartOf('GitRepository', 'flux-system', './plain')}\ncommonMetadata: { labels: { a: c, team: shop }, annotations: { by: flux } }`,
        ),
    });
    const env = { ...process.env, TRUEKEEL_HELM: helm };
    const outcome = await p.truekeel(['import', 'flux', '.', '--path', 'clusters/production', '-o', 'json'], {
      env,
    });
    expect(outcome.exit, outcome.stderr).toBe(0);
    const { result } = withResult('import', outcome) as { result: { left: { key: string }[] } };
    expect(result.left).toEqual([]);
    const program = readFileSync(join(p.directory, 'main.ts'), 'utf8');
    expect(program).toContain(`    for (const object of chart.objects) {
      object.metadata.addLabel('a', 'c');
      object.metadata.addLabel('team', 'shop');
      object.metadata.addAnnotation('by', 'flux');
    }
`);
    expect(program).toContain(".leaveOut('ConfigMap', 'gone')");
    expect((await p.truekeel(['synth', '--no-typecheck'], { env })).exit).toBe(0);

    // The same by the tools themselves: Helm, kustomize twice, and labels on all that kustomize was given.
    for (const [name, takesHooks] of [
      ['all', true],
      ['nohooks', false],
    ] as const) {
      const made = template(helm, join(p.directory, 'patched'), name, ['-n', name, '--kube-version=1.37']);
      const isHook = ({ kind }: KubernetesObject) => kind === 'Job';
      const given = made.filter((object) => takesHooks || !isHook(object));
      const [first, second] = parseYaml(renderers.replace('NAME', name), { file: 'r' }).flatMap(
        ({ value }) => (value as unknown as { postRenderers: { kustomize: object }[] }).postRenderers,
      );
      const build = (objects: readonly unknown[], { kustomize }: { kustomize: object }) =>
        parseYaml(
          execFileSync(...KUSTOMIZE, {
            encoding: 'utf8',
            cwd: folder({
              'all.yaml': objects.map((object) => JSON.stringify(object)).join('\n---\n'),
              'kustomization.yaml': JSON.stringify({ resources: ['all.yaml'], ...kustomize }),
            }),
          }),
          { file: name },
        ).map(({ value }) => value as unknown as KubernetesObject);
      const marked = build(build(given, first!), second!).map((object) => ({
        ...object,
        metadata: {
          ...object.metadata,
          labels: { ...object.metadata.labels, a: 'c', team: 'shop' },
          annotations: { ...object.metadata.annotations, by: 'flux' },
        },
      }));
      const hooks = takesHooks ? [] : made.filter(isHook);
      const crds = takesHooks
        ? parseYaml(WEB['crds/t.yaml']!, { file: 'crd' }).map(({ value }) => value)
        : [];
      const expected = [...marked, ...hooks].map((object) => ({
        ...object,
        metadata: {
          ...object.metadata,
          namespace: name,
          annotations: {
            ...object.metadata.annotations,
            ...(isHook(object) && {
              'truekeel.dev/hook': 'before',
              'truekeel.dev/rerun': 'every-release',
            }),
          },
        },
      }));
      const withoutEmpty = (object: KubernetesObject) => {
        const { annotations, ...metadata } = object.metadata;
        return Object.keys(annotations ?? {}).length > 0 ? object : { ...object, metadata };
      };
      expect(sorted(rendered(p, name))).toEqual(sorted([...expected.map(withoutEmpty), ...crds]));
    }
    expect(rendered(p, 'marked').map(({ metadata }) => metadata.labels)).toEqual(
      rendered(p, 'marked').map(() => ({ a: 'c', team: 'shop' })),
    );
  });

  it('leaves all of them to Flux where there is no Helm', async () => {
    const p = project(filesFor('127.0.0.1:9'));
    const env = { ...process.env, TRUEKEEL_HELM: '/nowhere' };
    const outcome = await p.truekeel(['import', 'flux', '.', '--path', 'clusters/production', '-o', 'json'], {
      env,
    });
    expect(outcome.exit, outcome.stderr).toBe(0);
    const { result } = withResult('import', outcome) as {
      result: { left: { key: string; because: string }[] };
    };
    expect(result.left.find(({ key }) => key.endsWith('apps/git'))?.because).toContain(
      'TRUEKEEL_HELM names /nowhere',
    );
    expect(readFileSync(join(p.directory, 'main.ts'), 'utf8')).not.toContain('HelmChart(');
    expect(existsSync(join(p.directory, 'charts.lock.json'))).toBe(false);
  });
});
