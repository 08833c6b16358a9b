import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RenderedEnvironment, type TruekeelError, TruekeelErrors } from '../../../lib/objects/index.ts';
import { project, run } from '../testing/project.ts';

/** Says when it was made: what is kept says the same again. */
const MADE = `export const made = () => String(process.hrtime.bigint());`;

const FILES = {
  'main.ts': `
import { App, ApplicationFile, Environment } from 'truekeel';
const app = new App();
for (const [name, replicas] of [['staging', 1], ['production', 3]] as const) {
  const environment = new Environment(app, name, { namespace: 'shop' });
  const api = new ApplicationFile(environment, 'api', { file: './apps/api.ts' });
  new ApplicationFile(environment, 'web', { file: './apps/web.ts', values: { replicas } }).addDependency(api);
}
app.synth();
`,
  'apps/web.ts': `
import { ApiObject } from 'cdk8s';
import type { Application } from 'truekeel';
import { made } from '../made.ts';
export default (web: Application, { replicas }: { replicas: number }) => {
  new ApiObject(web, 'web', { apiVersion: 'v1', kind: 'ConfigMap', data: { replicas: String(replicas) },
    metadata: { annotations: { made: made(), random: String(Math.random()) } } });
};
`,
  'apps/api.ts': `
import { readFileSync } from 'node:fs';
import { ApiObject } from 'cdk8s';
import { greeting } from 'greeting';
import type { Application } from 'truekeel';
import { next } from '../counter.ts';
import { made } from '../made.ts';
export default (api: Application) => {
  const settings = readFileSync(new URL('../settings.txt', import.meta.url), 'utf8');
  new ApiObject(api, 'api', { apiVersion: 'v1', kind: 'ConfigMap', data: { count: String(next()), settings, greeting },
    metadata: { annotations: { made: made(), random: String(Math.random()) } } });
};
`,
  'made.ts': MADE,
  'counter.ts': `let count: number = 0; export const next = () => (count += 1);`,
  'settings.txt': 'one',
  'node_modules/greeting/package.json': '{ "main": "index.js" }',
  'node_modules/greeting/index.js': `exports.greeting = 'hello';`,
};

const ALL = ['production/api', 'production/web', 'staging/api', 'staging/web'];

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'truekeel-kept-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true, maxRetries: 10 });
});

const keep = (root: string) => run(root, { keep: true });

/** Writes files, and waits until nobody can doubt that they were written before. */
async function write(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  await settle(root, Object.keys(files));
}

async function settle(root: string, files: readonly string[]): Promise<void> {
  const last = Math.max(...files.map((path) => statSync(join(root, path)).ctimeMs));
  await vi.waitUntil(() => Date.now() > last + 100);
}

async function shop(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = project({ ...FILES, ...files });
  await settle(root, Object.keys({ ...FILES, ...files }));
  return root;
}

function annotation(environments: readonly RenderedEnvironment[], name: string): Map<string, unknown> {
  return new Map(
    environments.flatMap((environment) =>
      environment.applications.map(({ name: application, objects }) => [
        `${environment.name}/${application}`,
        objects[0]?.object.metadata.annotations?.[name],
      ]),
    ),
  );
}

/** Everything but when it was made. */
function content(environments: readonly RenderedEnvironment[]): unknown {
  return JSON.parse(
    JSON.stringify(environments, (name, value) =>
      ['made', 'yaml', 'digest', 'output'].includes(name) ? undefined : value,
    ),
  );
}

/** Which applications a run makes, beside those that are kept. */
async function madeAgain(root: string): Promise<readonly string[]> {
  const before = annotation(await keep(root), 'made');
  const after = annotation(await keep(root), 'made');
  return [...after]
    .filter(([name, made]) => before.get(name) !== made)
    .map(([name]) => name)
    .sort();
}

async function madeAfter(root: string, change: () => Promise<void>): Promise<readonly string[]> {
  const before = annotation(await keep(root), 'made');
  await change();
  const after = await keep(root);
  expect(content(after)).toEqual(content(await run(root)));
  return [...annotation(after, 'made')]
    .filter(([name, made]) => before.get(name) !== made)
    .map(([name]) => name)
    .sort();
}

async function errorsOf(root: string): Promise<readonly (string | undefined)[]> {
  const reason: unknown = await keep(root).catch((error: unknown) => error);
  if (reason instanceof TruekeelErrors) return reason.errors.map(({ code }) => code);
  throw reason;
}

