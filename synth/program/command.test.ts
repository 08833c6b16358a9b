import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import type { RunOptions } from './index.ts';
import { paths, project, run } from './testing/project.ts';

// The process that a jsii runtime starts is a Node process, too, with the same environment.
const NODE = JSON.stringify(process.execPath);
const PROGRAM = `${NODE} --conditions=source --no-warnings main.ts --`;
const HEAD = `import { App, Application, Environment, Policy, PolicyException } from 'truekeel';
import { ApiObject } from 'cdk8s';
`;
const BODY = `const staging = new Environment(app, 'staging');
const web = new Application(staging, 'web', { namespace: 'web' });
const settings = new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } });
`;
const GOOD = `${HEAD}const app = new App();\n${BODY}app.synth();\n`;

const command = (
  root: string,
  program = PROGRAM,
  options: Partial<RunOptions> = {},
): Promise<readonly RenderedEnvironment[]> =>
  run(root, { program, commands: { env: process.env }, ...options });

async function failure(ran: Promise<unknown>): Promise<TruekeelError> {
  const error: unknown = await ran.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof TruekeelError) return error;
  throw error;
}

const script = (text: string): string => project({ 'main.cjs': text });
const failing = (text: string, options: Partial<RunOptions> = {}): Promise<TruekeelError> =>
  failure(command(script(text), `${NODE} main.cjs --`, options));

describe('a command', () => {
  it('renders as the same program does in the sandbox, but for places in files', async () => {
    const root = project({ 'main.ts': GOOD });
    const [there, here] = await Promise.all([command(root), run(root)]);
    expect(paths(there)).toEqual(['staging/web/web/ConfigMap/settings.yaml']);
    expect(there[0]?.applications[0]?.objects[0]).toMatchObject({ constructPath: 'staging/web/settings' });
    const withoutSources = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (key, field) => (key === 'source' ? undefined : field)));
    expect(withoutSources(there)).toEqual(withoutSources(here));
  });

  it('can synthesise several Apps', async () => {
    const root = project({
      'main.ts': `${GOOD}const other = new App();
const objects = new Application(new Environment(other, 'production'), 'web', { namespace: 'web' });
new ApiObject(objects, 'settings', { apiVersion: 'v1', kind: 'ConfigMap' });
other.synth();
`,
    });
    expect((await command(root)).map(({ name }) => name)).toEqual(['staging', 'production']);
  });

  it('is judged by policies, its own among them', async () => {
    const root = project({
      'main.ts': `${HEAD}
class NoMaps extends Policy {
  checkObject({ kind }: any) { return kind === 'ConfigMap' ? [{ message: 'is a map' }] : []; }
}
const app = new App({ policies: [new NoMaps('no-maps')] });
${BODY}if (process.argv.includes('excepted'))
  PolicyException.add(settings, { policy: 'no-maps', reason: 'a test', expires: '2999-01-01' });
app.synth();
`,
    });
    expect(await failure(command(root))).toMatchObject({
      errors: [{ code: 'POLICY_VIOLATED', constructPath: 'staging/web/settings' }],
    });
    expect(await command(root, `${PROGRAM} excepted`)).toHaveLength(1);
  });

  it('does not run unless that is allowed', async () => {
    const root = project({ 'main.cjs': `require('node:fs').writeFileSync('ran', '')` });
    expect(await failure(run(root, { program: `${NODE} main.cjs --` }))).toMatchObject({
      code: 'COMMANDS_NOT_ALLOWED',
      family: 'usage',
      hint: expect.stringContaining('--allow-commands'),
    });
    expect(existsSync(join(root, 'ran'))).toBe(false);
  });

  it('sees little of the environment', async () => {
    vi.stubEnv('SOME_SECRET', 'x');
    vi.stubEnv('TRUEKEEL_HELM', '/opt/helm');
    const root = script(
      `require('node:fs').writeFileSync('env.json', JSON.stringify(process.env)); process.exit(1)`,
    );
    await failure(command(root, `${NODE} main.cjs --`));
    vi.unstubAllEnvs();
    const env: Record<string, string> = JSON.parse(readFileSync(join(root, 'env.json'), 'utf8'));
    expect(env).toMatchObject({ PATH: process.env.PATH, LANG: 'C', LC_ALL: 'C', TZ: 'UTC' });
    expect(env).toMatchObject({ TRUEKEEL_HELM: '/opt/helm' });
    expect(env).not.toHaveProperty('SOME_SECRET');
  });

  it('leaves no hand-over behind', async () => {
    const root = script(
      `require('node:fs').writeFileSync('file', process.env.TRUEKEEL_HANDOVER); process.exit(1)`,
    );
    await failure(command(root, `${NODE} main.cjs --`));
    const file = readFileSync(join(root, 'file'), 'utf8');
    expect(file.startsWith(tmpdir())).toBe(true);
    expect(existsSync(join(file, '..'))).toBe(false);
  });
});

