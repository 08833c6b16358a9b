/** What programs and imports can be given that is bad, each through the command line: a code, a place, what to do, and nothing
 * half-written. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Results } from '../../synth/cli/results.ts';
import { VERBS } from '../../synth/cli/verbs/index.ts';
import { project } from './clusters.ts';
import { lineOf } from './programs.ts';

interface Sample {
  /** Of a program, behind its first lines. */
  readonly program: string;
  readonly code: string;
  readonly exit: 3 | 4;
  /** What stands in the line that is named; absent where no line is to blame. */
  readonly line?: string;
  readonly construct?: string;
  readonly says?: RegExp;
  readonly flags?: readonly string[];
}

const HEAD = `import { ApiObject, Lazy } from 'cdk8s';
import { App, Application, Environment, HelmChart } from 'truekeel';
const app = new App();
const staging = new Environment(app, 'staging', { namespace: 'web' });
const web = new Application(staging, 'web');
`;
const map = (data: string, id = 'map') =>
  `new ApiObject(web, '${id}', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'map' }, data: ${data} });`;
const END = '\napp.synth();\n';

const value = (what: string, says: RegExp, before = ''): Sample => ({
  program: `${before}${map(`{ a: ${what} } as any`)}${END}`,
  code: 'INVALID_VALUE',
  exit: 4,
  line: "new ApiObject(web, 'map'",
  construct: 'staging/web/map',
  says,
});

const SAMPLES: Readonly<Record<string, Sample>> = {
  'a loop without an end': {
    program: 'for (;;);\n',
    code: 'PROGRAM_TIMEOUT',
    exit: 3,
    flags: ['--program-timeout', '3'],
  },
  'a loop in promises': {
    program: 'for (;;) await null;\n',
    code: 'PROGRAM_TIMEOUT',
    exit: 3,
    flags: ['--program-timeout', '3'],
  },
  'a call of itself without an end': {
    program: 'const f = (): number => 1 + f();\nf();\n',
    code: 'PROGRAM_FAILED',
    exit: 3,
    line: 'const f =',
    says: /call stack/,
  },
  'an error with its stack': {
    program: "throw new Error('no such region');\n",
    code: 'PROGRAM_FAILED',
    exit: 3,
    line: 'throw new Error',
    says: /no such region/,
  },
  'an error without a stack': {
    program: "const error = new Error('no such region');\ndelete error.stack;\nthrow error;\n",
    code: 'PROGRAM_FAILED',
    exit: 3,
    says: /no such region/,
  },
  'what is thrown and is no error': {
    program: "throw 'no such region';\n",
    code: 'PROGRAM_FAILED',
    exit: 3,
    says: /no such region/,
  },
  'an error whose message cannot be read': {
    program: "throw Object.defineProperty(new Error(), 'message', { get() { throw new Error('x'); } });\n",
    code: 'PROGRAM_FAILED',
    exit: 3,
  },
  'a promise that is refused': {
    program: "void Promise.reject(new Error('no such region'));\nawait 0;\n",
    code: 'PROGRAM_FAILED',
    exit: 3,
    line: 'Promise.reject',
    says: /no such region/,
  },
  'a promise that is never settled': {
    program: `await new Promise(() => undefined);${END}`,
    code: 'PROGRAM_FAILED',
    exit: 3,
    says: /await|promise|settled/i,
  },
  'process.exit before it has made anything': { program: 'process.exit(0);\n', code: 'NO_APP', exit: 3 },
  'process.exit that fails': { program: 'process.exit(7);\n', code: 'PROGRAM_FAILED', exit: 3, says: /7/ },
  'output without an end': {
    program: "for (;;) console.log('x'.repeat(65536));\n",
    code: 'PROGRAM_FAILED',
    exit: 3,
    says: /wrote more than fits/,
  },
  'memory without an end': {
    program: 'const all: unknown[] = [];\nfor (;;) all.push(new Array(1000).fill({}));\n',
    code: 'PROGRAM_OUT_OF_MEMORY',
    exit: 3,
    flags: ['--program-memory', '128'],
  },
  'a prototype that is polluted': {
    program: `(Object.prototype as any).polluted = 'yes';\n${map('{ a: new Map([[1, 2]]) } as any')}${END}`,
    code: 'INVALID_VALUE',
    exit: 4,
    construct: 'staging/web/map',
  },
  'a Date': value('new Date(0)', /Date/),
  'a Map': value('new Map()', /Map/),
  'a Set': value('new Set()', /Set/),
  NaN: value('NaN', /NaN/),
  infinity: value('Infinity', /Infinity/),
  'a function': value('() => 1', /function/),
  'a symbol': value("Symbol('x')", /symbol/i),
  'a BigInt': value('10n', /bigint/i),
  'a cycle': value('cycle', /itself|cycle/i, 'const cycle: any = {};\ncycle.self = cycle;\n'),
  'a class of its own': value('new (class Own { x = 1 })()', /Own|class/),
  'a token that is not resolved': {
    program: `${map("{ a: '$' + '{Token[TOKEN.1]}' }")}${END}`,
    code: 'INVALID_VALUE',
    says: /token/i,
    exit: 4,
    line: "new ApiObject(web, 'map'",
    construct: 'staging/web/map',
  },
  'a value that cannot be made late': {
    program: `${map("{ a: Lazy.any({ produce: () => { throw new Error('not yet'); } }) }")}${END}`,
    code: 'RENDER_FAILED',
    exit: 4,
    line: "new ApiObject(web, 'map'",
    construct: 'staging/web/map',
    says: /not yet/,
  },
  'a name that is too long': {
    program: `new ApiObject(web, 'map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x'.repeat(300) } });${END}`,
    code: 'INVALID_NAME',
    exit: 4,
    line: "new ApiObject(web, 'map'",
    construct: 'staging/web/map',
    says: /253/,
  },
  'a name that is illegal': {
    program: `new ApiObject(web, 'map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '../x' } });${END}`,
    code: 'INVALID_NAME',
    exit: 4,
    line: "new ApiObject(web, 'map'",
    construct: 'staging/web/map',
  },
  'a chart, where nothing says which': {
    program: `new HelmChart(web, 'redis', { chart: 'redis' });${END}`,
    code: 'CHART_LOCK_MISSING',
    exit: 4,
    line: 'new HelmChart',
    construct: 'staging/web/redis',
  },
};

