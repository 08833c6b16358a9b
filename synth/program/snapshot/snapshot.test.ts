import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { paths, project, run } from '../testing/project.ts';
import { prepareSnapshot, snapshotStore } from './index.ts';
import { keptPackages } from './kept.ts';

const MAKE = fileURLToPath(new URL('./make.ts', import.meta.url));
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
  cache = mkdtempSync(join(tmpdir(), 'truekeel-snapshots-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
  vi.stubEnv('TRUEKEEL_SNAPSHOTS', 'true');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

function make(program: string, ...packages: readonly string[]): void {
  execFileSync(process.execPath, [MAKE, program, ...packages], { stdio: 'pipe' });
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

const blobs = () => readdirSync(join(cache, 'truekeel/snapshots')).filter((name) => name.endsWith('.blob'));

describe('a snapshot', () => {
  it('makes no difference to what a program renders', async () => {
    const root = project({ 'main.ts': MAIN });
    vi.stubEnv('TRUEKEEL_SNAPSHOTS', 'false');
    const without = await run(root);
    vi.stubEnv('TRUEKEEL_SNAPSHOTS', 'true');
    make(join(root, 'main.ts'), 'cdk8s', 'cdk8s-plus-27');
    expect(snapshotStore(join(root, 'main.ts'))?.find()?.packages).toEqual(['cdk8s', 'cdk8s-plus-27']);
    expect(await run(root)).toEqual(without);
  });

  it('is shared by the programs that get their packages from one place', () => {
    make(join(project({ 'main.ts': MAIN }), 'main.ts'), 'cdk8s');
    const other = join(project({ 'other.ts': MAIN }), 'other.ts');
    expect(snapshotStore(other)?.find()?.packages).toEqual(['cdk8s']);
  });

  it('is of no use once a file of a package was written, whatever time it claims', () => {
    const program = join(projectOfItsOwn(), 'main.ts');
    make(program, 'cdk8s');
    expect(snapshotStore(program)?.find()).toBeDefined();
    const file = join(program, '../node_modules/constructs/lib/construct.js');
    utimesSync(file, 1, 1);
    expect(snapshotStore(program)?.find()).toBeUndefined();
  });

  it('that is broken is left, and the program runs', async () => {
    const root = project({ 'main.ts': MAIN });
    const program = join(root, 'main.ts');
    make(program, 'cdk8s', 'cdk8s-plus-27');
    truncateSync(snapshotStore(program)?.find()?.file ?? '', 1_000_000);
    const environments = await run(root);
    expect(paths(environments)).toEqual(['default/web/default/Deployment.apps/web-c84dddbd.yaml']);
    expect(snapshotStore(program)?.find()).toBeUndefined();
  });

  it('takes the place of the one before it', () => {
    const program = join(project({ 'main.ts': MAIN }), 'main.ts');
    make(program, 'cdk8s');
    make(program, 'cdk8s', 'cdk8s-plus-27');
    expect(blobs()).toHaveLength(1);
  });

  it('is not made of packages that do not load', () => {
    const root = projectOfItsOwn();
    writeFileSync(join(root, 'node_modules/constructs/lib/index.js'), 'throw new Error("broken");');
    expect(() => make(join(root, 'main.ts'), 'cdk8s')).toThrow();
    expect(blobs()).toEqual([]);
  });

  it('is made after the first run of a program', async () => {
    const root = project({ 'main.ts': MAIN });
    await run(root);
    await vi.waitUntil(() => snapshotStore(join(root, 'main.ts'))?.find(), {
      timeout: 50_000,
      interval: 100,
    });
    expect(snapshotStore(join(root, 'main.ts'))?.find()?.packages).toEqual(['cdk8s', 'cdk8s-plus-27']);
  });

  it('is not made again when it has all that a program used', () => {
    const program = join(project({ 'main.ts': MAIN }), 'main.ts');
    make(program, 'cdk8s', 'cdk8s-plus-27');
    const snapshot = snapshotStore(program)?.find();
    expect(prepareSnapshot(program, snapshot, ['cdk8s'])).toBe(false);
    expect(prepareSnapshot(program, snapshot, ['cdk8s', 'left-pad'])).toBe(false);
  });
});

describe('packages that are kept', () => {
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
