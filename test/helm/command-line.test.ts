import { expect, it } from 'vitest';
import { project } from '../e2e/clusters.ts';
import { scratch } from '../git/scratch.ts';
import { chartFiles, describeWithHelm, pack, programWith, vendor } from './charts.ts';

const map = (data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { ${data} }\n`;

await describeWithHelm('the command line, with charts', (helm) => {
  it.each([
    ['the same each time', 'value: "{{ .Values.value }}"', 0],
    ['random', 'value: "{{ randAlphaNum 10 }}"', 4],
    ['of the time', 'value: "{{ now | unixEpoch }}"', 4],
  ])('renders, and verifies what is %s', async (_what, data, exit) => {
    const p = project({ 'main.ts': programWith(`{ chart: 'web', values: { value: 'x' } }`) });
    vendor(p.directory, { web: pack(helm, chartFiles('web', { 'a.yaml': map(data) })) });
    p.commit('A chart');
    const env = { ...process.env, TRUEKEEL_HELM: helm, XDG_CACHE_HOME: scratch() };
    const run = (...args: string[]) => p.truekeel(args, { env });
    const rendered = await run('render', '--no-typecheck');
    expect(rendered.exit, rendered.stderr).toBe(0);
    expect(p.git('ls-tree', '-r', '--name-only', 'rendered/production')).toMatch(/settings\.yaml$/m);
    const verified = await run('verify', '--environment', 'production');
    expect(verified.exit, verified.stderr).toBe(exit);
    const twice = await run('synth', '--twice', '--no-typecheck');
    expect(twice.exit, twice.stderr).toBe(exit);
    if (exit === 0) return;
    for (const { stderr } of [verified, twice]) {
      expect(stderr).toContain('NOT_DETERMINISTIC');
      expect(stderr).toMatch(/ConfigMap shop\/settings is another one each time .*: data\.value differs/);
      expect(stderr).toContain('main.ts:5');
    }
  });

  it('tells what is wrong with every chart at once, with the lines of the program', async () => {
    const p = project({
      'main.ts': programWith(
        `{ chart: 'web' }`,
        `new HelmChart(web, 'other', { chart: 'other' });\nnew HelmChart(web, 'fine', { chart: 'fine' });`,
      ),
    });
    vendor(p.directory, {
      web: pack(helm, chartFiles('web', { 'a.yaml': '{{ fail "not like this" }}' })),
      fine: pack(helm, chartFiles('fine', { 'a.yaml': map('') })),
    });
    const { exit, stdout } = await p.truekeel(['synth', '--no-typecheck', '-o', 'json'], {
      env: { ...process.env, TRUEKEEL_HELM: helm },
    });
    expect(exit).toBe(4);
    expect(JSON.parse(stdout).errors).toMatchObject([
      { code: 'CHART_FAILED', source: { file: 'main.ts', line: 5 }, constructPath: 'production/web/rel' },
      {
        code: 'CHART_NOT_LOCKED',
        source: { file: 'main.ts', line: 6 },
        constructPath: 'production/web/other',
      },
    ]);
  });
});
