import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newIdentity, recipientOf, sealSecret } from '../../lib/sealed/index.ts';
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

/** What the page names `secrets/db.sops.yaml`. */
async function sealedFile(): Promise<string> {
  const values = new Map([['password', Buffer.from('hunter2')]]);
  const recipients = [await recipientOf(await newIdentity())];
  return sealSecret({ name: 'db', values }, { recipients, now: new Date() });
}

test.each(samples.map((text) => [/new (\w+)\((?:web|application|app), '[\w-]+'/.exec(text)?.[1], text]))(
  'docs/constructs.md shows programs that render (%s)',
  async (_what, text = '') => {
    const declared = /export function (\w+)\(application/.exec(text)?.[1];
    const whole = declared === undefined ? text : `${text}${CALL}${declared}(web);\napp.synth();\n`;
    expect(whole).toContain('app.synth()');
    const files = { 'images.lock.json': lock, 'secrets/db.sops.yaml': await sealedFile() };
    const environments = await run(project({ 'main.ts': whole, ...files }));
    const applications = environments.flatMap((environment) => environment.applications);
    expect(applications.length).toBeGreaterThan(0);
  },
);
