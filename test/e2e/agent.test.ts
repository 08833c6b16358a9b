import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TruekeelError } from '../../lib/objects/index.ts';
import { git, scratch } from '../git/scratch.ts';
import { AgentBench } from './agent-bench.ts';
import { editAs, embeddedCluster, live, onBothClusters, unique } from './clusters.ts';
import { configMap, deployment, staging } from './programs.ts';

const greeting = (namespace: string, text: string) =>
  staging(namespace, { web: { settings: configMap({ greeting: text }), web: deployment('web') } });

onBothClusters('the agent', (cluster) => {
  const settings = (namespace: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace,
    name: 'settings',
  });

  it('takes a push to the cluster, woken by a signed webhook and by nothing else', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    const source = bench.push(greeting(namespace, 'one'));
    await bench.start(cluster().client);
    const applied = await bench.line('applied');
    expect(applied).toMatchObject({ level: 'info', source, actions: { create: 3 }, errors: 0 });
    expect((await live(cluster(), settings(namespace)))?.data).toEqual({ greeting: 'one' });
    expect(await bench.readiness()).toBe(200);

    const next = bench.push(greeting(namespace, 'two'), 'Say two');
    expect(await bench.callWebhook('unsigned')).toBe(401);
    const from = bench.lines.length;
    expect(await bench.callWebhook()).toBe(202);
    expect(await bench.line('new source commit', from)).toMatchObject({ source: next, subject: 'Say two' });
    expect(bench.lines.slice(0, from).filter(({ msg }) => msg === 'new source commit')).toHaveLength(1);
    expect(await bench.line('applied', from)).toMatchObject({
      source: next,
      actions: { change: 1, none: 2 },
    });
    expect((await live(cluster(), settings(namespace)))?.data).toEqual({ greeting: 'two' });
    // What it rendered is on the remote for everybody to see.
    bench.project.git('fetch', '--quiet', 'origin');
    expect(bench.project.git('log', '-1', '--format=%s', 'origin/rendered/staging')).toBe('Say two');
  });

  it('renders again at once when the source moves on, and somebody else renders it first', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.push(greeting(namespace, 'one'), 'Say one');
    await bench.start(cluster().client);
    await bench.line('applied');
    const from = bench.lines.length;
    bench.push(greeting(namespace, 'two'), 'Say two');
    bench.beforePush = async () => {
      bench.push(greeting(namespace, 'three'), 'Say three');
      bench.project.git('fetch', '--quiet', 'origin', 'rendered/staging:rendered/staging');
      const rendered = await bench.project.truekeel([
        'render',
        '--environment',
        'staging',
        '--push',
        '--no-typecheck',
      ]);
      expect(rendered.exit, rendered.stderr).toBe(0);
    };
    await bench.callWebhook();
    await bench.line('the source branch moved on while it was rendered', from);
    await bench.line('applied', from);
    expect((await live(cluster(), settings(namespace)))?.data).toEqual({ greeting: 'three' });
    const subjects = git(bench.remote, 'log', '--format=%s', 'rendered/staging').split('\n');
    expect(subjects).toEqual(['Say three', 'Say one']);
  });

  it('follows only commits that somebody trusted signed, and what it rendered of them', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    const key = join(scratch(), 'ann');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const allowedSigners = `${key}.allowed`;
    writeFileSync(allowedSigners, `ann@example.org ${readFileSync(`${key}.pub`, 'utf8')}`);
    const { project } = bench;
    project.git('config', 'gpg.format', 'ssh');
    project.git('config', 'user.signingKey', key);
    project.git('config', 'commit.gpgSign', 'true');
    bench.push(greeting(namespace, 'signed'));
    await bench.start(cluster().client, { trusted: { allowedSigners }, sign: { kind: 'ssh', key } });
    await bench.line('applied');
    const rendered = git(bench.remote, 'cat-file', 'commit', 'rendered/staging');
    expect(rendered).toContain('BEGIN SSH SIGNATURE');

    project.git('config', 'commit.gpgSign', 'false');
    const from = bench.lines.length;
    const unsigned = bench.push(greeting(namespace, 'unsigned'), 'Unsigned');
    await bench.callWebhook();
    const refused = await bench.line(/does not render/, from);
    expect(refused).toMatchObject({ source: unsigned, error: { code: 'SIGNATURE_REFUSED' } });

    // Somebody who may push to the rendered branch, and has no key.
    const tree = git(bench.remote, 'rev-parse', 'rendered/staging^{tree}');
    const message = git(bench.remote, 'log', '-1', '--format=%B', 'rendered/staging');
    const forged = git(bench.remote, 'commit-tree', '-p', 'rendered/staging', '-m', message, tree);
    git(bench.remote, 'update-ref', 'refs/heads/rendered/staging', forged);
    const again = bench.lines.length;
    await bench.callWebhook();
    const kept = await bench.line('the release is not followed', again);
    expect(kept).toMatchObject({ rendered: forged, error: { code: 'SIGNATURE_REFUSED' } });
    expect((await live(cluster(), settings(namespace)))?.data).toEqual({ greeting: 'signed' });
  });

  it('keeps a release back until its hook has succeeded, try after try', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    const migrate = (image: string, nodeSelector: Record<string, string>) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { annotations: { 'truekeel.dev/hook': 'before' } },
      spec: {
        backoffLimit: 0,
        ...(image === 'bad' && { activeDeadlineSeconds: 1 }),
        template: {
          metadata: { annotations: image === 'bad' ? { 'cluster.truekeel.dev/fail': 'unschedulable' } : {} },
          spec: { restartPolicy: 'Never', nodeSelector, containers: [{ name: 'main', image }] },
        },
      },
    });
    const release = (text: string, job: ReturnType<typeof migrate>) =>
      staging(namespace, { web: { settings: configMap({ greeting: text }), migrate: job } });
    const greets = async () => (await live(cluster(), settings(namespace)))?.data;
    bench.push(release('one', migrate('good', {})));
    await bench.start(cluster().client);
    await bench.line('applied');
    const from = bench.lines.length;
    bench.push(release('two', migrate('bad', { 'example.com/none': 'such' })), 'Break it');
    await bench.callWebhook();
    await bench.line('applied in part', from);
    const again = bench.lines.length;
    await bench.line('applied in part', again);
    expect(await greets()).toEqual({ greeting: 'one' });
    const mended = bench.lines.length;
    bench.push(release('three', migrate('better', {})), 'Mend it');
    await bench.callWebhook();
    await bench.line(/^applied$/, mended);
    expect(await greets()).toEqual({ greeting: 'three' });
  });

  it('lets the Job of a hook go that has run', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    const migrate = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { annotations: { 'truekeel.dev/hook': 'before' } },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'x' }] } } },
    };
    bench.push(staging(namespace, { web: { settings: configMap({ greeting: 'one' }), migrate } }));
    await bench.start(cluster().client);
    await bench.line('applied');
    const remove = async (apiVersion: string, kind: string, name: string) => {
      const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
      const resource = await cluster().client.resource({ group, version, kind });
      await cluster().client.delete(resource, { namespace, name }, { propagation: 'Background' });
    };
    const from = bench.lines.length;
    await remove('batch/v1', 'Job', 'migrate');
    // By the time that this is healed, the Job would be, too.
    await remove('v1', 'ConfigMap', 'settings');
    await bench.line('healed', from);
    const drifted = bench.lines.slice(from).filter(({ msg }) => msg.startsWith('drift'));
    expect(drifted.map(({ object }) => object)).toEqual([`ConfigMap ${namespace}/settings`]);
    expect(
      await live(cluster(), { apiVersion: 'batch/v1', kind: 'Job', namespace, name: 'migrate' }),
    ).toBeUndefined();
    // A new release does not make it anew either.
    bench.push(staging(namespace, { web: { settings: configMap({ greeting: 'two' }), migrate } }), 'Say two');
    const next = bench.lines.length;
    await bench.callWebhook();
    expect(await bench.line('applied', next)).toMatchObject({ actions: { create: 0, change: 1, none: 2 } });
  });

  it('heals what somebody changed or deleted, and says who it was', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.push(greeting(namespace, 'one'));
    await bench.start(cluster().client);
    await bench.line('applied');

    let from = bench.lines.length;
    await editAs(cluster(), 'kubectl-edit', settings(namespace), { data: { greeting: 'by hand' } });
    expect(await bench.line(/^drift/, from)).toMatchObject({
      object: `ConfigMap ${namespace}/settings`,
      fields: [{ path: 'data.greeting', by: 'kubectl-edit' }],
    });
    await bench.line('healed', from);
    expect((await live(cluster(), settings(namespace)))?.data).toEqual({ greeting: 'one' });

    from = bench.lines.length;
    const maps = await cluster().client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
    await cluster().client.delete(maps, { namespace, name: 'settings' });
    await bench.line('healed', from);
    expect((await live(cluster(), settings(namespace)))?.data).toEqual({ greeting: 'one' });
  });

  it('reads no list for a release that changes one object, and nothing for one that changes none', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.push(greeting(namespace, 'one'));
    await bench.start(cluster().client);
    await bench.line('applied');

    const lists = () => cluster().client.requests.byVerb.list ?? 0;
    const before = lists();
    let from = bench.lines.length;
    bench.push(greeting(namespace, 'two'));
    await bench.callWebhook();
    expect(await bench.line('applied', from)).toMatchObject({ actions: { change: 1, none: 2 } });
    expect(lists()).toBe(before);

    const requests = cluster().client.requests.total;
    from = bench.lines.length;
    // Another rendered commit, whose objects are what they were.
    const objects = { settings: configMap({ greeting: 'two' }), web: deployment('web') };
    bench.push(staging(namespace, { web: { objects, settings: 'wait: Wait.NONE' } }));
    await bench.callWebhook();
    expect(await bench.line('applied', from)).toMatchObject({
      actions: { change: 0, none: 3 },
      requests: 0,
    });
    expect(cluster().client.requests.total).toBe(requests);
  });

  it('only says what somebody changed where drift is reported, and nothing where it is ignored', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    const drifting = (setting: string) => ({
      ...configMap({ greeting: 'one' }),
      metadata: { annotations: { 'truekeel.dev/drift': setting } },
    });
    const objects = { settings: drifting('report'), silent: drifting('ignore'), held: configMap() };
    bench.push(staging(namespace, { web: objects }));
    await bench.start(cluster().client);
    await bench.line('applied');

    const from = bench.lines.length;
    await editAs(
      cluster(),
      'kubectl-edit',
      { ...settings(namespace), name: 'silent' },
      { data: { x: 'y', greeting: 'two' } },
    );
    await editAs(cluster(), 'kubectl-edit', settings(namespace), { data: { greeting: 'two' } });
    expect(await bench.line(/^drift/, from)).toMatchObject({
      object: `ConfigMap ${namespace}/settings`,
      because: 'drift, left as it is: kubectl-edit changed data.greeting',
    });
    await editAs(
      cluster(),
      'kubectl-edit',
      { ...settings(namespace), name: 'held' },
      { data: { key: 'by hand' } },
    );
    await bench.line('healed', from);
    const told = bench.lines.slice(from).filter(({ msg }) => msg.startsWith('drift'));
    expect(told.map(({ object }) => object)).toEqual([
      `ConfigMap ${namespace}/settings`,
      `ConfigMap ${namespace}/held`,
    ]);
    expect((await live(cluster(), settings(namespace)))?.data).toEqual({ greeting: 'two' });
  });
});

