import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { paths, project, run } from '../testing/project.ts';
import { codeStore, keepCode } from './index.ts';
import { keptPackages } from './kept.ts';
import { lazyPackages } from './lazy.ts';
import { CodeStore } from './store.ts';

const MAKE = fileURLToPath(new URL('./make.ts', import.meta.url));
const TAKE = new URL('./take.ts', import.meta.url).href;
const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));
const MAIN = `import { App, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-27';
const app = new App();
const chart = new Chart(app, 'web');
new Deployment(chart, 'web', { containers: [{ image: 'example/web:1', portNumber: 8080 }] });
app.synth();
`;

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'truekeel-code-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
});

afterEach(() => {
  vi.unstubAllEnvs();
  // Some runs have begun to make something that nobody waits for.
  rmSync(cache, { recursive: true, force: true, maxRetries: 10 });
});

function make(program: string, ...packages: readonly string[]): void {
  codeStore(program)?.prepare();
  execFileSync(process.execPath, [MAKE, program, ...packages], { stdio: 'pipe' });
}

function kept(program: string): readonly string[] | undefined {
  const code = codeStore(program)?.open();
  if (code) closeSync(code.descriptor);
  return code?.packages;
}

/** Waits for what a run has begun to make. */
async function made(program: string): Promise<void> {
  await vi.waitUntil(() => kept(program), { timeout: 50_000, interval: 50 });
}

/** A project with copies of its packages, so that they can be changed. */
function projectOfItsOwn(): string {
  const root = project({ 'main.ts': MAIN });
  for (const name of ['cdk8s', 'cdk8s-plus-27', 'constructs']) {
    rmSync(join(root, 'node_modules', name));
    cpSync(join(CHECKOUT, 'node_modules', name), join(root, 'node_modules', name), { recursive: true });
  }
  return root;
}