describe('applications with files of their own', () => {
  it('are made the first time, and not again', async () => {
    const root = await shop();
    const first = await keep(root);
    const second = await keep(root);
    expect([...annotation(first, 'made').keys()].sort()).toEqual(ALL);
    expect(second).toEqual(first);
    expect(content(second)).toEqual(content(await run(root)));
  });

  it('are made again when something that they are made of has changed, and no others', async () => {
    const root = await shop();
    const edit = (path: string, text: string) => madeAfter(root, () => write(root, { [path]: text }));
    expect(await edit('apps/web.ts', `${FILES['apps/web.ts']}// changed`)).toEqual([
      'production/web',
      'staging/web',
    ]);
    expect(await edit('main.ts', FILES['main.ts'].replace("'staging', 1", "'staging', 2"))).toEqual([
      'staging/web',
    ]);
    const apis = ['production/api', 'staging/api'];
    expect(await edit('counter.ts', `${FILES['counter.ts']}// changed`)).toEqual(apis);
    expect(await edit('settings.txt', 'two')).toEqual(apis);
    expect(await edit('main.ts', FILES['main.ts'].replace("'shop'", 'name'))).toEqual(ALL);
    expect(await edit('node_modules/greeting/index.js', `exports.greeting = 'bye';`)).toEqual(ALL);
  });

  it('are not made again when a file was only touched', async () => {
    const root = await shop();
    const touch = async () => {
      utimesSync(join(root, 'made.ts'), 1, 1);
      await settle(root, ['made.ts']);
    };
    expect(await madeAfter(root, touch)).toEqual([]);
  });

  it.each([
    [
      'looks for files',
      `import { existsSync } from 'node:fs'; existsSync(new URL('../x', import.meta.url));`,
    ],
    [
      'reads without waiting',
      `import { promises } from 'node:fs'; promises.readFile(new URL('../settings.txt', import.meta.url));`,
    ],
    [
      'imports what reads without waiting',
      `import { readFile } from 'node:fs/promises'; readFile(new URL('../settings.txt', import.meta.url));`,
    ],
    [
      'requires what reads without waiting',
      `import { createRequire } from 'node:module';
       createRequire(import.meta.url)('fs/promises').readFile(new URL('../settings.txt', import.meta.url));`,
    ],
    [
      'asks the process for what reads without waiting',
      `process.getBuiltinModule('fs/promises').readFile(new URL('../settings.txt', import.meta.url));`,
    ],
    [
      'reads a stream',
      `import fs from 'node:fs'; new fs.ReadStream(new URL('../settings.txt', import.meta.url)).destroy();`,
    ],
  ])('are made each time when their module %s', async (_what, line) => {
    const root = await shop({ 'apps/web.ts': `${line}\n${FILES['apps/web.ts']}` });
    expect(await madeAgain(root)).toEqual(['production/web', 'staging/web']);
  });

  it.each(['once.cjs', 'once.json'])('are all made each time when one requires %s', async (file) => {
    const line = `import { createRequire } from 'node:module'; createRequire(import.meta.url)('../${file}');`;
    const root = await shop({
      'apps/web.ts': `${line}\n${FILES['apps/web.ts']}`,
      [file]: file.endsWith('.json') ? '{}' : 'module.exports = {};',
    });
    expect(await madeAgain(root)).toEqual(ALL);
  });

  it('may import JSON', async () => {
    const line = (path: string) => `import '${path}once.json' with { type: 'json' };`;
    const root = await shop({
      'main.ts': `${line('./')}\n${FILES['main.ts']}`,
      'apps/web.ts': `${line('../')}\n${FILES['apps/web.ts']}`,
      'once.json': '{}',
    });
    expect(await madeAgain(root)).toEqual([]);
    expect(await madeAfter(root, () => write(root, { 'once.json': '[]' }))).toEqual([
      'production/web',
      'staging/web',
    ]);
  });

  it('are made each time when the program leaves something in a global variable', async () => {
    const root = await shop({ 'main.ts': `Object.assign(globalThis, { x: 1 });\n${FILES['main.ts']}` });
    expect(await madeAgain(root)).toEqual(ALL);
  });

  it('share no variables and no random numbers', async () => {
    const root = await shop();
    const environments = await keep(root);
    const counts = environments.flatMap(({ applications }) =>
      applications.flatMap(({ objects }) => objects.flatMap(({ object }) => object.data.count ?? [])),
    );
    expect(counts).toEqual(['1', '1']);
    expect(new Set(annotation(environments, 'random').values()).size).toBe(4);
  });

  it('are made again when what was kept is broken', async () => {
    const root = await shop();
    const directory = () => {
      const [name = ''] = readdirSync(join(cache, 'truekeel/applications'));
      return join(cache, 'truekeel/applications', name);
    };
    const expected = content(await keep(root));
    appendFileSync(join(directory(), 'index.json'), ' ');
    expect(content(await keep(root))).toEqual(expected);
    for (const name of readdirSync(directory())) {
      if (name !== 'index.json') writeFileSync(join(directory(), name), '{}');
    }
    const environments = await keep(root);
    // They are asked for when somebody asks.
    expect(() => content(environments)).toThrow(expect.objectContaining({ code: 'CONTENT_LOST' }));
    expect(content(await keep(root))).toEqual(expected);
  });

  it('stay what they are in any order of changes', async () => {
    const root = await shop();
    const edits = fc.constantFrom(
      ['settings.txt', 'one'],
      ['settings.txt', 'two'],
      ['apps/web.ts', FILES['apps/web.ts']],
      ['apps/web.ts', FILES['apps/web.ts'].replace("'web',", "'front',")],
      ['main.ts', FILES['main.ts']],
      ['main.ts', FILES['main.ts'].replace("'production', 3", "'production', 4")],
      ['main.ts', FILES['main.ts'].replace("'production'", "'test'")],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { minLength: 1, maxLength: 3 }), async (changes) => {
        for (const [path = '', text = ''] of changes) {
          await write(root, { [path]: text });
          expect(content(await keep(root))).toEqual(content(await run(root)));
        }
      }),
      { numRuns: 4 },
    );
  });
});

