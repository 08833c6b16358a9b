import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { canonicalJson, type KubernetesObject, parseYaml } from '../../lib/objects/index.ts';
import { project } from '../e2e/clusters.ts';
import type { Project } from '../e2e/project.ts';
import { withResult } from '../e2e/workbench.ts';
import { chartFiles, describeWithHelm, type Files, pack, template } from './charts.ts';
import { serveCharts } from './registry.ts';

const URL = 'https://git.example.com/shop.git';

const application = (name: string, sources: readonly string[]) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name}, namespace: argocd }
spec:
  destination: { namespace: shop }
  sources: [${sources.join(', ')}]
---
`;

const WEB = chartFiles(
  'web',
  {
    'map.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}" }\ndata: { values: {{ .Values | toJson | quote }}, has: "{{ .Capabilities.APIVersions.Has "example.com/v1" }}" }\n',
    'secret.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: { name: "{{ .Release.Name }}" }\nstringData: { p: hunter2 }\n',
  },
  { 'values.yaml': 'a: 1\nb: { c: x, d: y }\n', 'values-extra.yaml': 'b: { c: extra }\n' },
);

const APPS = chartFiles('apps', {
  'apps.yaml': `{{ range .Values.apps }}\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: {{ . }}, namespace: argocd }\nspec:\n  destination: { namespace: shop }\n  source: { repoURL: '${URL}', path: 'plain-{{ . }}' }\n---\n{{ end }}`,
});

const below = (at: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${at}/${path}`, text]));

