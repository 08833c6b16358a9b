import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { onBothClusters, project, unique } from './clusters.ts';
import { type ApplicationSpec, configMap, program, staging } from './programs.ts';
import type { Project } from './project.ts';
import { Workbench, withResult } from './workbench.ts';

const NOWHERE = { PATH: process.env.PATH, HOME: '/nonexistent' };

async function review(at: Project, flags: readonly string[] = []) {
  const args = ['review', '--base', 'main', '--no-typecheck', ...flags, '-o', 'json'];
  return withResult('review', await at.truekeel(args, { env: NOWHERE }));
}

/** A repository with a program on `main`, and a change of it on `change`, which is checked out. */
function changed(before: string, after: string, more: Readonly<Record<string, string>> = {}): Project {
  const made = project();
  made.commit('A program', { 'main.ts': before });
  made.git('checkout', '--quiet', '-b', 'change');
  made.commit('A change', { 'main.ts': after, ...more });
  return made;
}

onBothClusters('a review', (cluster) => {
  it('shows the very plan that applying the change then carries out', async () => {
    const bench = new Workbench(cluster());
    const { namespace, project: at } = bench;
    await bench.deploy(staging(namespace, { web: { settings: configMap({ a: '1' }), old: configMap() } }));
    at.git('checkout', '--quiet', '-b', 'change');
    at.commit('A change', { 'main.ts': staging(namespace, { web: { settings: configMap({ a: '2' }) } }) });
    const reviewed = await bench.json('review', [
      '--base',
      'main',
      '--no-typecheck',
      '--kubeconfig',
      cluster().kubeconfig,
    ]);
    expect(reviewed.exit, reviewed.stderr).toBe(0);
    const [environment] = reviewed.result.environments;
    expect(environment).toMatchObject({
      environment: 'staging',
      cluster: { server: cluster().server },
      approves: { kind: 'plan' },
      actions: { create: 0, change: 1, delete: 1 },
      errors: [],
    });
    at.git('checkout', '--quiet', 'main');
    at.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'change');
    await bench.json('render', ['--no-typecheck']);
    const applied = await bench.apply(['--plan', environment!.approves.digest]);
    expect(applied.exit, applied.stderr).toBe(0);
  });

  it('tells what was merged before and is in no release yet, besides the change', async () => {
    const bench = new Workbench(cluster());
    const { namespace, project: at } = bench;
    const text = (a: string) => staging(namespace, { web: { settings: configMap({ a }) } });
    await bench.deploy(text('1'), 'Released');
    const released = at.git('rev-parse', 'HEAD');
    at.commit('feat(web): merged, not released (#12)', { 'main.ts': text('2') });
    at.git('checkout', '--quiet', '-b', 'change');
    at.commit('The change', { 'main.ts': text('3') });
    const args = ['--base', 'main', '--no-typecheck', '--kubeconfig', cluster().kubeconfig];
    const { result } = await bench.json('review', args);
    const [{ work } = {}] = result.environments;
    expect(work?.since).toBe(released);
    expect(work?.entries.map(({ description, pullRequest }) => [description, pullRequest])).toEqual([
      ['The change', undefined],
      ['merged, not released', 12],
    ]);
    const shown = await at.truekeel(['review', ...args]);
    expect(shown.stdout).toContain(`since its last release, of ${released.slice(0, 7)}`);
    expect(shown.stdout).toContain('merged, not released (#12)');
  });

  it('writes nothing', async () => {
    const bench = new Workbench(cluster());
    const { namespace, project: at } = bench;
    await bench.deploy(staging(namespace, { web: { settings: configMap({ a: '1' }) } }));
    const refs = at.git('for-each-ref');
    at.git('checkout', '--quiet', '-b', 'change');
    at.write({ 'main.ts': staging(namespace, { web: { settings: configMap({ a: '2' }) } }) });
    at.git('commit', '--quiet', '--all', '--message', 'A change');
    const head = at.git('for-each-ref', 'refs/heads/change');
    await bench.run('review', ['--base', 'main', '--no-typecheck']);
    expect(
      at
        .git('for-each-ref')
        .split('\n')
        .filter((line) => line !== head)
        .join('\n'),
    ).toBe(refs);
    expect((await bench.plan()).result.changes).toEqual([]);
  });
});

