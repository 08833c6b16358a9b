import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../synth/cli/program.ts';
import { VERBS } from '../../synth/cli/verbs/index.ts';
import { packageRoot } from '../../synth/version.ts';
import { recorder } from './terminal.ts';

const verbs = new Map(VERBS.map((verb) => [verb.name, verb]));
const read = (file: string) => readFileSync(join(packageRoot(), file), 'utf8');

/** Command lines of `truekeel` in the code blocks and code spans of a text, comments left out. */
function commandsIn(text: string): readonly (readonly string[])[] {
  const start = /(?:^|`|&& |\| |\$ )(?:npx )?(?:truekeel|node synth\/cli\/main\.ts) ([a-z][^`#|&\n]*)/gm;
  return [...text.matchAll(start)].map(([, rest = '']) => rest.trim().split(/\s+/));
}

/** Fails for a command line with a verb or a flag that does not exist. */
function expectKnown([name = '', ...args]: readonly string[], where: string): void {
  const verb = verbs.get(name);
  expect(verb, `${where}: truekeel ${name}`).toBeDefined();
  const known = new Set(verb?.options.flatMap(({ long, short }) => [long, short]));
  for (const arg of args.filter((arg) => /^-{1,2}[a-z]/.test(arg))) {
    const flag = arg.split('=')[0];
    expect(known.has(flag) || flag === '--help', `${where}: truekeel ${name} ${flag}`).toBe(true);
  }
}

describe('help', () => {
  it.each([...verbs.keys()])('of %s shows its flags and an example that works', async (name) => {
    const terminal = recorder();
    expect(await run([name, '--help'], { terminal })).toBe(0);
    const verb = verbs.get(name);
    expect(terminal.stdout).toContain(verb?.summary.split(' ')[0]);
    expect(terminal.stdout).toContain(`Example:\n  ${verb?.example}`);
    const examples = commandsIn(verb?.example ?? '');
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expectKnown(example, `${name} --help`);
    for (const { long, hidden, description } of verb?.options ?? []) {
      if (hidden) continue;
      expect(terminal.stdout).toContain(long);
      expect(description).not.toBe('');
    }
  });

  it('lists every verb', async () => {
    const terminal = recorder();
    expect(await run(['--help'], { terminal })).toBe(0);
    for (const name of verbs.keys()) expect(terminal.stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    expect(await run(['--version'], { terminal })).toBe(0);
  });
});

describe('the documents', () => {
  it('tell of every verb', () => {
    const page = read('docs/cli.md');
    for (const name of verbs.keys()) expect(page).toMatch(new RegExp(`^\\| \`${name}\\b`, 'm'));
  });

  it.each([
    'README.md',
    'docs/cli.md',
    'docs/agent.md',
    'docs/import.md',
    'docs/rendered-branch.md',
    'docs/engine.md',
  ])('name only verbs and flags that exist: %s', (file) => {
    for (const command of commandsIn(read(file))) expectKnown(command, file);
  });

  it('tell of every exit code', () => {
    const page = read('docs/cli.md');
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 130])
      expect(page).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
  });
});
