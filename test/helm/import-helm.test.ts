import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestOf } from '../../lib/objects/index.ts';
import { packageRoot } from '../../synth/version.ts';
import { project } from '../e2e/clusters.ts';
import type { Project } from '../e2e/project.ts';
import { withResult } from '../e2e/workbench.ts';
import { chartFiles, describeWithHelm, type Files, pack, programWith, template, vendor } from './charts.ts';
import { HELM_VERSION } from './helm.ts';
import { serveCharts } from './registry.ts';

const map = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "${name}" }\ndata: { value: "${value}" }\n`;

const WEB = chartFiles(
  'web',
  {
    'map.yaml': map('{{ .Release.Name }}', '{{ .Values.value }}'),
    'secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: hunter2 }\n',
    'job.yaml':
      'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  annotations: { helm.sh/hook: pre-upgrade }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "a:1" }] } } }\n',
  },
  { 'values.yaml': 'value: default\n' },
);

const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

await describeWithHelm('truekeel import helm', (helm) => {
  const env = () => ({ ...process.env, TRUEKEEL_HELM: helm });

  const lockOf = (p: Project) => JSON.parse(readFileSync(join(p.directory, 'charts.lock.json'), 'utf8'));

  it('packs a folder, the same bytes each time, and a program takes it', async () => {
    const p = project({
      ...below('deploy/web', WEB),
      'main.ts': programWith(`{ chart: 'web' }`, `chart.leaveOut('Secret', 's');`),
    });
    const outcome = await p.truekeel(['import', 'helm', 'deploy/web', '-o', 'json'], { env: env() });
    expect(outcome.exit, outcome.stderr).toBe(0);
    const { result } = withResult('import', outcome);
    const archive = readFileSync(join(p.directory, 'charts/web-1.0.0.tgz'));
    const locked = {
      version: '1.0.0',
      file: 'charts/web-1.0.0.tgz',
      digest: digestOf(archive),
      source: 'deploy/web',
    };
    expect(result).toMatchObject({
      what: 'helm',
      name: 'web',
      ...locked,
      objects: 2,
      left: [{ key: 'Secret default/s', because: 'a Secret with plain values does not belong into Git' }],
    });
    expect(lockOf(p)).toEqual({
      schema: 'truekeel.dev/charts/v1',
      helm: HELM_VERSION,
      charts: { web: locked },
    });
    expect((await p.truekeel(['synth', '--no-typecheck'], { env: env() })).exit).toBe(0);
    expect(readFileSync(join(p.directory, 'dist/production/web.yaml'), 'utf8')).toContain('name: rel');

    await p.truekeel(['import', 'helm', 'deploy/web'], { env: env() });
    expect(lockOf(p).charts.web).toEqual(locked);
    p.write({ 'deploy/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.1.0\n' });
    const again = await p.truekeel(['import', 'helm', 'deploy/web'], { env: env() });
    expect(again.stdout).toMatch(/^ {2}charts\/web-1\.1\.0\.tgz {2}sha256:[0-9a-f]{64}\n/);
    expect(readdirSync(join(p.directory, 'charts'))).toEqual(['web-1.1.0.tgz', 'web.values.ts']);
    expect(again.stdout).toContain("new HelmChart(application, 'web', { chart: 'web' })");
  });

  it('fetches from a repository, an address and a registry, at import only', async () => {
    const later = pack(helm, { ...WEB, 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n' });
    const { host, requests } = await serveCharts({ 'web-1.0.0': pack(helm, WEB), 'web-1.2.0': later });
    const p = project({ 'main.ts': programWith(`{ chart: 'old' }`, `chart.leaveOut('Secret', 's');`) });
    // Helm keeps indexes and settings at home.
    const own = { ...env(), HOME: p.directory };
    const fetched = async (...args: string[]) => {
      const outcome = await p.truekeel(['import', 'helm', ...args], { env: own });
      expect(outcome.exit, outcome.stderr).toBe(0);
    };
    await fetched('web', '--chart-repo', `http://${host}/charts`);
    await fetched('web', '--chart-repo', `http://${host}/charts`, '--chart-version', '~1.0', '--name', 'old');
    await fetched(`http://${host}/charts/web-1.0.0.tgz`, '--name', 'address');
    await fetched(`oci://${host}/oci/web`, '--chart-version', '1.2.0', '--name', 'registry');
    const { charts } = lockOf(p);
    expect(
      Object.entries(charts).map(([name, locked]) => [name, Object(locked).version, Object(locked).source]),
    ).toEqual([
      ['address', '1.0.0', `http://${host}/charts/web-1.0.0.tgz`],
      ['old', '1.0.0', `http://${host}/charts/web:1.0.0`],
      ['registry', '1.2.0', `oci://${host}/oci/web:1.2.0`],
      ['web', '1.2.0', `http://${host}/charts/web:1.2.0`],
    ]);
    expect(charts.web).toMatchObject({ digest: digestOf(later), file: 'charts/web-1.2.0.tgz' });
    expect(charts.registry.digest).toBe(charts.web.digest);
    const asked = requests.length;
    expect((await p.truekeel(['synth', '--no-typecheck'], { env: env() })).exit).toBe(0);
    expect(requests).toHaveLength(asked);
  });

  it.each<readonly [string, readonly string[], string, string, number]>([
    ['no folder', ['nowhere'], 'NO_CHART', 'there is no nowhere', 3],
    ['no chart', ['src'], 'NO_CHART', 'src has no Chart.yaml', 3],
    ['no archive', ['main.ts'], 'CHART_FAILED', 'cannot be read', 4],
    ['nothing', [], 'INVALID_FLAG', 'which chart?', 3],
    [
      'no repository',
      ['web', '--chart-repo', 'http://127.0.0.1:9/charts'],
      'CHART_UNAVAILABLE',
      'Helm cannot pull http://127.0.0.1:9/charts/web',
      3,
    ],
    [
      'other charts missing',
      ['needy'],
      'CHART_DEPENDENCIES',
      'needy needs charts that are not in its folder charts: common',
      4,
    ],
    ['a schema elsewhere', ['fetching'], 'CHART_FETCHES', 'refers to https://example.com/x.json', 4],
  ])('says what is wrong: %s', async (_what, args, code, message, exit) => {
    const p = project({
      'main.ts': '',
      'src/a.ts': '',
      ...below('needy', {
        ...WEB,
        'Chart.yaml': `${WEB['Chart.yaml']}dependencies: [{ name: common, version: 1.0.0, repository: "https://example.com" }]\n`,
      }),
      ...below('fetching', { ...WEB, 'values.schema.json': '{"$ref":"https://example.com/x.json"}' }),
    });
    const outcome = await p.truekeel(['import', 'helm', ...args, '-o', 'json'], {
      env: { ...env(), HOME: p.directory },
    });
    expect(outcome.exit).toBe(exit);
    const [error] = JSON.parse(outcome.stdout).errors;
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(message);
    expect(existsSync(join(p.directory, 'charts.lock.json'))).toBe(false);
  });

  it('gives the values of a chart a type, by which mistakes are found', async () => {
    const main = (values: string) =>
      `import type { WebValues } from './charts/web.values.ts';\n${programWith(`{ chart: 'web', values: ${values} satisfies WebValues }`, `chart.leaveOut('Secret', 's');`)}`;
    const p = project({
      ...below('web', WEB),
      'tsconfig.json': JSON.stringify({
        extends: join(packageRoot(), 'examples', 'tsconfig.json'),
        compilerOptions: { allowImportingTsExtensions: true, noEmit: true },
        include: ['*.ts'],
      }),
    });
    expect((await p.truekeel(['import', 'helm', 'web'], { env: env() })).exit).toBe(0);
    const synth = async (values: string) => {
      p.write({ 'main.ts': main(values) });
      return p.truekeel(['synth'], { env: env() });
    };
    expect(await synth(`{ value: 'mine', global: { a: 1 } }`)).toMatchObject({ exit: 0 });
    expect(await synth('{ value: null }')).toMatchObject({ exit: 0 });
    expect(await synth('{ value: 3 }')).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('TYPE_ERROR'),
    });
    expect(await synth(`{ valeu: 'mine' }`)).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('valeu'),
    });
    p.write({ 'charts/web.values.ts': '// mine\n' });
    const refused = await p.truekeel(['import', 'helm', 'web'], { env: env() });
    expect([refused.exit, refused.stderr]).toEqual([3, expect.stringContaining('FILE_EXISTS')]);
  });

  it('keeps to the Helm that is pinned, and says why a chart makes nothing by itself', async () => {
    const p = project(
      below('web', {
        ...WEB,
        'templates/map.yaml': map('a', '{{ required "value is needed" .Values.none }}'),
      }),
    );
    const outcome = await p.truekeel(['import', 'helm', 'web', '-o', 'json'], { env: env() });
    expect(withResult('import', outcome).result).toMatchObject({
      problem: expect.stringContaining('value is needed'),
    });
    vendor(p.directory, {}, '4.0.0');
    const refused = await p.truekeel(['import', 'helm', 'web', '-o', 'json'], { env: env() });
    expect(JSON.parse(refused.stdout).errors).toMatchObject([{ code: 'HELM_VERSION' }]);
    expect(lockOf(p).charts).toEqual({});
  });

  it('makes a program of a chart that import yaml is given', async () => {
    const p = project(below('deploy/web', WEB));
    const outcome = await p.truekeel(['import', 'yaml', 'deploy/web', '-o', 'json'], { env: env() });
    expect(outcome.exit, outcome.stderr).toBe(0);
    expect(withResult('import', outcome).result).toMatchObject({ what: 'yaml', objects: 2, same: true });
    const program = readFileSync(join(p.directory, 'main.ts'), 'utf8');
    expect(program).toContain(`    new HelmChart(this, 'web', {
      chart: 'web',
      namespace: 'web',
    }).leaveOut('Secret', 's');
`);
    await p.truekeel(['synth', '--no-typecheck'], { env: env() });
    const wanted = template(helm, join(p.directory, 'deploy/web'), 'web').filter(
      ({ kind }) => kind === 'ConfigMap',
    );
    expect(wanted).toHaveLength(1);
    expect(readFileSync(join(p.directory, 'dist/production/web.yaml'), 'utf8')).toContain('value: default');
    mkdirSync(join(p.directory, 'other'));
    writeFileSync(join(p.directory, 'other/Chart.yaml'), 'name: x');
    const failed = await p.truekeel(['import', 'yaml', 'other', '--out', 'other.ts'], { env: env() });
    expect(failed.exit).not.toBe(0);
    expect(existsSync(join(p.directory, 'other.ts'))).toBe(false);
  });
});