describe('a program is refused with a code, a place and what to do, and writes nothing, for', () => {
  it.each(Object.entries(SAMPLES))(
    '%s',
    async (_, { program, code, exit, line, construct, says, flags = [] }) => {
      const text = HEAD + program;
      const p = project();
      p.commit('A program', { 'main.ts': text });
      const refs = p.git('for-each-ref');
      const outcome = await p.truekeel(['render', '--no-typecheck', ...flags, '-o', 'json']);
      expect(outcome.exit, outcome.stderr).toBe(exit);
      expect(outcome.stderr).not.toContain('mistake in Truekeel');
      const { errors } = Results.failure.parse(JSON.parse(outcome.stdout));
      const [error] = errors;
      expect(error?.code).toBe(code);
      expect(error?.hint ?? '', outcome.stderr).not.toBe('');
      expect(error?.source?.file, outcome.stderr).toBe('main.ts');
      if (line !== undefined) expect(error?.source?.line).toBe(lineOf(text, line));
      if (construct !== undefined) expect(error?.constructPath).toBe(construct);
      if (says) expect(error?.message).toMatch(says);
      expect(p.git('for-each-ref')).toBe(refs);
      expect(p.git('status', '--porcelain')).toBe('');
      const synth = await p.truekeel(['synth', '--no-typecheck', ...flags]);
      expect([synth.exit, existsSync(join(p.directory, 'dist'))], synth.stderr).toEqual([exit, false]);
    },
  );
});