await describeWithHelm('truekeel import argocd', (helm) => {
  const rendered = (p: Project, name: string): readonly KubernetesObject[] =>
    parseYaml(readFileSync(join(p.directory, 'dist/production', `${name}.yaml`), 'utf8'), { file: name }).map(
      ({ value }) => value as unknown as KubernetesObject, // as rendered
    );
  const sorted = (objects: readonly unknown[]) => objects.map((one) => canonicalJson(one as never)).sort();

  it('takes Applications of charts, with their files, values and parameters', async () => {
    const { host } = await serveCharts({ 'web-1.0.0': pack(helm, WEB) });
    const here = `repoURL: '${URL}'`;
    const there = `repoURL: 'http://${host}/charts', chart: web, targetRevision: 1.0.0`;
    const p = project({
      ...below('charts/web', WEB),
      ...below('charts/root', APPS),
      'charts/web/values-production.yaml': 'b: { c: production }\nlist: [1, 2]\n',
      'charts/web/files/script.txt': 'one, {two}\nthree\n',
      'values/shared.yaml': 'b: { e: shared }\na: 2\n',
      'plain/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: plain }\n',
      'plain-one/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\n',
      'plain-two/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: two }\n',
      'argocd/all.yaml':
        application('folder', [
          `{ ${here}, path: charts/web, helm: { releaseName: shop, valueFiles: [values-production.yaml, ../../values/shared.yaml, /values/none.yaml], ignoreMissingValueFiles: true, values: "b: { f: text }", parameters: [{ name: "list[1]", value: "3" }, { name: image.tag, value: "1.20" }, { name: "labels.a\\\\.b", value: "true", forceString: true }], apiVersions: [example.com/v1], fileParameters: [{ name: script, path: files/script.txt }] } }`,
        ]) +
        application('remote', [
          `{ ${there}, helm: { valueFiles: [$ours/values/shared.yaml], values: "x: ignored", valuesObject: { g: [null] } } }`,
          `{ ${here}, ref: ours }`,
          `{ ${here}, path: plain }`,
        ]) +
        application('registry', [
          `{ repoURL: '${host}/oci', chart: web, targetRevision: 1.0.0, helm: { valueFiles: [values-extra.yaml] } }`,
        ]) +
        application('root', [
          `{ ${here}, path: charts/root, helm: { valuesObject: { apps: [one, two] } } }`,
        ]) +
        application('lists', [
          `{ ${here}, path: charts/web, helm: { parameters: [{ name: a, value: "{1,2}" }] } }`,
        ]) +
        application('files', [
          `{ ${here}, path: charts/web, helm: { fileParameters: [{ name: a, path: b }] } }`,
        ]) +
        application('lost', [`{ ${here}, path: charts/web, helm: { valueFiles: [none.yaml] } }`]) +
        application('above', [`{ ${here}, path: charts/web, helm: { valueFiles: [../../../etc/passwd] } }`]) +
        application('own', [`{ ${there}, helm: { valueFiles: [values-dev.yaml] } }`]) +
        application('missing', [`{ repoURL: 'http://${host}/charts', chart: nothing }`]) +
        application('foreign', [
          `{ ${there}, helm: { valueFiles: [$theirs/a.yaml] } }`,
          `{ repoURL: 'https://git.example.com/other', ref: theirs }`,
        ]),
    });
    p.git('remote', 'add', 'origin', URL);
    const env = { ...process.env, TRUEKEEL_HELM: helm, HOME: p.directory };
    const outcome = await p.truekeel(['import', 'argocd', '.', '--path', 'argocd', '-o', 'json'], { env });
    expect(outcome.exit, outcome.stderr).toBe(0);
    const { result } = withResult('import', outcome) as {
      result: { left: { key: string; because: string }[]; applications: { name: string; objects: number }[] };
    };
    expect(result.applications.map(({ name, objects }) => [name, objects])).toEqual([
      ['folder', 1],
      ['one', 1],
      ['registry', 1],
      ['remote', 2],
      ['two', 1],
    ]);
    expect(
      outcome.stdout + outcome.stderr + readFileSync(join(p.directory, 'main.ts'), 'utf8'),
    ).not.toContain('hunter2');
    const reasons = new Map(
      result.left.map(({ key, because }) => [key.replace('Application.argoproj.io argocd/', ''), because]),
    );
    expect(Object.fromEntries(reasons)).toMatchObject({
      lists: 'the parameter a has a form that is not understood',
      files: 'there is no file charts/web/b in the repository',
      lost: 'there is no file charts/web/none.yaml in the repository',
      above: 'its values are in ../../../etc/passwd, which is not in the repository',
      own: 'there is no file values-dev.yaml in the chart or the repository',
      missing: expect.stringContaining(`Helm cannot pull http://${host}/charts/nothing`),
      foreign: 'it is in another repository, https://git.example.com/other',
      'Secret shop/shop': 'a Secret with plain values does not belong into Git',
    });
    const program = readFileSync(join(p.directory, 'main.ts'), 'utf8');
    expect(program).toContain(`.leaveOut('Secret', 'shop');`);

    expect((await p.truekeel(['synth', '--no-typecheck'], { env })).exit).toBe(0);
    const at = (path: string) => join(p.directory, path);
    const made = (name: string, args: readonly string[], input = '') =>
      template(helm, at('charts/web'), name, ['--kube-version=1.37', ...args], input)
        .filter(({ kind }) => kind !== 'Secret')
        .map((object) => ({ ...object, metadata: { ...object.metadata, namespace: 'shop' } }));
    expect(sorted(rendered(p, 'folder'))).toEqual(
      sorted(
        made(
          'shop',
          [
            ...['-f', at('charts/web/values-production.yaml'), '-f', at('values/shared.yaml'), '-f', '-'],
            ...[
              '--set',
              'list[1]=3',
              '--set',
              'image.tag=1.20',
              '--set-string',
              'labels.a\\.b=true',
              '-a',
              'example.com/v1',
              '--set-file',
              `script=${at('charts/web/files/script.txt')}`,
            ],
          ],
          'b: { f: text }\n',
        ),
      ),
    );
    expect(sorted(rendered(p, 'remote'))).toEqual(
      sorted([
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'plain', namespace: 'shop' } },
        ...made('remote', ['-f', at('values/shared.yaml'), '-f', '-'], 'g: [null]\n'),
      ]),
    );
    expect(sorted(rendered(p, 'registry'))).toEqual(
      sorted(made('registry', ['-f', at('charts/web/values-extra.yaml')])),
    );
  });
});
