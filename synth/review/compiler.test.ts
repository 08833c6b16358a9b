import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitAll, opened, workTree } from '../../test/git/scratch.ts';
import { hasCompilerOf } from './compiler.ts';

type Files = Readonly<Record<string, string>>;

const lockfile = (packages: Readonly<Record<string, object>>): Files => ({
  'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages }),
});
const typescript = { 'node_modules/typescript': { version: '7.0.2', integrity: 'sha512-one' } };
const native = { 'node_modules/@typescript/typescript-linux-x64': { integrity: 'sha512-two' } };
const locked = lockfile({ '': {}, ...typescript, ...native });

async function isSame(before: Files, after: Files): Promise<boolean> {
  const directory = workTree();
  const commit = (files: Files, message: string) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    commitAll(directory, message);
  };
  commit({ 'main.ts': '1', ...before }, 'base');
  commit({ 'main.ts': '2', ...after }, 'change');
  const repository = await opened(directory);
  return hasCompilerOf(repository, await repository.resolve('HEAD~1'), await repository.resolve('HEAD'));
}

describe('the compiler of a change is that of the base', () => {
  it.each<[string, Files, Files]>([
    ['where no package changes', locked, {}],
    ['where there is no lockfile', {}, {}],
    [
      'where another package changes',
      locked,
      lockfile({ '': {}, ...native, ...typescript, 'node_modules/cdk8s': { integrity: 'sha512-three' } }),
    ],
  ])('%s', async (_, before, after) => expect(await isSame(before, after)).toBe(true));
});

describe('the compiler of a change may be another', () => {
  it.each<[string, Files, Files]>([
    [
      'it has other content',
      locked,
      lockfile({ '': {}, 'node_modules/typescript': { integrity: 'sha512-x' } }),
    ],
    ['what it brings for a platform has', locked, lockfile({ '': {}, ...typescript })],
    [
      'its content is not pinned',
      locked,
      lockfile({ '': {}, 'node_modules/typescript': { version: '7.0.2' } }),
    ],
    [
      'it was not pinned in the base either',
      lockfile({ 'node_modules/typescript': { version: '7.0.1' } }),
      lockfile({ 'node_modules/typescript': { version: '7.0.2' } }),
    ],
    ['the base had none', {}, locked],
    [
      'a nested one comes',
      locked,
      lockfile({
        ...typescript,
        ...native,
        'node_modules/a/node_modules/typescript': { integrity: 'sha512-x' },
      }),
    ],
    ['the lockfile cannot be read', locked, { 'package-lock.json': '{' }],
    ['one lies in Git', locked, { 'app/node_modules/typescript/bin/tsc': 'evil' }],
    ['… by another spelling', locked, { 'Node_Modules/typescript/bin/tsc': 'evil' }],
    ['packages come from elsewhere', locked, { '.npmrc': 'registry=https://evil.example' }],
  ])('where %s', async (_, before, after) => expect(await isSame(before, after)).toBe(false));
});