describe('a review without a cluster', () => {
  it('compares what both render, object by object, and says why', async () => {
    const before = staging('shop', {
      web: { settings: configMap({ a: '1' }), gone: configMap(), same: configMap() },
    });
    const after = staging('shop', {
      web: { settings: configMap({ a: '2' }), added: configMap(), same: configMap() },
    });
    const { exit, result, stderr } = await review(changed(before, after));
    expect(exit, stderr).toBe(0);
    const [environment] = result.environments;
    expect(environment).toMatchObject({
      compared: 'there is no kubeconfig',
      approves: { kind: 'rendered' },
      actions: { create: 1, change: 1, delete: 1 },
    });
    const rows = environment!.changes.map(({ action, key, because }) => `${action} ${key}: ${because}`);
    expect(rows.toSorted()).toEqual([
      'change ConfigMap shop/settings: a 1 → 2',
      'create ConfigMap shop/added: ',
      'delete ConfigMap shop/gone: no longer in the program',
    ]);
  });

  it('says nothing of a change of text that changes no object', async () => {
    const program = staging('shop', { web: { settings: configMap({ a: '1' }) } });
    const at = changed(program, `// A comment, and other lines.\n\n\n${program}`);
    const { exit, result } = await review(at, ['--exit-code']);
    expect(exit).toBe(0);
    expect(result.environments[0]!.changes).toEqual([]);
  });

  it('tells of an environment that the change takes out of the program', async () => {
    const applications = { web: { objects: { settings: configMap() } } };
    const environment = { namespace: 'shop', applications };
    const both = program({ staging: environment, production: environment });
    const at = changed(both, program({ production: environment }));
    const { exit, result } = await review(at);
    expect(exit).toBe(0);
    expect(result.environments.map(({ environment }) => environment)).toEqual(['production']);
    expect(result.dropped).toEqual([{ environment: 'staging', branch: 'rendered/staging' }]);
    const said = 'no longer in the program: ';
    const args = ['review', '--base', 'main', '--no-typecheck'];
    expect((await at.truekeel(args, { env: NOWHERE })).stdout).toContain(`staging · ${said}rendered/staging`);
    const { stdout } = await at.truekeel([...args, '-o', 'markdown'], { env: NOWHERE });
    expect(stdout).toContain(`- **staging** ${said}`);
  });

  it('does not check the types of a change that may bring another compiler, and says so', async () => {
    const before = staging('shop', { web: { settings: configMap({ a: '1' }) } });
    const after = `${before}\nexport const wrong: number = 'text';\n`;
    const at = changed(before, after, { 'tsconfig.json': '{}', '.npmrc': 'registry=https://npm.example' });
    const args = ['review', '--base', 'main', '-o', 'json'];
    const { exit, result } = await withResult('review', await at.truekeel(args, { env: NOWHERE }));
    expect(exit).toBe(0);
    expect(result.newWarnings).toMatchObject([{ code: 'TYPES_NOT_CHECKED' }]);
  });

  it('ends with 2 where changes are pending and somebody asked', async () => {
    const at = changed(staging('shop', { web: {} }), staging('shop', { web: { settings: configMap() } }));
    expect((await review(at, ['--exit-code'])).exit).toBe(2);
  });

  it('looks at what the merge would give, not at the branch alone', async () => {
    const program = (web: ApplicationSpec['objects']) => staging('shop', { web });
    const before = program({});
    const at = changed(before, before, { 'data.json': '{"a":"1"}' });
    at.git('checkout', '--quiet', 'main');
    at.commit('Meanwhile', { 'main.ts': program({ meanwhile: configMap() }) });
    at.git('checkout', '--quiet', 'change');
    const { result } = await review(at);
    expect(result.environments[0]!.changes).toEqual([]);
    const again = await review(at);
    expect(again.result.head).toBe(result.head);
  });

  it('ends with 5 where it cannot be merged, and names the files', async () => {
    const at = changed(staging('shop', { web: {} }), staging('shop', { web: { one: configMap() } }));
    at.git('checkout', '--quiet', 'main');
    at.commit('Meanwhile', { 'main.ts': staging('shop', { web: { two: configMap() } }) });
    at.git('checkout', '--quiet', 'change');
    const refused = await at.truekeel(['review', '--base', 'main', '--no-typecheck'], { env: NOWHERE });
    expect(refused.exit).toBe(5);
    expect(refused.stderr).toContain('MERGE_CONFLICT');
    expect(refused.stderr).toContain('main.ts');
  });

  it('tells what keeps the change from rendering, with the exit code of that', async () => {
    const at = changed(staging('shop', { web: {} }), 'throw new Error("not today");');
    const { exit, result } = await review(at);
    expect(exit).toBe(3);
    expect(result.errors).toMatchObject([{ code: 'PROGRAM_FAILED' }]);
    const markdown = await at.truekeel(['review', '--base', 'main', '--no-typecheck', '-o', 'markdown'], {
      env: NOWHERE,
    });
    expect(markdown.stdout).toContain('**It does not render.**');
  });

  it.each([
    ['--base', 'nowhere', 'UNKNOWN_REVISION'],
    ['--pull-request', 'seven', 'INVALID_FLAG'],
    ['--comment-limit', '-1', 'INVALID_FLAG'],
  ])('refuses %s %s before anything else', async (flag, value, code) => {
    const at = changed(staging('shop', { web: {} }), staging('shop', { web: { added: configMap() } }));
    const env = {
      ...NOWHERE,
      TRUEKEEL_FORGE: 'gitea',
      TRUEKEEL_FORGE_URL: 'https://git.example.com',
      TRUEKEEL_FORGE_REPOSITORY: 'a/b',
      GITEA_TOKEN: 'x',
    };
    const args = ['review', '--base', 'main', flag, value, ...(code === 'INVALID_FLAG' ? ['--post'] : [])];
    const refused = await at.truekeel(args, { env });
    expect(refused.exit, refused.stderr).toBe(3);
    expect(refused.stderr).toContain(code);
  });

  it('asks for a base where nothing names one', async () => {
    const at = changed(staging('shop', { web: {} }), staging('shop', { web: { added: configMap() } }));
    const refused = await at.truekeel(['review'], { env: NOWHERE });
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('NO_REVIEW_BASE');
  });

  it('falls back to comparing where the cluster cannot be reached, and says so', async () => {
    const at = changed(staging('shop', { web: {} }), staging('shop', { web: { [unique()]: configMap() } }));
    const kubeconfig = `${at.directory}/kubeconfig.yaml`;
    at.write({
      'kubeconfig.yaml': JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'gone',
        clusters: [{ name: 'gone', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [{ name: 'gone', user: { token: 'x' } }],
        contexts: [{ name: 'gone', context: { cluster: 'gone', user: 'gone' } }],
      }),
    });
    const { exit, result, stderr } = await review(at, ['--kubeconfig', kubeconfig]);
    expect(exit, stderr).toBe(0);
    expect(result.environments[0]!.compared).toMatch(/127\.0\.0\.1:1/);
    expect(result.environments[0]!.approves.kind).toBe('rendered');
  });

  it('takes no kubeconfig from what is under review: it could name programs to run', async () => {
    const program = staging('shop', { web: {} });
    const at = changed(program, program, {
      'truekeel.config.ts': "export default { kubeconfig: 'kubeconfig.yaml' };\n",
      'kubeconfig.yaml': JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'evil',
        clusters: [{ name: 'evil', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [
          {
            name: 'evil',
            user: {
              exec: {
                apiVersion: 'client.authentication.k8s.io/v1',
                command: 'touch',
                args: ['ran'],
                interactiveMode: 'Never',
              },
            },
          },
        ],
        contexts: [{ name: 'evil', context: { cluster: 'evil', user: 'evil' } }],
      }),
    });
    const { result } = await review(at);
    expect(result.environments[0]!.compared).toBe('there is no kubeconfig');
    expect(existsSync(`${at.directory}/ran`)).toBe(false);
  });
});
