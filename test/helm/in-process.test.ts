import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { App, Application, Environment, HelmChart } from '../../lib/constructs/index.ts';
import { renderTree } from '../../lib/render/index.ts';
import { project } from '../../synth/program/testing/project.ts';
import { chartFiles, describeWithHelm, folder, pack, programWith, vendor } from './charts.ts';

const FILES = chartFiles('web', {
  'map.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }} }\ndata: {{ .Values.data | toJson }}\n',
});

await describeWithHelm('a Helm chart outside of the sandbox', (helm) => {
  it('is rendered in a test', () => {
    const before = process.env.TRUEKEEL_HELM;
    process.env.TRUEKEEL_HELM = helm;
    onTestFinished(() => {
      if (before === undefined) delete process.env.TRUEKEEL_HELM;
      else process.env.TRUEKEEL_HELM = before;
    });
    const root = folder({});
    vendor(root, { web: pack(helm, FILES) });
    const app = new App({ chartLock: join(root, 'charts.lock.json') });
    const web = new Application(new Environment(app, 'production'), 'web', { namespace: 'shop' });
    const chart = new HelmChart(web, 'a', { chart: 'web', values: { data: { a: 'é' } } });
    expect(chart.object('ConfigMap', 'a').toJson()).toMatchObject({ data: { a: 'é' } });
    expect(() => chart.object('Secret', 'a')).toThrow(
      expect.objectContaining({ code: 'HELM_NO_OBJECT', hint: 'It has ConfigMap a.' }),
    );
    const other = new HelmChart(web, 'b', { chart: 'other' });
    expect(other.objects).toEqual([]);
    expect(() => other.object('ConfigMap', 'b')).toThrow(
      expect.objectContaining({ code: 'CHART_NOT_LOCKED' }),
    );
    expect(() => renderTree(app)).toThrow('there is no chart "other" in charts.lock.json: it has web');
  });

  it('is rendered by a program that is run by itself', () => {
    const root = project({ 'main.ts': programWith(`{ chart: 'web', values: { data: {} } }`) });
    vendor(root, { web: pack(helm, FILES) });
    const env = { ...process.env, TRUEKEEL_HELM: helm };
    execFileSync(process.execPath, ['--conditions=source', '--no-warnings', 'main.ts'], { cwd: root, env });
    expect(readFileSync(join(root, 'dist/production/web.yaml'), 'utf8')).toBe(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: rel\n  namespace: shop\ndata: {}\n',
    );
  });
});

it('a chart needs a namespace, as its objects do', () => {
  const app = new App();
  const web = new Application(new Environment(app, 'production'), 'web');
  new HelmChart(web, 'rel', { chart: 'web' });
  expect(() => renderTree(app)).toThrow('release rel of production/web/rel has no namespace');
});