/** Runs a script in a process that takes kept code, as that of a program does; it sees `require` and `taken`. */
function withKeptCode(program: string, script: string): unknown {
  const code = codeStore(program)?.open();
  if (!code) throw new Error('nothing is kept');
  const ran = spawnSync(
    process.execPath,
    [
      '--max-old-space-size=2048',
      '--input-type=module',
      '--eval',
      `import { createRequire } from 'node:module';
       import { takeKeptCode } from ${JSON.stringify(TAKE)};
       const taken = takeKeptCode(3, ${JSON.stringify(program)});
       const require = createRequire(${JSON.stringify(program)});
       ${script}`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit', code.descriptor], encoding: 'utf8' },
  );
  closeSync(code.descriptor);
  return JSON.parse(ran.stdout);
}

describe('packages that a module needs seldom', () => {
  const declared = 'const YAML = require("yaml");\n';
  it.each([
    ['members are asked of', '// the YAML of it\nfunction f() { return YAML.parse(""); }', ['yaml']],
    ['names only look like', 'function f() { return XYAML + YAML2 + $YAML; }', ['yaml']],
    ['is handed on', 'exports.YAML = YAML;', []],
    ['is called', 'YAML("");', []],
    ['is taken apart', 'const { parse } = YAML;', []],
    ['is named in a text', 'throw new Error("no YAML");', []],
  ])('are those that %s', (_what, text, expected) => {
    expect(lazyPackages(declared + text)).toEqual(expected);
  });
});

describe('kept code', () => {
  it('makes no difference to what a program renders', async () => {
    const root = project({ 'main.ts': MAIN });
    const program = join(root, 'main.ts');
    const without = await run(root);
    await made(program);
    expect(kept(program)).toEqual(['cdk8s', 'cdk8s-plus-27']);
    expect(await run(root)).toEqual(without);
  });

  it('is what is run: every module of the packages comes from it, and V8 takes all of it', () => {
    const program = join(project({ 'main.ts': MAIN }), 'main.ts');
    make(program, 'cdk8s', 'cdk8s-plus-27');
    const { taken, files } = withKeptCode(
      program,
      `require('cdk8s-plus-27'); require('cdk8s').Yaml.stringify({});
       const files = Object.keys(require.cache).filter((file) => file.endsWith('.js')).length;
       console.log(JSON.stringify({ taken, files }));`,
    ) as { taken: object; files: number };
    expect(files).toBeGreaterThan(100);
    expect(taken).toEqual({ modules: files, rejected: 0 });
  });

  it('loads what cdk8s seldom needs when it is needed', () => {
    const program = join(project({ 'main.ts': MAIN }), 'main.ts');
    make(program, 'cdk8s', 'cdk8s-plus-27');
    const { before, after, text } = withKeptCode(
      program,
      `const { Yaml } = require('cdk8s');
       require('cdk8s-plus-27');
       const seldom = () => ['yaml', 'fast-json-patch'].filter((name) =>
         Object.keys(require.cache).some((file) => file.includes('/node_modules/' + name + '/')));
       const before = seldom();
       const text = Yaml.stringify({ greeting: 'hello' });
       console.log(JSON.stringify({ before, after: seldom(), text }));`,
    ) as { before: unknown; after: unknown; text: string };
    expect(before).toEqual([]);
    expect(after).toEqual(['yaml']);
    expect(text).toBe('greeting: hello\n');
  });

  it('leaves a module what Node gives it', () => {
    const root = projectOfItsOwn();
    const program = join(root, 'main.ts');
    const index = join(root, 'node_modules/cdk8s/lib/index.js');
    writeFileSync(
      index,
      `const self = require('./self'), again = require('./self');
       module.exports = {
         self, isOne: self === again, filename: __filename, dirname: __dirname, that: this === exports,
         id: module.id, parent: module.children.map(({ id }) => id), resolved: require.resolve('./self'),
         paths: require.resolve.paths('x')[0], cached: require.cache[__filename] === module, main: require.main === module,
         broken: [1, 2].map(() => { try { require('./broken'); } catch (error) { return [error.message, module.children.length]; } }),
         name: 'grüße', line: new Error().stack.split('\\n')[1].trim(),
       };
       require('./late');`,
    );
    writeFileSync(
      join(root, 'node_modules/cdk8s/lib/self.js'),
      `exports.early = require('./index').name === undefined;
       const { id, filename, path, paths, parent, loaded } = module;
       Object.assign(exports, { id, filename, path, paths, parent: parent.id, loaded });`,
    );
    writeFileSync(
      join(root, 'node_modules/cdk8s/lib/broken.js'),
      `globalThis.tries = (globalThis.tries ?? 0) + 1; throw new Error('try ' + globalThis.tries);`,
    );
    writeFileSync(join(root, 'node_modules/cdk8s/lib/late.js'), `require('./index').late = true;`);
    const plain = spawnSync(
      process.execPath,
      ['--print', `JSON.stringify(require(${JSON.stringify(index)}))`],
      {
        encoding: 'utf8',
      },
    );
    make(program, 'cdk8s');
    const { found, taken } = withKeptCode(
      program,
      `console.log(JSON.stringify({ found: require('cdk8s'), taken }));`,
    ) as { found: object; taken: object };
    expect(found).toEqual(JSON.parse(plain.stdout));
    expect(taken).toEqual({ modules: 5, rejected: 0 });
  });

  it('is of no use once a file of a package was written, whatever time it claims', () => {
    const program = join(projectOfItsOwn(), 'main.ts');
    make(program, 'cdk8s');
    expect(kept(program)).toBeDefined();
    utimesSync(join(program, '../node_modules/constructs/lib/construct.js'), 1, 1);
    expect(kept(program)).toBeUndefined();
  });

  it('that is broken is left, and the program runs', async () => {
    const root = project({ 'main.ts': MAIN });
    const program = join(root, 'main.ts');
    for (const bytes of [1_000_000, 1_000, 2, 0]) {
      make(program, 'cdk8s', 'cdk8s-plus-27');
      truncateSync(codeStore(program)?.file ?? '', bytes);
      expect(kept(program)).toBeUndefined();
    }
    expect(paths(await run(root))).toEqual(['default/web/default/Deployment.apps/web-c84dddbd.yaml']);
  });

  it('holds what can be compiled, and leaves the rest to Node', async () => {
    const root = projectOfItsOwn();
    writeFileSync(join(root, 'node_modules/constructs/lib/index.js'), 'this is not JavaScript');
    make(join(root, 'main.ts'), 'cdk8s');
    expect(kept(join(root, 'main.ts'))).toEqual(['cdk8s']);
    await expect(run(root)).rejects.toThrow('SyntaxError');
  });

  it('holds nothing that the program may not read, whatever a package names', async () => {
    const root = projectOfItsOwn();
    const program = join(root, 'main.ts');
    writeFileSync(join(cache, 'package.json'), '{}');
    const secret = join(cache, 'secret.js');
    writeFileSync(secret, "module.exports = 'hunter2';");
    const file = join(root, 'node_modules/constructs/lib/index.js');
    writeFileSync(
      file,
      `${readFileSync(file, 'utf8')}\nif (process.foo) require(${JSON.stringify(secret)});`,
    );
    await run(root);
    await made(program);
    const text = readFileSync(codeStore(program)?.file ?? '', 'latin1');
    expect(text).toContain('process.foo');
    expect(text).not.toContain('hunter2');
  });

  it('runs nothing of the packages while it is made', () => {
    const root = projectOfItsOwn();
    const touched = join(root, 'touched');
    const file = join(root, 'node_modules/constructs/lib/index.js');
    writeFileSync(file, `require('node:fs').writeFileSync(${JSON.stringify(touched)}, '');`);
    make(join(root, 'main.ts'), 'cdk8s');
    expect(kept(join(root, 'main.ts'))).toEqual(['cdk8s']);
    expect(readdirSync(root)).not.toContain('touched');
  });

  it('is made after the first run of a program, once, and readable to nobody else', async () => {
    const root = project({ 'main.ts': MAIN });
    const program = join(root, 'main.ts');
    await run(root);
    await made(program);
    expect(kept(program)).toEqual(['cdk8s', 'cdk8s-plus-27']);
    const maker = new URL('file:///nowhere/make.ts');
    expect(keepCode(program, kept(program) ?? [], ['cdk8s'], maker, [])).toBe(false);
    expect(keepCode(program, kept(program) ?? [], ['cdk8s', 'left-pad'], maker, [])).toBe(false);
    const file = codeStore(program)?.file ?? '';
    const before = readFileSync(file);
    await run(root);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(spawnSync('stat', ['-c', '%a', file, join(file, '..')], { encoding: 'utf8' }).stdout).toBe(
      '600\n700\n',
    );
  });

  it('is kept for the last places only', () => {
    const store = new CodeStore('/a/place');
    store.prepare();
    store.exclusively(() => {
      for (let at = 0; at < 40; at += 1) {
        const file = join(dirname(store.file), `other-${at}`);
        writeFileSync(file, '');
        utimesSync(file, at, at + 1_000);
      }
      store.save(['cdk8s'], []);
    });
    const names = readdirSync(dirname(store.file));
    expect(names).toHaveLength(16);
    expect(names).toContain(basename(store.file));
    expect(names).toContain('other-39');
    expect(names).not.toContain('other-20');
  });

  it('that cannot be written is none', async () => {
    const root = project({ 'main.ts': MAIN });
    writeFileSync(join(cache, 'truekeel'), 'a file where a directory is wanted');
    expect(paths(await run(root))).toHaveLength(1);
    const maker = new URL('file:///nowhere/make.ts');
    expect(keepCode(join(root, 'main.ts'), [], ['cdk8s'], maker, [])).toBe(false);
  });
});

describe('packages whose code is kept', () => {
  it('are those of cdk8s, in whatever node_modules they lie', () => {
    expect(
      keptPackages([
        '/repo/node_modules/cdk8s/lib/index.js',
        '/repo/node_modules/cdk8s/node_modules/yaml/dist/index.js',
        '/repo/node_modules/.pnpm/cdk8s-plus-27@2/node_modules/cdk8s-plus-27/lib/index.js',
        '/repo/node_modules/cdk8s-tools/index.js',
        '/repo/cdk8s/index.js',
      ]),
    ).toEqual(['cdk8s', 'cdk8s-plus-27']);
  });
});
