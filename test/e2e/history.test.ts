import { expect, it } from 'vitest';
import { bare } from '../git/scratch.ts';
import { AgentBench } from './agent-bench.ts';
import { embeddedCluster, live, onBothClusters, unique } from './clusters.ts';
import { configMap, type Manifest, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

const immutable = (value: string): Manifest => ({ ...configMap({ value }), immutable: true });

onBothClusters('history', (cluster) => {
  const program = (namespace: string, fixed: string) =>
    staging(namespace, { web: { settings: configMap({ a: fixed }), fixed: immutable(fixed) } });
  const history = async (bench: Workbench, ...args: readonly string[]) =>
    (await bench.json('history', [...args, '--environment', 'staging'])).result;

  it('tells of each release who applied it, when, how long it took, and what failed', async () => {
    const bench = new Workbench(cluster());
    const { namespace, project } = bench;
    const first = await bench.deploy(program(namespace, '1'), 'One');
    await bench.render(program(namespace, '2'), 'Two');
    expect((await history(bench))[0]).toMatchObject({ subject: 'Two', current: true, runs: [] });
    for (let times = 0; times < 2; times++) expect((await bench.apply()).exit).toBe(5);
    const [two, one] = await history(bench);
    expect(one!.runs).toMatchObject([
      {
        outcome: 'applied',
        by: 'A Developer <developer@example.com>',
        cluster: cluster().server,
        plan: first.result.planDigest,
        changed: 3,
        errors: [],
        times: 1,
      },
    ]);
    const [run] = one!.runs;
    expect(Date.parse(run!.at)).not.toBeNaN();
    expect(run!.durationMs).toBeGreaterThan(0);
    const error = { code: 'IMMUTABLE_FIELD', key: `ConfigMap ${namespace}/fixed` };
    // The second try had another object less to do: it is another plan.
    expect(two!.runs.map(({ outcome, errors }) => ({ outcome, errors }))).toEqual([
      { outcome: 'failed', errors: [error] },
      { outcome: 'failed', errors: [error] },
    ]);
    expect((await bench.apply()).exit).toBe(5);
    expect((await history(bench))[0]!.runs.at(-1)).toMatchObject({ times: 2 });

    const { stdout } = await project.truekeel(['history', '--environment', 'staging']);
    expect(stdout).toMatch(/failed 2 times .*IMMUTABLE_FIELD ConfigMap/);
    const told = await project.truekeel(['history', 'rendered/staging~1', '--environment', 'staging']);
    expect(told.stdout).toMatch(/^[0-9a-f]{40} One\n/);
    expect(told.stdout).toContain(`plan        ${first.result.planDigest}`);
    // Nothing was to be done: that is told already.
    const notes = project.git('rev-parse', 'refs/notes/truekeel-runs');
    const elsewhere = await project.truekeel(['history', 'main', '--environment', 'staging']);
    expect(elsewhere.stderr).toContain('NOT_A_RELEASE');
    expect(project.git('rev-parse', 'refs/notes/truekeel-runs')).toBe(notes);
    // Values are never in it.
    expect(project.git('log', '-p', 'refs/notes/truekeel-runs')).not.toContain('"value"');
  });

  it('tells what a guard refused', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(program(namespace, '1'));
    const more = staging(unique(), { web: { settings: configMap() } });
    await bench.render(more, 'Elsewhere');
    expect((await bench.run('apply', ['--yes'])).exit).toBe(8);
    expect((await history(bench))[0]!.runs).toMatchObject([
      { outcome: 'refused', changed: 0, errors: [{ code: expect.stringMatching(/^[A-Z_]+$/) }] },
    ]);
  });

  it('adds nothing where nothing is to be done, and goes to the remote when asked', async () => {
    const bench = new Workbench(cluster());
    const { namespace, project } = bench;
    await bench.deploy(program(namespace, '1'));
    expect((await bench.apply()).exit).toBe(0);
    expect((await history(bench))[0]!.runs).toHaveLength(1);
    project.git('remote', 'add', 'origin', bare('shop.git'));
    await bench.render(
      staging(namespace, { web: { settings: configMap({ a: '3' }), fixed: immutable('1') } }),
    );
    const pushed = await bench.apply(['--yes', '--push']);
    expect(pushed.exit, pushed.stderr).toBe(0);
    expect(project.git('ls-remote', 'origin', 'refs/notes/truekeel-runs')).not.toBe('');
    // A remote that is away takes nothing from what was applied.
    project.git('remote', 'set-url', 'origin', '/nowhere/at/all');
    await bench.render(
      staging(namespace, { web: { settings: configMap({ a: '4' }), fixed: immutable('1') } }),
    );
    const alone = await bench.apply(['--yes', '--push']);
    expect(alone.exit).toBe(0);
    expect(alone.stderr).toContain('what came of this release is not on record');
  });
});

