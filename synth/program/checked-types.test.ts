/** With the real compiler, behind one that counts how often it is asked. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { typeErrors } from './typecheck.ts';

const COMPILER = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

let root: string;

beforeEach(() => {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'truekeel-types-test-')));
  vi.stubEnv('XDG_CACHE_HOME', join(scratch, 'cache'));
  root = join(scratch, 'work/project');
  put('node_modules/typescript/package.json', '{ "name": "typescript", "version": "0.0.0" }');
  put(
    'node_modules/typescript/bin/tsc',
    `require('node:fs').appendFileSync(${JSON.stringify(join(scratch, 'asked'))}, '.');
     const { spawnSync } = require('node:child_process');
     const { status } = spawnSync(process.execPath, [${JSON.stringify(COMPILER)}, ...process.argv.slice(2)], { stdio: 'inherit' });
     process.exitCode = status;`,
  );
  put('node_modules/part/package.json', '{ "name": "part", "types": "index.d.ts" }');
  put('node_modules/part/index.d.ts', 'export declare const part: number;');
  put('package.json', '{ "type": "module" }');
  put('tsconfig.base.json', '{ "compilerOptions": { "strict": true } }');
  put(
    'tsconfig.json',
    '{ "extends": "./tsconfig.base.json", "compilerOptions": { "module": "nodenext", "types": [] } }',
  );
  put('other.ts', 'export const other: number = 1;');
  put(
    'main.ts',
    "import { part } from 'part';\nimport { other } from './other.js';\nexport const sum: number = part + other;",
  );
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(join(root, '../..'), { recursive: true, force: true });
});

function put(name: string, text: string): void {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const asked = () => statSync(join(root, '../../asked'), { throwIfNoEntry: false })?.size ?? 0;

async function check(anew = false): Promise<readonly string[]> {
  const errors = await typeErrors({ program: join(root, 'main.ts'), root, anew });
  return errors.map(({ message }) => message);
}

/** What was written just now is not relied on. */
const settle = () => new Promise((done) => setTimeout(done, 100));

describe('types that were found right', () => {
  it('are not checked again while nothing has changed', async () => {
    await settle();
    expect(await check()).toEqual([]);
    expect(await check()).toEqual([]);
    expect(asked()).toBe(1);
  });

  it('are checked again when that is asked for', async () => {
    await settle();
    expect(await check()).toEqual([]);
    expect(await check(true)).toEqual([]);
    expect(asked()).toBe(2);
  });

  it('are checked again after a change so late that the compiler may have seen it or not', async () => {
    put('other.ts', 'export const other: number = 2;');
    expect(await check()).toEqual([]);
    expect(await check()).toEqual([]);
    expect(asked()).toBe(2);
  });

  it.each<[string, () => void, RegExp | undefined]>([
    ['the program', () => appendFileSync(join(root, 'main.ts'), '\nconst wrong: string = 1;'), /string/],
    ['what it imports', () => put('other.ts', 'export const other: string = "";'), /string/],
    ['a package', () => put('node_modules/part/index.d.ts', 'export declare const part: string;'), /string/],
    [
      "a package's manifest",
      () => {
        put('node_modules/part/other.d.ts', 'export declare const another: number;');
        put('node_modules/part/package.json', '{ "name": "part", "types": "other.d.ts" }');
      },
      /part/,
    ],
    ['the config', () => put('tsconfig.json', '{ "compilerOptions": { "module": "nope" } }'), /module/],
    [
      'what the config extends',
      () => put('tsconfig.base.json', '{ "compilerOptions": { "strict": "yes" } }'),
      /strict/,
    ],
    ['the compiler', () => appendFileSync(join(root, 'node_modules/typescript/bin/tsc'), '\n'), undefined],
    ['a file that is found first', () => put('other.d.ts', 'export declare const other: string;'), undefined],
    ['a file that is removed', () => rmSync(join(root, 'other.ts')), /other/],
    [
      'a package that is linked to another place',
      () => {
        put('elsewhere/index.d.ts', 'export declare const part: string;');
        put('elsewhere/package.json', '{ "name": "part", "types": "index.d.ts" }');
        rmSync(join(root, 'node_modules/part'), { recursive: true });
        symlinkSync(join(root, 'elsewhere'), join(root, 'node_modules/part'));
      },
      /string/,
    ],
  ])('are checked again when this changes: %s', async (_what, change, expected) => {
    await settle();
    expect(await check()).toEqual([]);
    change();
    const errors = await check();
    if (expected) expect(errors.join('\n')).toMatch(expected);
    else expect(errors).toEqual([]);
    expect(asked()).toBe(2);
  });

  it('are checked again when a package is nearer than the one that was found', async () => {
    mkdirSync(join(root, 'sub'));
    put('sub/main.ts', "import { part } from 'part';\nexport const sum: number = part;");
    const program = join(root, 'sub/main.ts');
    await settle();
    expect(await typeErrors({ program, root })).toEqual([]);
    put('sub/node_modules/part/package.json', '{ "name": "part", "types": "index.d.ts" }');
    put('sub/node_modules/part/index.d.ts', 'export declare const part: string;');
    expect(await typeErrors({ program, root })).toMatchObject([{ code: 'TYPE_ERROR' }]);
  });

  it('are checked again when types of a scope come that was there before', async () => {
    put('node_modules/part/package.json', '{ "name": "part", "main": "index.js" }');
    rmSync(join(root, 'node_modules/part/index.d.ts'));
    put('node_modules/part/index.js', 'exports.part = 1;');
    put('node_modules/@types/other/index.d.ts', '');
    put('tsconfig.base.json', '{ "compilerOptions": { "strict": false } }');
    await settle();
    expect(await check()).toEqual([]);
    put('node_modules/@types/part/package.json', '{ "name": "@types/part", "types": "index.d.ts" }');
    put('node_modules/@types/part/index.d.ts', 'export declare const part: string;');
    expect(await check()).toMatchObject([expect.stringMatching(/string/)]);
  });

  it.each([
    [
      'has paths',
      '{ "compilerOptions": { "module": "nodenext", "types": [], "paths": { "x": ["./x.ts"] } } }',
    ],
    [
      'extends that of a package',
      '{ "extends": "part/tsconfig.json", "compilerOptions": { "module": "nodenext", "types": [] } }',
    ],
    [
      'extends several',
      '{ "extends": ["./tsconfig.base.json"], "compilerOptions": { "module": "nodenext", "types": [] } }',
    ],
  ])('are checked each time when the config %s', async (_what, config) => {
    put('node_modules/part/tsconfig.json', '{}');
    put('tsconfig.json', config);
    await settle();
    expect(await check()).toEqual([]);
    expect(await check()).toEqual([]);
    expect(asked()).toBe(2);
  });

  it('are checked when what was remembered is broken', async () => {
    await settle();
    expect(await check()).toEqual([]);
    const directory = join(root, '../../cache/truekeel/types');
    expect(existsSync(directory)).toBe(true);
    const [name = ''] = readdirSync(directory);
    const text = readFileSync(join(directory, name), 'utf8');
    writeFileSync(join(directory, name), text.slice(0, -10));
    expect(await check()).toEqual([]);
    expect(asked()).toBe(2);
  });

  it('are not remembered when there were errors', async () => {
    put('other.ts', 'export const other: string = "";');
    await settle();
    expect(await check()).toHaveLength(1);
    expect(await check()).toHaveLength(1);
    expect(asked()).toBe(2);
  });
});
