import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatKey } from '../../lib/objects/index.ts';
import { startAhead } from './ahead.ts';
import { failing, paths, project, run } from './testing/project.ts';

const HEAD = `import { App, Application, Environment } from 'truekeel';
import { ApiObject } from 'cdk8s';
const app = new App();
const staging = new Environment(app, 'staging');
`;
const settings = (id: string, more = '') =>
  `new ApiObject(web, '${id}', { apiVersion: 'v1', kind: 'ConfigMap'${more} });\n`;

describe('a program of Truekeel', () => {
  it('becomes environments, applications and objects with their places', async () => {
    const root = project({
      'main.ts': `${HEAD}import { Web } from './lib/web.ts';
new Web(staging, 'web', { namespace: 'web' });
console.log('the program may print');
app.synth();
`,
      'lib/web.ts': `import { ApiObject } from 'cdk8s';
import { Application } from 'truekeel';

export class Web extends Application {
  constructor(scope: any, id: string, props: any) {
    super(scope, id, props);
    new ApiObject(this, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } });
  }
}
`,
    });
    const [staging] = await run(root);
    expect(staging).toMatchObject({ name: 'staging', branch: 'rendered/staging', cluster: {} });
    expect(staging?.applications[0]?.objects[0]).toMatchObject({
      key: { group: '', kind: 'ConfigMap', namespace: 'web', name: 'settings' },
      path: 'web/web/ConfigMap/settings.yaml',
      constructPath: 'staging/web/settings',
      source: { file: 'lib/web.ts', line: 7, column: 5 },
      object: { data: { a: 'b' } },
    });
  });

  it('brings along health rules, whose mistakes are told with the line of the application', async () => {
    const text = (current: string) => `${HEAD}import { HealthRule } from 'truekeel';
const rule = HealthRule.of({ group: 'acme.io', kind: 'Widget', current: '${current}' });
const web = new Application(staging, 'web', { namespace: 'web', health: [rule] });
${settings('settings')}app.synth();
`;
    const [environment] = await run(project({ 'main.ts': text('object.status.ready') }));
    expect(environment?.applications[0]?.health).toEqual([
      { group: 'acme.io', kind: 'Widget', current: 'object.status.ready' },
    ]);
    expect(await failing(text('object.status.'))).toMatchObject([
      {
        code: 'INVALID_HEALTH_RULE',
        constructPath: 'staging/web',
        source: { file: 'main.ts', line: 7 },
      },
    ]);
  });

  it('finds the digests of its images beside itself, and is told of all that are not there', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const lock = { schema: 'truekeel.dev/images/v1', images: { api: { image: 'example/api:1', digest } } };
    const text = (...names: string[]) => `${HEAD}import { Image, Workload } from 'truekeel';
const web = new Application(staging, 'web', { namespace: 'web' });
${names.map((name) => `new Workload(web, '${name}', { image: Image.locked(web, '${name}').reference });`).join('\n')}
app.synth();
`;
    const files = { 'deploy/images.lock.json': JSON.stringify(lock) };
    const root = project({ ...files, 'deploy/main.ts': text('api') });
    const [environment] = await run(root, { program: 'deploy/main.ts' });
    const { spec } = environment!.applications[0]!.objects[0]!.object;
    expect(spec.template.spec.containers[0].image).toBe(`example/api:1@${digest}`);
    const wrong = project({ ...files, 'deploy/main.ts': text('web', 'worker') });
    await expect(run(wrong, { program: 'deploy/main.ts' })).rejects.toMatchObject({
      errors: ['web', 'worker'].map((name) => ({
        code: 'IMAGE_NOT_LOCKED',
        message: `staging/web: there is no image "${name}" in images.lock.json: it has api`,
        source: { file: 'deploy/main.ts', line: 6 },
      })),
    });
  });

  it('may end itself with process.exit(0) after it has synthesised', async () => {
    const root = project({
      'main.ts': `${HEAD}const web = new Application(staging, 'web', { namespace: 'web' });
${settings('settings')}app.synth();
process.exit(0);
`,
    });
    expect(paths(await run(root))).toEqual(['staging/web/web/ConfigMap/settings.yaml']);
  });

  it('fails when a listener of its own fails after it has synthesised', async () => {
    const [error] = await failing(`${HEAD}const web = new Application(staging, 'web', { namespace: 'web' });
${settings('settings')}process.on('exit', () => { throw new Error('too late'); });
app.synth();
`);
    expect(error?.code).toBe('PROGRAM_FAILED');
  });

  it('is taken over when it was started ahead', async () => {
    const root = project({
      'main.ts': `${HEAD}const web = new Application(staging, 'web', { namespace: 'web' });
${settings('settings')}app.synth();
`,
    });
    startAhead({ program: 'main.ts', cwd: root, root });
    expect(paths(await run(root, { timeoutMs: 120_000 }))).toEqual([
      'staging/web/web/ConfigMap/settings.yaml',
    ]);
  });

  it('is not mistaken for another that was started ahead', async () => {
    const main = (id: string) => `${HEAD}const web = new Application(staging, 'web', { namespace: 'web' });
${settings(id)}app.synth();
`;
    const root = project({ 'main.ts': main('wanted'), 'other.ts': main('other') });
    startAhead({ program: 'other.ts', cwd: root, root });
    expect(paths(await run(root))).toEqual(['staging/web/web/ConfigMap/wanted.yaml']);
  });

  it('hands over as much as it likes', async () => {
    const root = project({
      'main.ts': `${HEAD}const web = new Application(staging, 'web', { namespace: 'web' });
for (let i = 0; i < 40; i++) new ApiObject(web, 'c' + i, { apiVersion: 'v1', kind: 'ConfigMap', data: { big: 'x'.repeat(250000) } });
app.synth();
`,
    });
    const environments = await run(root);
    expect(paths(environments)).toHaveLength(40);
    expect(environments[0]?.applications[0]?.objects[0]?.object.data.big).toHaveLength(250_000);
  });
});

