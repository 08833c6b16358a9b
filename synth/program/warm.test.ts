import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RenderedEnvironment } from '../../lib/objects/index.ts';
import { runProgram, WarmProgram } from './index.ts';
import { project } from './testing/project.ts';

const signal = new AbortController().signal;

const program = (value: string) => `import { ApiObject } from 'cdk8s';
import { App, Application, Environment } from 'truekeel';
const app = new App();
const web = new Application(new Environment(app, 'test', { namespace: 'a' }), 'web');
const value = String(${value});
new ApiObject(web, 'one', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { value } });
app.synth();
`;

function warm(main: string): { readonly root: string; readonly warm: WarmProgram } {
  const root = project({ 'main.ts': main });
  const made = new WarmProgram({ program: 'main.ts', cwd: root, root });
  onTestFinished(() => made.forget());
  return { root, warm: made };
}

const shownBy = ([environment]: readonly RenderedEnvironment[]): string =>
  environment?.applications[0]?.objects[0]?.object.data.value;

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a program that is kept warm', () => {
  it('is what it is at the time of the run, not of the start', async () => {
    const { root, warm: one } = warm(program('1'));
    one.prepare();
    for (const value of ['2', '3']) {
      writeFileSync(join(root, 'main.ts'), program(value));
      expect(shownBy(await one.run(signal))).toBe(value);
      one.prepare();
    }
  });

  it('renders what a cold one renders, with the same clock and chance', async () => {
    const { root, warm: one } = warm(program('[Date.now(), Math.random(), new Date().toISOString()]'));
    await one.run(signal);
    one.prepare();
    const made = await one.run(signal);
    expect(made).toEqual(await runProgram({ program: 'main.ts', cwd: root, root }));
  });

  it('begins anew each time, in the sandbox', async () => {
    const { root, warm: one } = warm(program('(globalThis.count = (globalThis.count ?? 0) + 1)'));
    for (const _ of [1, 2, 3]) {
      expect(shownBy(await one.run(signal))).toBe('1');
      one.prepare();
    }
    writeFileSync(
      join(root, 'main.ts'),
      "import { writeFileSync } from 'node:fs';\nwriteFileSync('x', '');\n",
    );
    expect(await errorOf(one.run(signal))).toMatchObject({
      code: 'PROGRAM_FAILED',
      source: { file: 'main.ts', line: 2 },
    });
  });

  it('keeps its places, and its errors', async () => {
    const { root, warm: one } = warm(program('1'));
    one.prepare();
    const [environment] = await one.run(signal);
    expect(environment?.applications[0]?.objects[0]?.source).toMatchObject({ file: 'main.ts', line: 6 });
    one.prepare();
    writeFileSync(join(root, 'main.ts'), 'const a = ;\n');
    expect(await errorOf(one.run(signal))).toMatchObject({ code: 'PROGRAM_FAILED', source: { line: 1 } });
  });

  it('is run cold when nothing waits, or what waited was forgotten', async () => {
    const { warm: one } = warm(program('1'));
    one.prepare();
    one.forget();
    expect(shownBy(await one.run(signal))).toBe('1');
    expect(shownBy(await one.run(signal))).toBe('1');
  });

  it('is stopped when it is no longer wanted', async () => {
    const { warm: one } = warm('while (true);\n');
    one.prepare();
    const abort = new AbortController();
    const ran = errorOf(one.run(abort.signal));
    abort.abort();
    expect(await ran).toMatchObject({ name: 'AbortError' });
    expect(await errorOf(one.run(abort.signal))).toMatchObject({ name: 'AbortError' });
  });

  it('says when it is not there', async () => {
    const root = project({});
    const one = new WarmProgram({ program: 'main.ts', cwd: root, root });
    one.prepare();
    expect(await errorOf(one.run(signal))).toMatchObject({ code: 'PROGRAM_NOT_FOUND' });
  });

  it('knows the files that it imports, wherever they are', () => {
    const root = project({
      'apps/main.ts': "import '../shared/a.ts';\nimport type { B } from '../types/b.ts';\n",
      'shared/a.ts': "export * from './c.ts';\n",
      'shared/c.ts': '',
    });
    const one = new WarmProgram({ program: 'apps/main.ts', cwd: root, root });
    expect(one.files()).toEqual(
      ['apps/main.ts', 'shared/a.ts', 'shared/c.ts'].map((file) => join(root, file)),
    );
  });
});
