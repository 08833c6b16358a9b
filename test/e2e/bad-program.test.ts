import { describe, expect, it } from 'vitest';
import { Results } from '../../synth/cli/results.ts';
import { project } from './clusters.ts';
import { configMap, lineOf, program, staging } from './programs.ts';
import type { Project } from './project.ts';

interface Expected {
  readonly exit: number;
  /** What standard error has to say. */
  readonly says: readonly (string | RegExp)[];
}

/** Renders the work tree, which has to be refused, and to leave the repository as it was. */
async function isRefused(p: Project, { exit, says }: Expected, flags: readonly string[] = []): Promise<void> {
  const refs = p.git('for-each-ref');
  const outcome = await p.truekeel(['sync', '--yes', '--kubeconfig', 'nowhere', ...flags, '-o', 'json']);
  expect(outcome.exit, outcome.stderr).toBe(exit);
  for (const what of says) expect(outcome.stderr).toMatch(what);
  expect(outcome.stderr).not.toContain('mistake in Truekeel');
  const { errors } = Results.failure.parse(JSON.parse(outcome.stdout));
  for (const { code } of errors) expect(outcome.stderr).toContain(code);
  expect(p.git('for-each-ref')).toBe(refs);
  expect(p.git('status', '--porcelain')).toBe('');
}

function committed(files: Readonly<Record<string, string>>): Project {
  const p = project();
  p.commit('A program', files);
  return p;
}

const HEAD = `import { ApiObject } from 'cdk8s';
import { App, Application, Environment } from 'truekeel';
const app = new App();
const staging = new Environment(app, 'staging', { namespace: 'web' });
const web = new Application(staging, 'web');
`;
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    customConditions: ['source'],
    allowImportingTsExtensions: true,
  },
  include: ['*.ts'],
});

describe('a program is refused, and nothing is written, when', () => {
  it('its types are wrong: every place is named', () => {
    const text = `${HEAD}const replicas: number = 'three';\nnew ApiObject(web, 'x', { apiVersion: 'v1' });\napp.synth();\n`;
    return isRefused(committed({ 'main.ts': text, 'tsconfig.json': TSCONFIG }), {
      exit: 3,
      says: ['TYPE_ERROR', /main\.ts:6/, /main\.ts:7/],
    });
  });

  it('it throws', () =>
    isRefused(committed({ 'main.ts': `${HEAD}throw new Error('no such region');\n` }), {
      exit: 3,
      says: ['no such region', /main\.ts:6/],
    }));

  it('it does not parse', () =>
    isRefused(committed({ 'main.ts': `${HEAD}const = ;\n` }), { exit: 3, says: [/main\.ts:6/] }));

  it('it imports what is not there', () =>
    isRefused(committed({ 'main.ts': `import 'left-padding';\n${HEAD}app.synth();\n` }), {
      exit: 3,
      says: ['left-padding'],
    }));

  it('it is not there', () =>
    isRefused(committed({ 'other.ts': '' }), { exit: 3, says: ['main.ts', '--app'] }));

  it('it hands nothing over', () =>
    isRefused(committed({ 'main.ts': HEAD }), { exit: 3, says: [/synth\(\)/] }));

  it('two constructs make the same object: both are named', () => {
    const twin = { ...configMap(), metadata: { name: 'settings' } };
    const text = staging('web', { web: { one: twin }, api: { other: twin } });
    return isRefused(committed({ 'main.ts': text }), {
      exit: 4,
      says: [
        'DUPLICATE_KEY',
        'ConfigMap web/settings',
        'staging/web/one',
        'staging/api/other',
        `main.ts:${lineOf(text, "'one'")}`,
        `main.ts:${lineOf(text, "'other'")}`,
      ],
    });
  });

  it('a name is invalid', () => {
    const text = staging('web', { web: { one: { ...configMap(), metadata: { name: 'Not_A_Name' } } } });
    return isRefused(committed({ 'main.ts': text }), {
      exit: 4,
      says: ['INVALID_NAME', 'Not_A_Name', 'staging/web/one', `main.ts:${lineOf(text, "'one'")}`],
    });
  });

  it('an object has no namespace', () => {
    const text = program({ staging: { applications: { web: { objects: { one: configMap() } } } } });
    return isRefused(committed({ 'main.ts': text }), {
      exit: 4,
      says: ['MISSING_NAMESPACE', 'staging/web/one', `main.ts:${lineOf(text, "'one'")}`],
    });
  });

  it('it holds a plain Secret, whose value is not shown', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', stringData: { password: 'correct-horse' } };
    const text = staging('web', { web: { login: secret } });
    const p = committed({ 'main.ts': text });
    await isRefused(p, {
      exit: 4,
      says: ['PLAIN_SECRET', 'Secret web/login', 'staging/web/login', `main.ts:${lineOf(text, "'login'")}`],
    });
    const { stdout, stderr } = await p.truekeel(['render', '-o', 'json']);
    expect(stdout + stderr).not.toContain('correct-horse');
  });

  it('Kubernetes would refuse what it makes: every field is named, with the line', async () => {
    const objects = `new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { greeting: 'hello' }, datta: {} });
new ApiObject(web, 'pod', { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'main', image: 'a', env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'greting' } } }] }] } });
new ApiObject(web, 'old', { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', spec: {} });
`;
    const p = committed({ 'main.ts': `${HEAD}${objects}app.synth();\n` });
    await isRefused(p, {
      exit: 4,
      says: [
        'UNKNOWN_FIELD',
        /Did you mean data\?/,
        'main.ts:6',
        'staging/web/settings',
        'API_REMOVED',
        /Use policy\/v1/,
        'main.ts:8',
      ],
    });
    const { stdout } = await p.truekeel(['synth', '--out', 'dist', '-o', 'json']);
    expect(Results.failure.parse(JSON.parse(stdout)).errors).toMatchObject([
      { code: 'UNKNOWN_FIELD', field: 'datta', key: 'ConfigMap web/settings', source: { line: 6 } },
      { code: 'BROKEN_REFERENCE', field: 'spec.containers[0].env[0].valueFrom.configMapKeyRef.key' },
      { code: 'API_REMOVED', constructPath: 'staging/web/old', source: { file: 'main.ts', line: 8 } },
    ]);
  });

  it('several things are wrong: all of them are told in one run', () => {
    const text = staging('web', {
      web: {
        one: { ...configMap(), metadata: { name: 'Not_A_Name' } },
        two: { apiVersion: 'v1', kind: 'Secret', stringData: { a: 'b' } },
      },
    });
    return isRefused(committed({ 'main.ts': text }), {
      exit: 4,
      says: ['INVALID_NAME', 'PLAIN_SECRET', '2 errors'],
    });
  });

  it('it has no such environment', () =>
    isRefused(
      committed({ 'main.ts': staging('web', { web: { one: configMap() } }) }),
      { exit: 3, says: ['UNKNOWN_ENVIRONMENT', 'nowhere', 'staging'] },
      ['--environment', 'nowhere'],
    ));
});
