import { expect, it } from 'vitest';
import { AgentBench } from './agent-bench.ts';
import { live, onBothClusters, unique } from './clusters.ts';
import { configMap, type Manifest, staging } from './programs.ts';

onBothClusters('a release that fails in the agent', (cluster) => {
  const program = (namespace: string, release: string, { fixed = '1', onFailure = 'ROLL_BACK' } = {}) => {
    const immutable: Manifest = { ...configMap({ value: fixed }), immutable: true };
    return staging(namespace, {
      web: {
        objects: { settings: configMap({ release }), fixed: immutable },
        settings: `onFailure: OnFailure.${onFailure}`,
      },
    });
  };
  const releaseOf = async (namespace: string) =>
    (await live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' }))?.data
      ?.release;

  it('is taken back, held on the remote, and replaced when somebody lets go and mends it', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.push(program(namespace, 'one'), 'Say one');
    await bench.start(cluster().client);
    const first = await bench.line('applied');

    let from = bench.lines.length;
    bench.push(program(namespace, 'two', { fixed: '2' }), 'Say two');
    await bench.callWebhook();
    const told = await bench.line('the release failed and is taken back', from);
    expect(told).toMatchObject({ level: 'error', failed: ['web'], to: first.rendered, irreversible: [] });
    expect(await bench.line(/^applied$/, from)).toMatchObject({ rendered: told.commit });
    expect(await releaseOf(namespace)).toBe('one');
    bench.project.git('fetch', '--quiet', 'origin');
    const [subject, author] = bench.project
      .git('log', '-1', '--format=%s%n%an', 'origin/rendered/staging')
      .split('\n');
    expect(subject).toMatch(/^Roll staging back to [0-9a-f]{12} "Say one"$/);
    expect(author).toBe('Truekeel agent');

    from = bench.lines.length;
    bench.push(program(namespace, 'three'), 'Say three');
    await bench.callWebhook();
    await bench.line('held by a rollback: not moved', from);
    expect(await releaseOf(namespace)).toBe('one');

    from = bench.lines.length;
    bench.project.git('branch', '--force', 'rendered/staging', 'origin/rendered/staging');
    const flags = ['--environment', 'staging', '--release', '--push'];
    const released = await bench.project.truekeel(['rollback', ...flags]);
    expect(released.exit, released.stderr).toBe(0);
    await bench.callWebhook();
    await bench.line('rendered', from);
    // What was applied first may have been what was let go.
    for (; (await releaseOf(namespace)) !== 'three'; from++) await bench.line(/^applied$/, from);
  });

  it('stays where the program does not say so', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.push(program(namespace, 'one', { onFailure: 'STOP' }));
    await bench.start(cluster().client);
    await bench.line('applied');
    let from = bench.lines.length;
    bench.push(program(namespace, 'two', { onFailure: 'STOP', fixed: '2' }));
    await bench.callWebhook();
    const { rendered } = await bench.line('applied in part', from);
    // It has looked again since: what it looked for was not there.
    from = bench.lines.length;
    await bench.callWebhook();
    await bench.line('applied in part', from);
    bench.project.git('fetch', '--quiet', 'origin');
    expect(bench.project.git('rev-parse', 'origin/rendered/staging')).toBe(rendered);
    expect(await releaseOf(namespace)).toBe('two');
  });
});