describe('what is said of applications that were not made again', () => {
  const object = (id: string, fields: string) => `new ApiObject(application, '${id}', ${fields});`;
  const module = (...lines: readonly string[]) => `
import { ApiObject } from 'cdk8s';
import type { Application } from 'truekeel';
export default (application: Application) => { ${lines.join('\n')} };
`;
  const POD = (key: string) =>
    object(
      'pod',
      `{ apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'a', image: 'a', env: [
        { name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: '${key}' } } }] }] } }`,
    );
  const settings = (name: string, key: string) =>
    object(
      'settings',
      `{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name}' }, data: { ${key}: 'b' } }`,
    );

  const two = (web: string, api: string) => shop({ 'apps/web.ts': web, 'apps/api.ts': api });

  it('changes with what they refer to', async () => {
    const root = await two(module(POD('greeting')), module(settings('settings', 'greeting')));
    await keep(root);
    await keep(root);
    await write(root, { 'apps/api.ts': module(settings('settings', 'greting')) });
    expect(await errorsOf(root)).toEqual(['BROKEN_REFERENCE', 'BROKEN_REFERENCE']);
    await write(root, { 'apps/api.ts': module(settings('settings', 'greeting')) });
    await keep(root);
    // The one that refers is made again, and finds the other where it was kept.
    await write(root, { 'apps/web.ts': module(POD('greting')) });
    expect(await errorsOf(root)).toEqual(['BROKEN_REFERENCE', 'BROKEN_REFERENCE']);
  });

  it('changes with what others are called', async () => {
    const root = await two(module(settings('web', 'a')), module(settings('api', 'a')));
    await keep(root);
    await write(root, { 'apps/api.ts': module(settings('web', 'a')) });
    expect(await errorsOf(root)).toEqual(['DUPLICATE_KEY', 'DUPLICATE_KEY']);
  });

  it('changes with the definition of their kinds', async () => {
    const definition = (type: string) =>
      module(
        object(
          'definition',
          `{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'widgets.acme.io' },
            spec: { group: 'acme.io', scope: 'Namespaced', names: { kind: 'Widget', plural: 'widgets' }, versions: [{
              name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: {
                spec: { type: 'object', properties: { size: { type: '${type}' } } } } } } }] } }`,
        ),
      );
    const widget = module(
      object('widget', `{ apiVersion: 'acme.io/v1', kind: 'Widget', spec: { size: 1 } }`),
    );
    const root = await two(widget, definition('integer'));
    await keep(root);
    await keep(root);
    await write(root, { 'apps/api.ts': definition('string') });
    expect(await errorsOf(root)).toEqual(['WRONG_TYPE', 'WRONG_TYPE']);
  });

  it('is said again: warnings', async () => {
    const root = await two(module(POD('greeting')), module(settings('others', 'greeting')));
    const warned = async () => {
      const warnings: TruekeelError[] = [];
      await run(root, { keep: true, onWarning: (warning) => warnings.push(warning) });
      return warnings.map((warning) => warning.toJSON());
    };
    const first = await warned();
    expect(first.map(({ code }) => code)).toEqual(['MISSING_OBJECT', 'MISSING_OBJECT']);
    expect(await warned()).toEqual(first);
  });
});
