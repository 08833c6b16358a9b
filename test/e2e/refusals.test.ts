/** A failing sample of each diagnostic that no other test brings about: its code, and where it is. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Results } from '../../synth/cli/results.ts';
import { project } from './clusters.ts';

const HEAD = `import { ApiObject, Lazy } from 'cdk8s';
import { App, Application, Environment, HelmChart, Policies, PolicyException, SealedSecret } from 'truekeel';
void [ApiObject, Lazy, HelmChart, Policies, PolicyException, SealedSecret];
const app = new App({ policies: [Policies.starterRule('latest-tag')] });
const staging = new Environment(app, 'staging', { namespace: 'web' });
const web = new Application(staging, 'web');
new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap' });
`;
const LINE = HEAD.split('\n').length;

interface Told {
  readonly code: string;
  readonly message: string;
  readonly source?: { readonly file: string; readonly line: number };
}

async function synth(line: string): Promise<{ exit: number; told: readonly Told[]; stderr: string }> {
  const p = project({ 'main.ts': `${HEAD}${line}\napp.synth();\n` });
  const { exit, stdout, stderr } = await p.truekeel(['synth', '--no-typecheck', '-o', 'json']);
  const result: unknown = JSON.parse(stdout);
  const told = exit === 0 ? [] : (Results.failure.parse(result).errors as readonly Told[]);
  return { exit, told, stderr };
}

describe('synth refuses', () => {
  it.each<[string, string, string, string, number?]>([
    [
      'SEALED_MISSING',
      'a sealed file that is not there',
      "new SealedSecret(web, 'db', { file: 'secrets/none.yaml' });",
      'there is no file secrets/none.yaml',
    ],
    [
      'CHART_LOCK_MISSING',
      'a chart where nothing is locked',
      "new HelmChart(web, 'redis', { chart: 'redis' });",
      'charts.lock.json',
    ],
    [
      'RENDER_FAILED',
      'a value that cannot be made',
      "new ApiObject(web, 'x', { apiVersion: 'v1', kind: 'ConfigMap', data: Lazy.any({ produce: () => { throw new Error('no such key'); } }) });",
      'no such key',
    ],
    [
      'UNKNOWN_POLICY',
      'a policy that there is not',
      "new Environment(app, 'production', { policies: [Policies.starterRule('latest-tags')] });",
      'there is no starter policy named latest-tags',
    ],
    [
      'INVALID_POLICY_EXCEPTION',
      'an exception without a reason',
      "PolicyException.add(web, { policy: 'latest-tag', reason: '', expires: '2999-01-01' });",
      'reason',
      // Where the application is made that it is for.
      LINE - 2,
    ],
  ])('%s: %s', async (code, _what, line, message, place = LINE) => {
    const { exit, told } = await synth(line);
    expect(exit).toBe(4);
    expect(told).toMatchObject([
      { code, message: expect.stringContaining(message), source: { file: 'main.ts', line: place } },
    ]);
  });

  it('nothing where an exception is not needed, and says so: UNUSED_POLICY_EXCEPTION', async () => {
    const { exit, stderr } = await synth(
      "PolicyException.add(web, { policy: 'latest-tag', reason: 'TICKET-7', expires: '2999-01-01' });",
    );
    expect(exit).toBe(0);
    expect(stderr).toContain('UNUSED_POLICY_EXCEPTION');
    expect(stderr).toContain(`main.ts:${LINE - 2}`);
  });

  it('a policy that fails itself: POLICY_FAILED', async () => {
    const { exit, told } = await synth(
      "class Broken extends (await import('truekeel')).Policy { constructor() { super('broken', { description: 'x' }); } checkObject() { throw new Error('out of luck'); } }\nnew Environment(app, 'production', { namespace: 'x', policies: [new Broken()] }); new ApiObject(new Application(app.node.findChild('production'), 'web'), 'x', { apiVersion: 'v1', kind: 'ConfigMap' });",
    );
    expect(exit).toBe(4);
    expect(told).toMatchObject([{ code: 'POLICY_FAILED', message: expect.stringContaining('out of luck') }]);
  });
});

describe('the command line refuses', () => {
  const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n';
  it.each<[string, number, string, readonly string[], Record<string, string>]>([
    ['NOT_AN_OBJECT', 4, 'it has no apiVersion and kind', ['health', 'a.yaml'], { 'a.yaml': 'a: b\n' }],
    ['PROJECT_EXISTS', 3, 'already has main.ts', ['init', '.'], { 'main.ts': '' }],
    [
      'NO_WEBHOOK_SECRET',
      3,
      'a webhook needs a secret',
      ['agent', '--repo', 'x', '--environment', 'staging', '--webhook-port', '8080'],
      {},
    ],
    [
      'INVALID_FLAG',
      3,
      '--require-approval is about rendering',
      ['agent', '--repo', 'x', '--environment', 'staging', '--no-render', '--require-approval'],
      {},
    ],
    [
      'NO_LOCKFILE',
      3,
      'no package-lock.json',
      ['render', '--source', 'HEAD', '--environment', 'staging'],
      {},
    ],
  ])('%s', async (code, exit, message, args, files) => {
    const p = project({ 'pod.yaml': POD, ...files });
    if (code === 'NO_LOCKFILE') {
      p.commit('Without a lockfile', { 'main.ts': HEAD, 'package.json': '{}' });
      rmSync(join(p.directory, 'node_modules'), { recursive: true });
    }
    const refused = await p.truekeel(args);
    expect(refused.exit, refused.stderr).toBe(exit);
    expect(refused.stderr).toContain(code);
    expect(refused.stderr).toContain(message);
  });
});