describe('an unmodified cdk8s program', () => {
  const body = (cdk8s: string) => `const app = new ${cdk8s}App();
const chart = new ${cdk8s}Chart(app, 'Hello World', { disableResourceNameHashes: true });
new plus.ConfigMap(chart, 'settings', { data: { a: 'b' } });
new ${cdk8s}Chart(app, 'empty');
app.synth();
`;

  it('is taken as ES module', async () => {
    const main = `import { App, Chart } from 'cdk8s';\nimport * as plus from 'cdk8s-plus-27';\n${body('')}`;
    const environments = await run(project({ 'main.ts': main }));
    expect(environments[0]).toMatchObject({
      name: 'default',
      branch: 'rendered/default',
      applications: [{ name: 'empty' }, { name: 'hello-world' }],
    });
    expect(paths(environments)).toEqual(['default/hello-world/default/ConfigMap/helloworld-settings.yaml']);
  });

  it('is taken as CommonJS', async () => {
    const main = `const cdk8s = require('cdk8s');\nconst plus = require('cdk8s-plus-27');\n${body('cdk8s.')}`;
    const environments = await run(project({ 'package.json': '{}', 'main.js': main }), {
      program: 'main.js',
    });
    expect(paths(environments)).toHaveLength(1);
    expect(environments[0]?.applications[1]?.objects[0]?.source).toEqual({
      file: 'main.js',
      line: 5,
      column: 1,
    });
  });

  it('may import its parts without endings, as for ts-node', async () => {
    const main = `import { App } from 'cdk8s';
import { Web } from './charts/web';
import { Db } from './charts';
const app = new App();
new Web(app, 'web');
new Db(app, 'db');
app.synth();
`;
    const chart = (name: string) => `import { Chart, ApiObject } from 'cdk8s';
export class ${name} extends Chart {
  constructor(scope, id) {
    super(scope, id, { namespace: 'shop' });
    new ApiObject(this, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name.toLowerCase()}' } });
  }
}
`;
    const root = project({ 'main.ts': main, 'charts/web.ts': chart('Web'), 'charts/index.ts': chart('Db') });
    expect(paths(await run(root))).toEqual([
      'default/db/shop/ConfigMap/db.yaml',
      'default/web/shop/ConfigMap/web.yaml',
    ]);
  });

  it('writes nothing of its own', async () => {
    const main = `import { App, Chart } from 'cdk8s';\nimport * as plus from 'cdk8s-plus-27';\n${body('')}`;
    const root = project({ 'main.ts': main });
    await run(root);
    expect(existsSync(`${root}/dist`)).toBe(false);
  });
});