describe('the agent', () => {
  const cluster = embeddedCluster();
  const read = async (namespace: string) =>
    (await live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' }))?.data;

  it('keeps the last release when a commit does not render, and goes on with the next that does', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.push(greeting(namespace, 'one'));
    await bench.start(cluster().client);
    await bench.line('applied');

    const broken = bench.push(`${greeting(namespace, 'two')}throw new Error('not today');\n`, 'Break it');
    await bench.callWebhook();
    const refused = await bench.line('the source commit does not render; the last release is kept');
    expect(refused).toMatchObject({ level: 'error', source: broken });
    expect(JSON.stringify(refused)).toContain('not today');
    expect(await read(namespace)).toEqual({ greeting: 'one' });

    const from = bench.lines.length;
    bench.push(greeting(namespace, 'three'), 'Mend it');
    await bench.callWebhook();
    await bench.line('applied', from);
    expect(await read(namespace)).toEqual({ greeting: 'three' });
  });

  it('applies what somebody else renders, and runs no program, where it is told to render nothing', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.push(greeting(namespace, 'one'));
    const branch = 'elsewhere/staging';
    await bench.start(cluster().client, { renders: false, renderedBranch: branch });
    await bench.line('listening for pushes');
    const render = async () => {
      const outcome = await bench.project.truekeel(['render', '--environment', 'staging', '--push']);
      expect(outcome.exit, outcome.stderr).toBe(0);
      const target = `origin/rendered/staging`;
      bench.project.git('fetch', '--quiet', 'origin');
      bench.project.git('push', '--quiet', 'origin', `${target}:refs/heads/${branch}`);
    };
    await render();
    await bench.callWebhook();
    await bench.line('applied');
    expect(await read(namespace)).toEqual({ greeting: 'one' });

    const from = bench.lines.length;
    bench.push(greeting(namespace, 'two'));
    await render();
    await bench.callWebhook();
    await bench.line('applied', from);
    expect(await read(namespace)).toEqual({ greeting: 'two' });
    const said = bench.lines.map(({ msg }) => msg);
    expect(said).not.toContain('rendered');
    expect(said).not.toContain('new source commit');
  });

  it('does not move a branch that a rollback holds, and follows the rollback itself', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.push(greeting(namespace, 'one'));
    await bench.start(cluster().client);
    await bench.line('applied');
    let from = bench.lines.length;
    bench.push(greeting(namespace, 'two'));
    await bench.callWebhook();
    await bench.line('applied', from);

    bench.project.git('fetch', '--quiet', 'origin', 'rendered/staging:rendered/staging');
    const rollback = ['rollback', '--environment', 'staging', '--yes', '--push'];
    // It may see what happens before it is called.
    from = bench.lines.length;
    expect((await bench.project.truekeel(rollback)).exit).toBe(0);
    await bench.callWebhook();
    await bench.line('applied', from);
    expect(await read(namespace)).toEqual({ greeting: 'one' });

    from = bench.lines.length;
    bench.push(greeting(namespace, 'three'));
    await bench.callWebhook();
    await bench.line('held by a rollback: not moved', from);
    expect(await read(namespace)).toEqual({ greeting: 'one' });

    from = bench.lines.length;
    expect((await bench.project.truekeel([...rollback.slice(0, 3), '--release', '--push'])).exit).toBe(0);
    await bench.callWebhook();
    // What was applied first may have been what was let go.
    for (; (await read(namespace))?.greeting !== 'three'; from++) await bench.line('applied', from);
  });

  it('renders the newest source commit as soon as a hold is released, also one that it never saw', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.push(greeting(namespace, 'one'));
    await bench.start(cluster().client);
    await bench.line('applied');
    bench.push(greeting(namespace, 'two'));
    let from = bench.lines.length;
    await bench.callWebhook();
    await bench.line('applied', from);
    bench.project.git('fetch', '--quiet', 'origin', 'rendered/staging:rendered/staging');
    const rollback = ['rollback', '--environment', 'staging', '--push'];
    for (const sees of [true, false]) {
      // It may see what happens before it is called.
      from = bench.lines.length;
      expect((await bench.project.truekeel([...rollback, '--yes'])).exit).toBe(0);
      if (sees) {
        await bench.callWebhook();
        await bench.line('applied', from);
        expect(await read(namespace)).toEqual({ greeting: 'one' });
      }
      from = bench.lines.length;
      expect((await bench.project.truekeel([...rollback, '--release'])).exit).toBe(0);
      await bench.callWebhook();
      await bench.line(/^rendered$/, from);
      await bench.line('applied', from);
      // What was applied first may have been what was let go.
      for (let seen = bench.lines.length; (await read(namespace))?.greeting !== 'two'; seen++)
        await bench.line('applied', seen);
      bench.project.git('fetch', '--quiet', 'origin', 'rendered/staging:rendered/staging');
    }
  });

  it('refuses what a guard refuses, writes nothing of it, and applies the commit that mends it', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.push(greeting(namespace, 'one'));
    await bench.start(cluster().client);
    await bench.line('applied');
    bench.push(
      staging(namespace, { web: { objects: {}, createNamespace: false }, other: { other: configMap() } }),
    );
    await bench.callWebhook();
    const refused = await bench.line('a guard refuses this release; nothing was written');
    expect(JSON.stringify(refused)).toContain('EMPTY_RENDER');
    expect(await bench.readiness()).toBe(503);
    expect(await read(namespace)).toEqual({ greeting: 'one' });

    // Meanwhile the cluster is held to the release before.
    let from = bench.lines.length;
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' };
    await editAs(cluster(), 'kubectl-edit', settings, { data: { greeting: 'by hand' } });
    await bench.line('healed', from);
    expect(await read(namespace)).toEqual({ greeting: 'one' });

    from = bench.lines.length;
    bench.push(greeting(namespace, 'two'));
    await bench.callWebhook();
    await bench.line('applied', from);
    expect(await read(namespace)).toEqual({ greeting: 'two' });
  });

  it('applies a release whose commit names an approved plan only if that comes out', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    const read = async () =>
      (await live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' }))?.data;
    let approved: { plan?: string; by: readonly string[] } | undefined = { by: [] };
    bench.push(greeting(namespace, 'one'));
    await bench.start(cluster().client, {
      approvalOf: async () => {
        if (approved) return approved;
        throw new TruekeelError('nobody approved it', { code: 'APPROVAL_MISSING', family: 'guard' });
      },
    });
    await bench.line('applied');

    approved = undefined;
    bench.push(greeting(namespace, 'two'), 'Nobody approved this');
    await bench.callWebhook();
    expect(JSON.stringify(await bench.line(/is not approved/))).toContain('APPROVAL_MISSING');

    approved = { plan: `sha256:${'0'.repeat(64)}`, by: ['grace'] };
    bench.push(greeting(namespace, 'three'), 'Something else was approved');
    await bench.callWebhook();
    const refused = await bench.line(/another outcome was approved/);
    expect(JSON.stringify(refused)).toContain('PLAN_CHANGED');
    expect(JSON.stringify(refused)).toContain('grace');
    expect(await read()).toEqual({ greeting: 'one' });
    expect(await bench.readiness()).toBe(503);

    approved = { by: ['grace'] };
    const from = bench.lines.length;
    bench.push(greeting(namespace, 'four'), 'This was approved as it was rendered');
    await bench.callWebhook();
    await bench.line('applied', from);
    expect(await read()).toEqual({ greeting: 'four' });
  });
});