describe('a command that fails', () => {
  it('is told with what it wrote', async () => {
    const error = await failing(`console.error('Traceback'); process.exit(7)`);
    expect(error).toMatchObject({ code: 'PROGRAM_FAILED', family: 'usage', source: undefined });
    expect(error.message).toContain('exit code 7');
    expect(error.message).toContain('Traceback');
  });

  it('is told when it does not exist, or cannot be started', async () => {
    const root = project({ 'not-executable': '' });
    for (const program of ['there-is-no-such-command main.py', './not-executable']) {
      expect(await failure(command(root, program))).toMatchObject({ code: 'PROGRAM_NOT_FOUND' });
    }
  });

  it('is told when it synthesises nothing', async () => {
    expect(await failing('')).toMatchObject({ code: 'NO_APP' });
  });

  it.each([
    ['text', `fs.writeFileSync(file, 'no JSON')`],
    ['half of it', `fs.writeFileSync(file, '{"apps":[')`],
    ['nothing', `fs.rmSync(file)`],
    [
      'another shape',
      `fs.writeFileSync(file, '{"apps":[{"environments":[{"applications":7}],"problems":[]}]}')`,
    ],
    ['a link', `fs.rmSync(file); fs.symlinkSync(__filename, file)`],
    ['a directory', `fs.rmSync(file); fs.mkdirSync(file)`],
    ['a pipe', `fs.rmSync(file); require('node:child_process').execFileSync('mkfifo', [file])`],
    ['more than fits', `fs.truncateSync(file, 2 ** 32)`],
  ])('is told when it hands over %s', async (_what, text) => {
    expect(
      await failing(`const fs = require('node:fs'); const file = process.env.TRUEKEEL_HANDOVER; ${text};`),
    ).toMatchObject({ code: 'PROGRAM_FAILED', family: 'usage' });
  });

  it('is ended when it writes without end', async () => {
    expect(
      await failing(`const text = 'x'.repeat(1 << 20); for (;;) require('node:fs').writeSync(1, text);`),
    ).toMatchObject({ code: 'PROGRAM_FAILED', message: expect.stringContaining('more than fits') });
  });
});

/** Starts a process that goes on for ever, with its number in the file `pid`, and then does as told. */
const WITH_CHILD = `const { spawn } = require('node:child_process');
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
require('node:fs').writeFileSync('pid', String(child.pid));
`;

describe('what a command starts', () => {
  it('is ended with it when it takes too long', async () => {
    const root = script(WITH_CHILD);
    expect(await failure(command(root, `${NODE} main.cjs --`, { timeoutMs: 1500 }))).toMatchObject({
      code: 'PROGRAM_TIMEOUT',
    });
    await expectEnded(root);
  });

  it('is ended when it ends itself', async () => {
    const root = script(`${WITH_CHILD}process.exit(0);`);
    expect(await failure(command(root, `${NODE} main.cjs --`))).toMatchObject({ code: 'NO_APP' });
    await expectEnded(root);
  });

  it('is ended with it when somebody stops it', async () => {
    const root = script(WITH_CHILD);
    const controller = new AbortController();
    const ran = command(root, `${NODE} main.cjs --`, {
      commands: { env: process.env, signal: controller.signal },
    });
    await vi.waitUntil(() => readdirSync(root).includes('pid'), { timeout: 20_000 });
    controller.abort();
    await expect(ran).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await expectEnded(root);
  });
});

async function expectEnded(root: string): Promise<void> {
  const pid = Number(readFileSync(join(root, 'pid'), 'utf8'));
  expect(pid).toBeGreaterThan(1);
  await vi.waitUntil(() => !isRunning(pid), { timeout: 10_000 });
}

/** One that has ended and that nobody has asked about is not running (proc(5)). */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  try {
    return !existsSync(stat) || !/\) Z/.test(readFileSync(stat, 'latin1'));
  } catch {
    return false;
  }
}