describe('a program that is wrong', () => {
  it('is told where it threw', async () => {
    const [error] = await failing(
      `const a: any = undefined;\nexport function f() {\n  return a.b.c;\n}\nf();\n`,
    );
    expect(error).toMatchObject({
      code: 'PROGRAM_FAILED',
      family: 'usage',
      source: { file: 'main.ts', line: 3, column: 12 },
    });
    expect(error?.message).toMatch(/^main\.ts:3:12: TypeError: Cannot read properties of undefined/);
  });

  it.each([
    [
      'a promise that nobody catches',
      `await 0;\nPromise.reject(new Error('boom'));\nawait new Promise((r) => setTimeout(r, 1000));`,
      2,
    ],
    ['a value that is no error', `throw { why: 'boom' };`, 1],
    [
      'a cdk8s error',
      `import { App, Chart } from 'cdk8s';\nconst app = new App();\nnew Chart(app, 'boom');\nnew Chart(app, 'boom');`,
      4,
    ],
  ])('is told of %s', async (_what, main, line) => {
    const [error] = await failing(main);
    expect(error).toMatchObject({ code: 'PROGRAM_FAILED', source: { file: 'main.ts', line } });
    expect(error?.message).toContain('boom');
  });

  it('is told where its syntax is wrong', async () => {
    const [error] = await failing(`import './part.ts';\n`, {}, { 'part.ts': `const a = 1;\nconst = 2;\n` });
    expect(error).toMatchObject({ code: 'PROGRAM_FAILED', source: { file: 'part.ts', line: 2 } });
  });

  it('is told that enums have to be compiled', async () => {
    const [error] = await failing(`enum A { B }\nconsole.log(A.B);\n`);
    expect(error).toMatchObject({ code: 'PROGRAM_FAILED', source: { file: 'main.ts', line: 1 } });
    expect(error?.hint).toContain('compiled to JavaScript');
  });

  it('is told which package is missing', async () => {
    const [error] = await failing(`import 'not-there';\n`);
    expect(error).toMatchObject({ code: 'PROGRAM_FAILED', source: { file: 'main.ts', line: 1 } });
    expect(error?.message).toContain('not-there');
    expect(error?.hint).toContain('npm ci');
  });

  it('is told that it called no synth, with what it wrote', async () => {
    const [error] = await failing(`${HEAD}console.log('hello', staging.name);\n`);
    expect(error).toMatchObject({ code: 'NO_APP', family: 'usage', source: { file: 'main.ts' } });
    expect(error?.message).toContain('The program wrote:\n  hello staging');
  });

  it('is told that it ended itself', async () => {
    const [error] = await failing(`${HEAD}app.synth();\nprocess.exit(3);\n`);
    expect(error).toMatchObject({ code: 'PROGRAM_FAILED' });
    expect(error?.message).toContain('exit code 3');
  });

  it('is told of an await that never settles', async () => {
    const [error] = await failing(`${HEAD}app.synth();\nawait new Promise(() => {});\n`);
    expect(error?.message).toContain('awaits something that never comes');
  });

  it('is ended when it does not end', async () => {
    const [error] = await failing(`${HEAD}app.synth();\nfor (;;) {}\n`, { timeoutMs: 1500 });
    expect(error).toMatchObject({ code: 'PROGRAM_TIMEOUT', family: 'usage' });
  });

  it('is ended when it needs too much memory', async () => {
    const [error] = await failing(`const all = [];\nfor (;;) all.push(new Array(1000).fill(0.5));\n`, {
      memoryMb: 40,
    });
    expect(error).toMatchObject({ code: 'PROGRAM_OUT_OF_MEMORY' });
  });

  // Where there is no /proc, only the heap is bounded.
  it.runIf(process.platform === 'linux')('is ended when it needs too much beside its heap', async () => {
    const [error] = await failing(`const all = [];\nfor (;;) all.push(Buffer.alloc(50_000_000, 1));\n`, {
      memoryMb: 40,
    });
    expect(error).toMatchObject({ code: 'PROGRAM_OUT_OF_MEMORY' });
  });

  it.each(["console.log('x'.repeat(1000))", "process.stderr.write('x'.repeat(1000))"])(
    'is ended when it never ends to print: %s',
    async (print) => {
      const [error] = await failing(`for (;;) ${print};\n`);
      expect(error?.message).toContain('main.ts wrote more than fits');
    },
  );

  it('is told of a file that is not there', async () => {
    const [error] = await failing('', { program: 'other.ts' });
    expect(error).toMatchObject({ code: 'PROGRAM_NOT_FOUND', family: 'usage' });
  });

  it('is told of everything at once, with places', async () => {
    const errors = await failing(`${HEAD}const web = new Application(staging, 'web', { namespace: 'web' });
new ApiObject(web, 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'same' } });
new ApiObject(web, 'b', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'same' } });
new ApiObject(web, 'c', { apiVersion: 'v1', kind: 'Secret', stringData: { password: 'x' } });
new ApiObject(web, 'd', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'Not_A_Name' } });
new ApiObject(web, 'e', { apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: NaN, at: new Date(0), f() {} } });
web.node.addValidation({ validate: () => ['not like this'] });
const other = new Application(staging, 'other');
new ApiObject(other, 'f', { apiVersion: 'v1', kind: 'ConfigMap' });
app.synth();
`);
    expect(
      errors.map((error) => [error.code, error.source?.line, error.key && formatKey(error.key)]),
    ).toEqual([
      ['VALIDATION_FAILED', 5, undefined],
      ['INVALID_VALUE', 10, undefined],
      ['INVALID_VALUE', 10, undefined],
      ['INVALID_VALUE', 10, undefined],
      ['DUPLICATE_KEY', 7, 'ConfigMap web/same'],
      ['PLAIN_SECRET', 8, 'Secret web/c'],
      ['INVALID_NAME', 9, 'ConfigMap web/Not_A_Name'],
      ['MISSING_NAMESPACE', 13, 'ConfigMap f'],
    ]);
    expect(errors.every((error) => error.family === 'validation')).toBe(true);
    expect(errors[4]?.message).toBe(
      'ConfigMap web/same is made twice: by staging/web/a (main.ts:6) and by staging/web/b (main.ts:7)',
    );
    expect(errors.slice(1, 4).map((error) => error.message)).toEqual([
      'staging/web/e: spec.replicas is NaN',
      'staging/web/e: spec.at is a Date',
      'staging/web/e: spec.f is a function',
    ]);
  });

  it('is told of a name that an application cannot have', async () => {
    const [error] = await failing(`${HEAD}\nnew Application(staging, 'Web App');\napp.synth();\n`);
    expect(error).toMatchObject({
      code: 'INVALID_NAME',
      family: 'validation',
      constructPath: 'staging/Web App',
      source: { file: 'main.ts', line: 6 },
    });
  });
});

