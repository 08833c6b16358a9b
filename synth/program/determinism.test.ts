import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { project } from './testing/project.ts';

const PRINT = fileURLToPath(new URL('./testing/print-rendered.ts', import.meta.url));

/** Asks for everything that differs from machine to machine. */
const MAIN = `import { App, Application, Environment } from 'truekeel';
import { ConfigMap, Deployment } from 'cdk8s-plus-27';
const app = new App();
const staging = new Environment(app, 'staging');
const web = new Application(staging, 'web', { namespace: 'web' });
new ConfigMap(web, 'machine', {
  data: {
    time: String(Date.now()),
    date: new Date().toString(),
    locale: new Date(0).toLocaleString(),
    number: (1234.5).toLocaleString(),
    sorted: ['ä', 'z', 'a', 'I', 'i'].sort((a, b) => a.localeCompare(b)).join(),
    upper: 'i'.toLocaleUpperCase(),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    random: String(Math.random()),
    environment: JSON.stringify(process.env),
  },
});
new Deployment(web, 'web', { containers: [{ image: 'example/web:1' }] });
app.synth();
`;

function render(root: string, cwd: string, environment: Readonly<Record<string, string>>): string {
  return execFileSync(process.execPath, ['--conditions=source', PRINT, root, join(root, 'main.ts')], {
    cwd,
    env: environment,
    encoding: 'utf8',
  });
}

describe('rendering a program', () => {
  it('gives the same whatever the machine’s locale, time zone, home, directory and environment', () => {
    const here = project({ 'main.ts': MAIN }, 'here-');
    const there = project({ 'main.ts': MAIN, 'unrelated.txt': '' }, 'somewhere-else-with-a-longer-name-');
    const one = render(here, here, { LANG: 'en_US.UTF-8', TZ: 'America/New_York', HOME: '/root' });
    const other = render(there, '/', {
      LANG: 'tr_TR.UTF-8',
      LC_ALL: 'tr_TR.UTF-8',
      TZ: 'Asia/Tokyo',
      HOME: '/nonexistent',
      NODE_ENV: 'production',
      CI: 'true',
    });
    expect(JSON.parse(one)[0].applications[0].objects).toHaveLength(2);
    expect(other).toBe(one);
  });
});
