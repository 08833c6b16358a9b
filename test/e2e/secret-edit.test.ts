import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../synth/version.ts';
import { scratch } from '../git/scratch.ts';
import { project } from './clusters.ts';
import type { Outcome, Project } from './project.ts';

const FILE = 'secrets/db.sops.yaml';

let here: Project;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  here = project();
  const home = scratch();
  env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, SOPS_AGE_KEY: '', SOPS_AGE_KEY_FILE: 'key.txt' };
  for (const name of ['SOPS_EDITOR', 'VISUAL', 'EDITOR']) delete env[name];
  env.SOPS_AGE_KEY_FILE = join(here.directory, 'key.txt');
  const recipient = (await secret('keygen', 'key.txt')).stdout.trim();
  await secret('seal', FILE, '--from-literal', 'user=shop', 'password=hunter2', '--recipient', recipient);
});

const secret = (...args: readonly string[]): Promise<Outcome> => here.truekeel(['secret', ...args], { env });
const read = (file: string) => readFileSync(join(here.directory, file), 'utf8');

/** An editor: a script whose argument is the file. It has `file`, `text` and the module `fs`. */
function editor(script: string): string {
  here.write({
    'editor.mjs': `import * as fs from 'node:fs';\nconst file = process.argv.at(-1);\nconst text = fs.readFileSync(file, 'utf8');\nfs.writeFileSync(${JSON.stringify(join(here.directory, 'seen.json'))}, JSON.stringify({ file, text }));\n${script}\n`,
  });
  return `"${process.execPath}" '${join(here.directory, 'editor.mjs')}' --wait`;
}

const seen = () => JSON.parse(read('seen.json')) as { file: string; text: string };

describe('truekeel secret edit', () => {
  it('seals what the editor leaves behind, and nothing of it stays', async () => {
    env.EDITOR = editor(
      "fs.writeFileSync(file, text.replace('shop', 'web')); fs.writeFileSync(file + '~', text); process.exitCode = (fs.statSync(file).mode & 0o077) || (fs.statSync(file.replace(/[^/]*$/, '')).mode & 0o077);",
    );
    const edited = await secret('edit', FILE);
    expect(edited.exit, edited.stderr).toBe(0);
    expect(edited.stdout).toMatch(/^secrets\/db\.sops\.yaml: sealed for age1/);
    expect(seen().file).toMatch(/db\.sops\.yaml$/);
    expect(seen().text).toContain('  password: hunter2\n');
    expect(existsSync(dirname(seen().file))).toBe(false);
    const unsealed = await secret('unseal', FILE, '-o', 'json');
    expect(JSON.parse(unsealed.stdout)).toEqual({ stringData: { password: 'hunter2', user: 'web' } });
  });

  it('writes nothing where nothing was changed', async () => {
    const before = [read(FILE), statSync(join(here.directory, FILE)).ino];
    env.EDITOR = editor('');
    expect(await secret('edit', FILE)).toMatchObject({ exit: 0, stdout: `${FILE}: as it was` });
    expect([read(FILE), statSync(join(here.directory, FILE)).ino]).toEqual(before);
  });

  it.each([
    ['the editor fails', 'process.exit(3);', 'EDITOR_FAILED', 'it ended with 3'],
    [
      'its text is no YAML',
      "fs.writeFileSync(file, 'a: [');",
      'SEALED_UNREADABLE',
      'the edited text is no YAML',
    ],
    ['it removes the file', 'fs.rmSync(file);', 'FILE_UNREADABLE', 'the edited text is gone'],
  ])('leaves the file as it was where %s', async (_name, script, code, message) => {
    const before = read(FILE);
    env.VISUAL = editor(script);
    const refused = await secret('edit', FILE);
    expect(refused.exit).toBe(code === 'SEALED_UNREADABLE' ? 4 : 3);
    expect(refused.stderr).toContain(code);
    expect(refused.stderr).toContain(message);
    expect(read(FILE)).toBe(before);
    expect(existsSync(dirname(seen().file))).toBe(false);
  });

  it('lets somebody who can be asked edit it again', async () => {
    env.SOPS_EDITOR = editor(
      "fs.writeFileSync(file, text.includes('a: [') ? text.replace('a: [', '  a: b') : text + 'a: [');",
    );
    const edited = await here.truekeel(['secret', 'edit', FILE], { env, answers: ['y'] });
    expect(edited.exit, edited.stderr).toBe(0);
    expect(edited.stderr).toContain('the edited text is no YAML');
    expect(JSON.parse((await secret('unseal', FILE, '-o', 'json')).stdout).stringData).toMatchObject({
      a: 'b',
    });
  });

  it('does not write over what somebody else wrote meanwhile', async () => {
    const path = JSON.stringify(join(here.directory, FILE));
    env.EDITOR = editor(
      `fs.writeFileSync(file, text.replace('shop', 'web')); fs.appendFileSync(${path}, '# theirs\\n');`,
    );
    const refused = await secret('edit', FILE);
    expect(refused.stderr).toContain('was changed while it was edited');
    expect(read(FILE)).toMatch(/# theirs\n$/);
  });

  it('says that there is no editor', async () => {
    env.EDITOR = '/nowhere/vi';
    const refused = await secret('edit', FILE);
    expect(refused).toMatchObject({ exit: 3 });
    expect(refused.stderr).toContain('the editor /nowhere/vi failed: spawn /nowhere/vi ENOENT');
    env.EDITOR = '"vi';
    expect((await secret('edit', FILE)).stderr).toContain(
      'EDITOR takes a command, and "\\"vi" lacks the second "',
    );
  });

  it.each([
    ['SIGTERM', 130],
    ['SIGINT', 130],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const)('removes the values when %s ends it', async (signal, exit) => {
    const before = read(FILE);
    // It stays for as long as the values do.
    env.EDITOR = editor(
      `fs.writeFileSync(file, 'a: b'); process.kill(process.ppid, '${signal}'); process.on('SIGTERM', () => {}); const timer = setInterval(() => fs.existsSync(file) || clearInterval(timer), 20);`,
    );
    const main = join(packageRoot(), 'synth/cli/main.ts');
    const child = spawn(process.execPath, ['--conditions=source', main, 'secret', 'edit', FILE], {
      cwd: here.directory,
      env,
      stdio: 'ignore',
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(exit);
    expect(existsSync(dirname(seen().file))).toBe(false);
    expect(read(FILE)).toBe(before);
  });
});
