import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Project } from '../e2e/project.ts';
import { scratch } from '../git/scratch.ts';
import { expectSame, keptNames, settle } from '../kept-runs.ts';
import { chartFiles, describeWithHelm, pack, vendor } from './charts.ts';

const map = (data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { value: ${data}, minor: "{{ .Capabilities.KubeVersion.Minor }}" }\n`;

await describeWithHelm('an application with a module of its own, and a chart', (helm) => {
  it('is made each time, and others are kept', async () => {
    vi.stubEnv('XDG_CACHE_HOME', scratch());
    vi.stubEnv('TRUEKEEL_HELM', helm);
    onTestFinished(() => void vi.unstubAllEnvs());
    const project = new Project({
      'main.ts': `
import { App, ApplicationFile, Environment } from 'truekeel';
const app = new App();
const production = new Environment(app, 'production', { kubernetesVersion: '1.30', namespace: 'shop' });
for (const id of ['chart', 'plain']) new ApplicationFile(production, id, { file: \`./\${id}.ts\` });
app.synth();
`,
      'chart.ts': `
import { type Application, HelmChart } from 'truekeel';
export default (application: Application) => void new HelmChart(application, 'rel', { chart: 'web' });
`,
      'plain.ts': `
import { type Application, Config } from 'truekeel';
export default (application: Application) => void new Config(application, 'plain', { data: { a: 'b' } });
`,
    });
    onTestFinished(() => project.remove());
    for (const value of ['one', 'two']) {
      vendor(project.directory, { web: pack(helm, chartFiles('web', { 'a.yaml': map(value) })) });
      await settle(project);
      expect((await expectSame(project)).exit).toBe(0);
      const text = readFileSync(join(project.directory, 'kept/production/chart.yaml'), 'utf8');
      expect(text).toContain(`value: ${value}`);
      expect(text).toContain('minor: "30"');
      expect(keptNames()).toEqual(['production/plain']);
    }
  });
});
