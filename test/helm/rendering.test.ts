import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  type KubernetesObject,
  type RenderedApplication,
  type TruekeelError,
  TruekeelErrors,
} from '../../lib/objects/index.ts';
import { assertSame } from '../../synth/pipeline/stability.ts';
import { anewAfter, type ChartOptions } from '../../synth/program/index.ts';
import { project, run } from '../../synth/program/testing/project.ts';
import {
  chartFiles,
  describeWithHelm,
  type Files,
  folder,
  pack,
  programWith,
  tarred,
  template,
  vendor,
} from './charts.ts';

const map = (name: string, data: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}data: {${data}}\n`;

const hook = (kind: string, name: string, events: string, weight = '0') => `---
apiVersion: ${kind === 'Job' ? 'batch/v1' : 'v1'}
kind: ${kind}
metadata:
  name: ${name}
  annotations: { helm.sh/hook: "${events}", helm.sh/hook-weight: "${weight}" }
${kind === 'Job' ? 'spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "a:1" }] } } }\n' : ''}`;

/** Everything that charts do: helpers, subcharts, definitions, lists, what is empty, and Kubernetes versions. */
const WHOLE = chartFiles(
  'whole',
  {
    '_helpers.tpl': '{{- define "whole.name" }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}',
    'NOTES.txt': 'Thank you.',
    'map.yaml': map(
      '{{ include "whole.name" . }}',
      'kube: "{{ .Capabilities.KubeVersion.Minor }}", value: "{{ .Values.value }}", ns: "{{ .Release.Namespace }}"',
      '  labels:\n',
    ),
    'two.yaml': `${map('one', 'a: "1"')}---\n${map('two', 'a: |-\n    ---\n    # Source: nowhere\n', '  namespace: other\n').replace('data: {', 'data:\n  ').replace('}\n', '')}`,
    'list.yaml': `apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: ConfigMap, metadata: { name: l }, data: { x: "y" } }\n`,
    'off.yaml': '{{ if .Values.on }}\nkind: Nothing\n{{ end }}',
    'monitor.yaml': `{{ if .Capabilities.APIVersions.Has "example.com/v1" }}\n${map('monitored', '')}{{ end }}`,
    'tests/test.yaml': hook('Pod', 'test', 'test'),
    'keep.yaml': map('kept', '', '  annotations: { helm.sh/resource-policy: keep }\n'),
    'null.yaml':
      'apiVersion: example.com/v1\nkind: Thing\nmetadata: { name: t }\nspec: { a: null, constructor: b }\n',
  },
  {
    'values.yaml': 'value: default\non: false\nsub: { x: 1 }\n',
    'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 0.1.0\n',
    'charts/sub/templates/sub.yaml': map('sub', 'x: "{{ .Values.x }}"'),
    'crds/things.yaml':
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.example.com }\nspec:\n  group: example.com\n  scope: Cluster\n  names: { plural: things, singular: thing, kind: Thing, listKind: ThingList }\n  versions:\n  - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }\n',
  },
);

await describeWithHelm('a Helm chart in a program', (helm) => {
  /** A project with a chart, whose cache is its own. */
  function chartProject(
    files: Files,
    main: string,
    more: Files = {},
  ): { root: string; charts: ChartOptions } {
    const root = project({ 'main.ts': main, ...more });
    vendor(root, { [nameOf(files)]: pack(helm, files) });
    const charts = { env: { PATH: '/nowhere', TRUEKEEL_HELM: helm, XDG_CACHE_HOME: join(root, '.cache') } };
    return { root, charts };
  }

  async function objects(files: Files, main: string): Promise<readonly KubernetesObject[]> {
    const { root, charts } = chartProject(files, main);
    const [environment] = await run(root, { charts });
    return environment!.applications.flatMap((application) =>
      application.objects.map(({ object }) => object),
    );
  }

  async function errorsOf(
    files: Files,
    main: string,
    prepare: (root: string) => ChartOptions = () => ({}),
  ): Promise<readonly TruekeelError[]> {
    const { root, charts } = chartProject(files, main);
    const more = prepare(root);
    const error: unknown = await run(root, { charts: { ...charts, ...more } }).then(
      () => new Error('it did not fail'),
      (reason: unknown) => reason,
    );
    if (error instanceof TruekeelErrors) return error.errors;
    throw error;
  }

  it('makes the objects that Helm makes of it', async () => {
    const props = `{ chart: 'whole', values: { value: 'mine' }, apiVersions: ['example.com/v1'] }`;
    const made = await objects(WHOLE, programWith(props));
    const wanted = template(helm, folder(WHOLE), 'rel', [
      '-n',
      'shop',
      '--kube-version',
      '1.33',
      '-a',
      'example.com/v1',
      '--include-crds',
      '--set',
      'value=mine',
      '--skip-tests',
    ]);
    const asHere = wanted.map((object) => {
      const { labels, ...metadata } = object.metadata;
      const isCluster = ['CustomResourceDefinition', 'Thing'].includes(object.kind);
      const keep = metadata.annotations && {
        annotations: { ...metadata.annotations, 'truekeel.dev/prune': 'detach' },
      };
      return {
        ...object,
        metadata: {
          ...(!isCluster && { namespace: 'shop' }),
          ...metadata,
          ...keep,
          ...(labels && { labels }),
        },
      };
    });
    const byName = (list: readonly KubernetesObject[]) =>
      new Map(list.map((one) => [`${one.kind} ${one.metadata.name}`, one]));
    expect(byName(made)).toEqual(byName(asHere));
    expect(made).toHaveLength(9);
    const data = byName(made).get('ConfigMap rel-whole')?.data;
    expect(data).toEqual({ kube: '33', value: 'mine', ns: 'shop' });
  });

  it('leaves definitions and other API versions out where that is asked for', async () => {
    const props = `{ chart: 'whole', includeCrds: false, releaseName: 'other', namespace: 'elsewhere' }`;
    const made = await objects(WHOLE, programWith(props, `chart.leaveOut('Thing', 't');`));
    expect(made.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort()).toEqual([
      'elsewhere/kept',
      'elsewhere/l',
      'elsewhere/one',
      'elsewhere/other-whole',
      'elsewhere/sub',
      'other/two',
    ]);
  });

  it('has objects that the program can change, depend on, and leave out', async () => {
    const files = chartFiles('web', {
      'all.yaml': `${map('a', '')}---\n${map('b', '')}---\n${map('c', '')}`,
    });
    const { root, charts } = chartProject(
      files,
      `import { ApiObject, JsonPatch } from 'cdk8s';\nimport { Mixins, Settings, Wait } from 'truekeel';\n${programWith(
        `{ chart: 'web' }`,
        `chart.leaveOut('ConfigMap', 'b');
chart.object('ConfigMap', 'a').addJsonPatch(JsonPatch.add('/data', { patched: 'yes' }));
Mixins.of(chart).apply({ supports: (one) => ApiObject.isApiObject(one), applyTo: (one) => (one as ApiObject).metadata.addLabel('team', 'shop') });
Settings.of(chart).wait(Wait.PRESENT);
const own = new ApiObject(web, 'own', { apiVersion: 'v1', kind: 'ConfigMap' });
own.node.addDependency(chart);`,
      )}`,
    );
    const [environment] = await run(root, { charts });
    const [{ objects: made, edges }] = environment!.applications as [RenderedApplication];
    expect(
      made.map(({ object, source }) => [
        object.metadata.name,
        object.metadata.labels?.team,
        object.data,
        source?.line,
      ]),
    ).toEqual([
      ['a', 'shop', { patched: 'yes' }, 7],
      ['c', 'shop', {}, 7],
      ['own', undefined, undefined, 12],
    ]);
    expect(made[0]).toMatchObject({
      constructPath: 'production/web/rel/configmap-a',
      settings: { wait: 'present' },
    });
    expect(edges.map(({ from, to }) => `${from.name} ${to.name}`)).toEqual(['own a', 'own c']);
  });

  it('has its hooks run as hooks, as far as there are such, and says what is left out', async () => {
    const files = chartFiles('web', {
      'map.yaml': map('plain', ''),
      'hooks.yaml': [
        hook('ServiceAccount', 'migrator', 'pre-install,pre-upgrade', '-5'),
        hook('Job', 'check', 'pre-upgrade, pre-install', '-1'),
        hook('Job', 'migrate', 'pre-install,pre-upgrade', '2'),
        hook('Job', 'announce', 'post-install'),
        hook('Job', 'both', 'pre-install,post-upgrade', '7'),
        hook('Job', 'cleanup', 'pre-delete'),
        hook('Pod', 'once', 'post-install'),
      ].join(''),
    });
    const { root, charts } = chartProject(files, programWith(`{ chart: 'web' }`));
    const warnings: TruekeelError[] = [];
    const [environment] = await run(root, { charts, onWarning: (warning) => warnings.push(warning) });
    const [application] = environment!.applications;
    expect(application!.objects.map(({ key, hook: one }) => [key.name, one?.place, one?.rerun])).toEqual([
      ['plain', undefined, undefined],
      ['announce', 'after', 'on-change'],
      ['both', 'before', 'every-release'],
      ['check', 'before', 'every-release'],
      ['migrate', 'before', 'every-release'],
      ['migrator', undefined, undefined],
    ]);
    expect(application!.edges.map(({ from, to }) => `${from.name} ${to.name}`)).toEqual([
      'both migrate',
      'migrate check',
    ]);
    const hooks = warnings.filter(({ code }) => code === 'HELM_HOOK');
    expect(hooks.map(({ message, source }) => `${source?.file}:${source?.line} ${message}`)).toEqual([
      'main.ts:5 chart web: Pod once is left out: it is a hook for post-install, and only Jobs can be hooks here',
      'main.ts:5 chart web: Job.batch both is a hook for pre-install, post-upgrade: it runs before only',
      'main.ts:5 chart web: Job.batch cleanup is left out: it is a hook for pre-delete, for which there is none here',
    ]);
  });

  const broken = (text: string, more: Files = {}): Files => chartFiles('web', { 'x.yaml': text }, more);
  const FAILURES: [code: string, message: string, files: Files, props?: string][] = [
    [
      'CHART_FAILED',
      'chart web 1.0.0 cannot be rendered: execution error at (web/templates/x.yaml:2:6): name is needed',
      broken('\na: {{ required "name is needed" .Values.x }}'),
    ],
    ['CHART_FAILED', 'web/templates/x.yaml:1:13', broken('a: {{ .Values.a.b.c }}')],
    [
      'CHART_FAILED',
      'parse error at (web/templates/x.yaml:1): function "nothing" not defined',
      broken('{{ nothing }}'),
    ],
    ['CHART_FAILED', 'YAML parse error on web/templates/x.yaml', broken('a: b: c')],
    [
      'CHART_FAILED',
      "- at '/a': got string, want integer",
      broken('a: b', { 'values.schema.json': '{"properties":{"a":{"type":"integer"}}}' }),
      `{ chart: 'web', values: { a: 'x' } }`,
    ],
    [
      'CHART_FAILED',
      'chart requires kubeVersion: >=1.40.0',
      broken('', { 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\nkubeVersion: ">=1.40.0"\n' }),
    ],
    [
      'CHART_OUTPUT',
      'chart web makes of web/templates/x.yaml what is no Kubernetes object: it has no apiVersion',
      broken('kind: Thing'),
    ],
    [
      'CHART_OUTPUT',
      'chart web makes of web/templates/x.yaml what is no Kubernetes object: it has no metadata.name',
      broken('apiVersion: v1\nkind: Thing'),
    ],
    [
      'CHART_OUTPUT',
      'chart web makes of web/templates/x.yaml what is no YAML',
      broken('kind: Thing\napiVersion: v1\nmetadata: {name: a}\na: 1\na: 2'),
    ],
    [
      'CHART_FETCHES',
      'web/values.schema.json of chart web 1.0.0 refers to https://example.com/x.json',
      broken('', { 'values.schema.json': '{"properties":{"a":{"$ref":"https://example.com/x.json"}}}' }),
    ],
    [
      'CHART_FETCHES',
      'web/charts/sub/values.schema.json of chart web 1.0.0 refers to x.json',
      broken('', {
        'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 0.1.0\n',
        'charts/sub/values.schema.json': '{"$id":"http://localhost:1/","properties":{"a":{"$ref":"x.json"}}}',
      }),
    ],
    [
      'CHART_NOT_LOCKED',
      'there is no chart "other" in charts.lock.json: it has web',
      broken(''),
      `{ chart: 'other' }`,
    ],
    ['CHART_FAILED', 'apiVersions are --debug', broken(''), `{ chart: 'web', apiVersions: ['--debug'] }`],
    [
      'CHART_FAILED',
      '"--debug" cannot be the name of a release',
      broken(''),
      `{ chart: 'web', releaseName: '--debug' }`,
    ],
    [
      'CHART_FAILED',
      'kubernetesVersion is "1.99"',
      broken(''),
      `{ chart: 'web', kubernetesVersion: '1.99' }`,
    ],
    ['INVALID_VALUE', 'a of its values is NaN', broken(''), `{ chart: 'web', values: { a: NaN } }`],
  ];
  it.each(FAILURES)('says %s: %s', async (...[code, message, files, props = `{ chart: 'web' }`]) => {
    const errors = await errorsOf(files, programWith(props));
    expect(errors).toMatchObject([
      {
        code,
        family: 'validation',
        source: { file: 'main.ts', line: 5 },
        constructPath: 'production/web/rel',
      },
    ]);
    expect(errors[0]?.message).toContain(message);
    expect(errors[0]?.hint).toBeTruthy();
  });

  it('says what an archive lacks that needs other charts', async () => {
    const files = broken('');
    const errors = await errorsOf(files, programWith(`{ chart: 'web' }`), (root) => {
      // Helm packs no such chart.
      const needy = {
        ...files,
        'Chart.yaml': `${files['Chart.yaml']}dependencies: [{ name: common, version: 1.0.0, repository: "https://example.com" }]\n`,
      };
      vendor(root, { web: tarred('web', needy) });
      return {};
    });
    expect(errors).toMatchObject([{ code: 'CHART_DEPENDENCIES', source: { line: 5 } }]);
    expect(errors[0]?.message).toBe('chart web 1.0.0 needs charts that are not in its archive: common');
  });

  it('refuses archives and locks that are not what they were', async () => {
    const files = broken('');
    const main = programWith(`{ chart: 'web' }`);
    const said = async (prepare: (root: string) => void) => {
      const [error] = await errorsOf(files, main, (root) => {
        prepare(root);
        return {};
      });
      return error?.toJSON();
    };
    expect(await said((root) => writeFileSync(join(root, 'charts/web-1.0.0.tgz'), 'other'))).toMatchObject({
      code: 'CHART_CHANGED',
    });
    expect(await said((root) => writeFileSync(join(root, 'charts.lock.json'), '{'))).toMatchObject({
      code: 'INVALID_CHART_LOCK',
    });
    expect(await said((root) => vendor(root, { web: pack(helm, files) }, '4.0.0'))).toMatchObject({
      code: 'HELM_VERSION',
      message: expect.stringMatching(/is Helm 4\.3\.\d+, and charts\.lock\.json asks for 4\.0\.0$/),
    });
    expect(await said((root) => vendor(root, { web: Buffer.from('no archive') }))).toMatchObject({
      code: 'CHART_FAILED',
      message: expect.stringContaining('cannot be read'),
    });
    expect(
      await said((root) =>
        writeFileSync(
          join(root, 'charts.lock.json'),
          JSON.stringify({
            schema: 'truekeel.dev/charts/v1',
            helm: '4.3.1',
            charts: { web: { version: '1', file: '../../etc/web.tgz', digest: `sha256:${'0'.repeat(64)}` } },
          }),
        ),
      ),
    ).toMatchObject({ code: 'CHART_MISSING' });
  });

  it('needs no Helm for what it has rendered before, and says when it needs one', async () => {
    const files = chartFiles('web', { 'a.yaml': map('a', '') });
    const { root, charts } = chartProject(files, programWith(`{ chart: 'web' }`));
    const without = { env: { ...charts.env, TRUEKEEL_HELM: '', PATH: '/nowhere' } };
    await expect(run(root, { charts: without })).rejects.toMatchObject({
      code: 'HELM_NOT_FOUND',
      message: expect.stringContaining('main.ts:5: there is no helm on PATH'),
    });
    const first = await run(root, { charts });
    expect(await run(root, { charts: without })).toEqual(first);
  });

  it('is found out when it is another one each time', async () => {
    const files = chartFiles('web', {
      'a.yaml': map('{{ .Values.name }}', 'random: "{{ randAlphaNum 8 }}"'),
      'b.yaml': map('b', 'time: "{{ now | unixEpoch }}"'),
      'c.yaml': map('c', ''),
    });
    const { root, charts } = chartProject(files, programWith(`{ chart: 'web', values: { name: 'a' } }`));
    const once = run(root, { charts });
    const [first, second] = await Promise.all([
      once,
      run(root, { charts: { ...charts, anew: anewAfter(once) } }),
    ]);
    let error: unknown;
    try {
      assertSame(first, second);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TruekeelErrors);
    expect(
      (error as TruekeelErrors).errors.map(({ code, key, field, source }) => [
        code,
        key?.name,
        field,
        source?.line,
      ]),
    ).toEqual([
      ['NOT_DETERMINISTIC', 'a', 'data.random', 5],
      ['NOT_DETERMINISTIC', 'b', 'data.time', 5],
    ]);
  });

  it('fetches nothing, not even from this machine', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.end('{}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { readonly port: number };
    const schema = `{"properties":{"a":{"$ref":"http://127.0.0.1:${port}/x.json"}}}`;
    const errors = await errorsOf(
      broken('', { 'values.schema.json': schema }),
      programWith(`{ chart: 'web', values: { a: 1 } }`),
    );
    expect(errors).toMatchObject([{ code: 'CHART_FETCHES' }]);
    expect(requests).toBe(0);
  });
});

function nameOf(files: Files): string {
  return /^name: (.*)$/m.exec(files['Chart.yaml'] ?? '')?.[1] ?? '';
}
