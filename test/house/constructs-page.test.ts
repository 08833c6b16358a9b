import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { project, run } from '../../synth/program/testing/project.ts';
import { packageRoot } from '../../synth/version.ts';

/** What docs/constructs.md shows that is a whole program, or a function that declares something in an application. */
const page = readFileSync(join(packageRoot(), 'docs', 'constructs.md'), 'utf8');
const samples = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);
const lock = /^```json\n(.*?)^```$/ms.exec(page)?.[1] ?? '';

const CALL = `
import { App, Application as Web, Environment } from 'truekeel';
const app = new App();
const web = new Web(new Environment(app, 'production', { namespace: 'shop' }), 'web');
`;

test.each(samples.map((text) => [/new (\w+)\((?:web|application|app), '[\w-]+'/.exec(text)?.[1], text]))(
  'docs/constructs.md shows programs that render (%s)',
  async (_what, text = '') => {
    const declared = /export function (\w+)\(application/.exec(text)?.[1];
    const whole = declared === undefined ? text : `${text}${CALL}${declared}(web);\napp.synth();\n`;
    expect(whole).toContain('app.synth()');
    const environments = await run(project({ 'main.ts': whole, 'images.lock.json': lock }));
    const applications = environments.flatMap((environment) => environment.applications);
    expect(applications.length).toBeGreaterThan(0);
  },
);
