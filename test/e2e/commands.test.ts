import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { project } from './clusters.ts';
import type { Project } from './project.ts';

const COMMAND = `${JSON.stringify(process.execPath)} --conditions=source --no-warnings main.ts --`;
const OTHER = `${COMMAND} other`;
const PROGRAM = `import { writeFileSync } from 'node:fs';
import { ApiObject } from 'cdk8s';
import { App, Application, Environment } from 'truekeel';
const app = new App();
const web = new Application(new Environment(app, 'staging'), 'web', { namespace: 'web' });
new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } });
app.synth();
writeFileSync('ran', '');
`;
const ALLOWED = { ...process.env, TRUEKEEL_ALLOW_COMMANDS: 'true' };

/** A project whose configuration names the command. */
function configured(): Project {
  const p = project();
  p.commit('A program', {
    '.gitignore': 'node_modules\nran\n',
    'main.ts': PROGRAM,
    'truekeel.config.ts': `export default { app: ${JSON.stringify(COMMAND)}, environment: 'staging' };\n`,
  });
  return p;
}

const ran = ({ directory }: Project): boolean => existsSync(join(directory, 'ran'));

describe('a program that is a command', () => {
  it('is rendered and verified when that is allowed, and named by the rendered commit', async () => {
    const p = configured();
    const rendered = await p.truekeel(['render', '--allow-commands']);
    expect(rendered.exit, rendered.stderr).toBe(0);
    expect(p.git('show', 'rendered/staging:truekeel.json')).toContain('main.ts --');
    expect(p.git('show', 'rendered/staging:web/web/ConfigMap/settings.yaml')).toContain('a: b');
    const verified = await p.truekeel(['verify'], { env: ALLOWED });
    expect(verified.exit, verified.stderr).toBe(0);
  });

  it('is synthesised where it is named', async () => {
    const p = configured();
    const outcome = await p.truekeel(['synth', '--app', COMMAND, '--allow-commands', '--twice']);
    expect(outcome.exit, outcome.stderr).toBe(0);
    expect(outcome.stdout).toContain('1 object of staging');
  });

  it.each(['synth', 'render', 'sync'])('does not run by %s because the repository says so', async (verb) => {
    const p = configured();
    for (const env of [process.env, { ...process.env, TRUEKEEL_ALLOW_COMMANDS: 'false' }]) {
      const outcome = await p.truekeel([verb], { env });
      expect(outcome.exit).toBe(3);
      expect(outcome.stderr).toContain('COMMANDS_NOT_ALLOWED');
    }
    expect(ran(p)).toBe(false);
  });

  it('does not run by verify because a rendered commit names it', async () => {
    const p = configured();
    expect((await p.truekeel(['render', '--allow-commands', '--app', OTHER])).exit).toBe(0);
    const refused = await p.truekeel(['verify', '--allow-commands']);
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('COMMANDS_NOT_ALLOWED');
    const verified = await p.truekeel(['verify', '--allow-commands', '--app', OTHER]);
    expect(verified.exit, verified.stderr).toBe(0);
  });

  it('never runs in the agent', async () => {
    const p = configured();
    const flags = ['--repo', p.directory, '--environment', 'staging', '--app', COMMAND];
    const outcome = await p.truekeel(['agent', ...flags], { env: ALLOWED });
    expect(outcome.exit).toBe(3);
    expect(outcome.stderr).toContain('the agent runs no commands');
    expect(ran(p)).toBe(false);
  });
});