describe('the sandbox', () => {
  it.each([
    ['write', `import { writeFileSync } from 'node:fs';\nwriteFileSync('/tmp/truekeel-escape', 'x');`],
    [
      'read what is not of its repository',
      `import { readFileSync } from 'node:fs';\nreadFileSync('/etc/passwd');`,
    ],
    ['start a process', `import { execFileSync } from 'node:child_process';\nexecFileSync('true');`],
    ['end another process', `import process from 'node:process';\nprocess.kill(process.ppid, 0);`],
    ['end another one by other means', `const { ppid } = process;\n(process as any)._kill(ppid, 0);`],
    ['slow another process', `import { setPriority } from 'node:os';\nsetPriority(process.ppid, 10);`],
    ['start a worker', `import { Worker } from 'node:worker_threads';\nnew Worker('0', { eval: true });`],
  ])('does not let a program %s', async (_what, main) => {
    const [error] = await failing(main);
    expect(error).toMatchObject({ code: 'PROGRAM_FAILED', source: { file: 'main.ts', line: 2 } });
    expect(error?.hint).toContain('no network');
  });

  it('does not let a program connect', async () => {
    const [error] = await failing(`import { connect } from 'node:net';\nconnect(1, '127.0.0.1');`);
    expect(error?.message).toContain('Access to this API has been restricted');
    expect(error?.hint).toContain('no network');
  });

  it('says so when it was fetch that may not connect', async () => {
    const [error] = await failing(`await fetch('http://127.0.0.1:8080/');`);
    expect(error?.hint).toContain('no network');
  });

  it('does not let a program draw lots, wherever it gets them', async () => {
    const ways = [
      'randomUUID()',
      'webcrypto.randomUUID()',
      'globalThis.crypto.randomUUID()',
      'crypto.randomUUID()',
      'crypto.getRandomValues(new Uint8Array(1))',
      `process.getBuiltinModule('crypto').randomBytes(1)`,
      `createRequire(import.meta.url)('crypto').randomInt(9)`,
      `createRequire(import.meta.url)('node:crypto').webcrypto.getRandomValues(new Uint8Array(1))`,
      `(await import('crypto')).randomBytes(1)`,
    ];
    const tries = ways.map(
      (way) => `try { ${way}; console.log(${JSON.stringify(way)}); } catch (error) { tell(error); }`,
    );
    const head = (names: string) => `${names}
      import { createRequire } from 'node:module';
      let refused = 0;
      const tell = (error: Error) => { if (error.message.includes('must not depend on it')) refused += 1; };\n`;
    const rest = (some: readonly string[]) => `${some.join('\n')}\nthrow new Error(refused + ' refused');`;
    const named = await failing(
      `${head(`import { randomUUID, webcrypto } from 'node:crypto';`)}${rest(tries)}`,
    );
    expect(named[0]?.message).toContain(`${ways.length} refused`);
    // Without an import: each is the first to ask.
    const [, , ...others] = tries;
    for (const one of others) {
      const [error] = await failing(`${head('')}${rest([one])}`);
      expect(error?.message).toContain('1 refused');
    }
  });

  it('shows nothing of the environment but what is asked for', async () => {
    process.env.TRUEKEEL_TEST_TOKEN = 'hidden';
    const [error] = await failing(`throw new Error(JSON.stringify(Object.keys(process.env).sort()));`, {
      environmentVariables: { REGION: 'north' },
    });
    delete process.env.TRUEKEEL_TEST_TOKEN;
    expect(error?.message).toContain('["LANG","LC_ALL","NO_COLOR","REGION","TZ"]');
  });

  it('can be left by a program of one’s own', async () => {
    const root = project({
      'main.ts': `import { execFileSync } from 'node:child_process';\n${HEAD}execFileSync(process.execPath, ['-e', '0']);\napp.synth();\n`,
    });
    expect((await run(root, { unrestricted: true })).map(({ name }) => name)).toEqual(['staging']);
  });
});