const cluster = embeddedCluster();
/** The note follows the log line by a push. */
const POLL = { timeout: 60_000 };

async function runsOf({ project }: AgentBench, commit: string): Promise<readonly object[]> {
  const refs = ['+refs/notes/*:refs/notes/*', '+refs/heads/rendered/*:refs/heads/rendered/*'];
  project.git('fetch', '--quiet', 'origin', ...refs);
  const { stdout } = await project.truekeel(['history', commit, '--environment', 'staging', '-o', 'json']);
  return JSON.parse(stdout)[0].runs;
}

it('the agent notes on the remote what came of releases, once', async () => {
  const bench = new AgentBench();
  const namespace = unique();
  const program = (fixed: string) => staging(namespace, { web: { fixed: immutable(fixed) } });
  bench.push(program('1'));
  await bench.start(cluster().client);
  const first = await bench.line('applied');
  await bench.callWebhook();
  await expect
    .poll(() => runsOf(bench, String(first.rendered)), POLL)
    .toMatchObject([
      { outcome: 'applied', by: 'Truekeel agent <agent@truekeel.invalid>', changed: 2, errors: [] },
    ]);
  const from = bench.lines.length;
  bench.push(program('2'));
  await bench.callWebhook();
  const failed = await bench.line('applied in part', from);
  await expect
    .poll(() => runsOf(bench, String(failed.rendered)), POLL)
    .toMatchObject([
      { outcome: 'failed', errors: [{ code: 'IMMUTABLE_FIELD', key: `ConfigMap ${namespace}/fixed` }] },
    ]);
  expect(
    await live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'fixed' }),
  ).toBeDefined();
});

it('the agent notes who approved what a release was held to', async () => {
  const bench = new AgentBench();
  const namespace = unique();
  const program = (a: string) => staging(namespace, { web: { settings: configMap({ a }) } });
  let approval: { plan?: string; by: readonly string[] } = { by: [] };
  bench.push(program('1'));
  await bench.start(cluster().client, { approvalOf: async () => approval });
  await bench.line('applied');

  bench.project.commit('Two', { 'main.ts': program('2') });
  expect((await bench.project.truekeel(['render', '--environment', 'staging', '--no-typecheck'])).exit).toBe(
    0,
  );
  const flags = ['--environment', 'staging', '--kubeconfig', cluster().kubeconfig, '-o', 'json'];
  const planned = await bench.project.truekeel(['plan', ...flags]);
  approval = { plan: JSON.parse(planned.stdout).planDigest, by: ['grace'] };
  bench.project.git('push', '--quiet', 'origin', 'main');
  const from = bench.lines.length;
  await bench.callWebhook();
  const { rendered } = await bench.line('applied', from);
  // It is noted when the agent looks next.
  await bench.callWebhook();
  await expect
    .poll(() => runsOf(bench, String(rendered)), POLL)
    .toMatchObject([{ outcome: 'applied', plan: approval.plan, approvals: [{ code: 'PLAN', by: 'grace' }] }]);
});