describe('an import is refused with a code, a place and what to do, and writes nothing, for', () => {
  const definition = (schema: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Widget, plural: widgets }
  versions: [{ name: v1, served: true, storage: true, schema: ${schema} }]
`;
  it.each([
    [
      'a definition whose type does not exist',
      definition('{ openAPIV3Schema: { type: objekt } }'),
      'INVALID_DEFINITION',
    ],
    ['a definition without a schema', definition('{}'), 'INVALID_DEFINITION'],
    ['what is no YAML', 'a: [1, 2\nb: }\n', 'INVALID_YAML'],
  ])('%s', async (_, text, code) => {
    const p = project({ 'crds/broken.yaml': text });
    const before = readdirSync(p.directory).sort();
    const { exit, stdout, stderr } = await p.truekeel(['import', 'crd', 'crds', '-o', 'json']);
    expect(exit, stderr).toBe(4);
    const document = JSON.parse(stdout) as {
      readonly errors?: readonly { code: string; hint?: string; source?: object }[];
    };
    expect(document.errors?.[0], stderr).toMatchObject({
      code,
      source: { file: expect.stringContaining('broken.yaml'), line: expect.any(Number) },
      hint: expect.stringMatching(/./),
    });
    expect(readdirSync(p.directory).sort()).toEqual(before);
  });
});

describe('what a program may take', () => {
  const codes = async (config: string, flags: readonly string[]) => {
    const p = project();
    p.commit('A program', {
      'main.ts': `${HEAD}for (;;);\n`,
      'truekeel.config.ts': `export default ${config};\n`,
    });
    const { exit, stdout } = await p.truekeel(['synth', '--no-typecheck', ...flags, '-o', 'json']);
    const { errors } = Results.failure.parse(JSON.parse(stdout));
    return [exit, errors.map(({ code, message }) => `${code} ${message}`).join()] as const;
  };

  it('comes from flags before the configuration', async () => {
    const seconds = (number: number) => [3, expect.stringMatching(`^PROGRAM_TIMEOUT .*\\b${number} s`)];
    expect(await codes('{ programTimeout: 1 }', [])).toEqual(seconds(1));
    expect(await codes('{ programTimeout: 3600 }', ['--program-timeout', '1'])).toEqual(seconds(1));
  });

  it.each([
    ['render', '--environment', 'staging'],
    ['promote', '--environment', 'staging'],
    ['review', '--base', 'HEAD'],
    ['verify', '--environment', 'staging'],
  ])('counts for each verb that runs it: %s', async (...args) => {
    const p = project({ 'main.ts': `${HEAD}new Application(staging, 'api');${END}` });
    p.commit('A program');
    expect((await p.truekeel(['render', '--no-typecheck'])).exit).toBe(0);
    p.commit('Another one', { 'main.ts': `${HEAD}for (;;);\n` });
    if (args[0] === 'verify') expect((await p.truekeel(args)).exit).toBe(0);
    const { exit, stdout, stderr } = await p.truekeel([...args, '--program-timeout', '0.001']);
    expect([exit, stdout + stderr]).toEqual([3, expect.stringContaining('PROGRAM_TIMEOUT')]);
  });

  it('can be said to each verb that runs it', () => {
    const flags = (verb: (typeof VERBS)[number]) => verb.options.map(({ long }) => long);
    const running = VERBS.filter((verb) => flags(verb).includes('--app'));
    expect(running.map(({ name }) => name)).toContain('agent');
    const without = running.filter(
      (verb) => !flags(verb).includes('--program-timeout') || !flags(verb).includes('--program-memory'),
    );
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it.each([
    ['{ programTimeout: 0 }', [], 'CONFIG_INVALID'],
    ['{ programMemory: 1 }', [], 'CONFIG_INVALID'],
    ['{}', ['--program-memory', 'much'], 'INVALID_FLAG'],
    ['{}', ['--program-timeout=-1'], 'INVALID_FLAG'],
  ] as const)('is refused where it is no limit: %s %j', async (config, flags, code) => {
    expect(await codes(config, flags)).toEqual([3, expect.stringMatching(`^${code} `)]);
  });
});