describe('type checking', () => {
  const tsconfig = JSON.stringify({
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2024',
      noEmit: true,
      allowImportingTsExtensions: true,
      types: ['node'],
      skipLibCheck: true,
      customConditions: ['source'],
    },
    include: ['**/*.ts'],
  });
  const main = (replicas: string) => `import './part.ts';
import { App } from 'truekeel';
const replicas: number = ${replicas};
console.log(replicas, process.version);
new App().synth();
`;

  it('finds every type error of the program and its imports, and nothing else', async () => {
    const errors = await failing(
      main(`'three'`),
      { typecheck: true },
      {
        'tsconfig.json': tsconfig,
        'part.ts': `export const a: string = 1;\n`,
        'unrelated.test.ts': `export const b: string = 1;\n`,
      },
    );
    expect(errors.map((error) => [error.code, error.family, error.source])).toEqual([
      ['TYPE_ERROR', 'usage', { file: 'main.ts', line: 3, column: 7 }],
      ['TYPE_ERROR', 'usage', { file: 'part.ts', line: 1, column: 14 }],
    ]);
    expect(errors[0]?.message).toBe(
      "main.ts:3:7: Type 'string' is not assignable to type 'number'. (TS2322)",
    );
  });

  it('lets a program pass that has none', async () => {
    const root = project({ 'main.ts': main('3'), 'part.ts': 'export {};\n', 'tsconfig.json': tsconfig });
    await expect(run(root, { typecheck: true })).resolves.toEqual([]);
  });

  it('is left out where there is no tsconfig.json', async () => {
    const root = project({ 'main.ts': main(`'three'`), 'part.ts': 'export {};\n' });
    await expect(run(root, { typecheck: true })).resolves.toEqual([]);
  });
});
