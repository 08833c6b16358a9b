import { describe, expect, it } from 'vitest';
import { AgentBench } from './agent-bench.ts';
import { embeddedCluster } from './clusters.ts';
import { PromotionBench } from './promotion-bench.ts';

describe('agents and promotion', () => {
  const cluster = embeddedCluster();
  /** A program whose environments stay in their namespaces whatever it says. */
  function gated(): (value: string) => string {
    const bench = new PromotionBench(cluster());
    return (value) => bench.program({ value, gates: 'Gate.ready()' });
  }

  it('pass on what is ready where they keep it, and note since when', async () => {
    const bench = new AgentBench();
    const program = gated();
    const source = bench.push(program('1'));
    await bench.start(cluster().client, { promotion: { kind: 'automatic' } });
    expect(await bench.line('promotion')).toMatchObject({ to: 'production', state: 'promoted', source });
    const { project } = bench;
    project.git(
      'fetch',
      '--quiet',
      'origin',
      '+refs/notes/*:refs/notes/*',
      '+refs/heads/*:refs/remotes/origin/*',
    );
    const trailers = project.git('log', '-1', '--format=%B', 'origin/rendered/production');
    expect(trailers).toContain(`Truekeel-Source: ${source}`);
    const staged = project.git('rev-parse', 'origin/rendered/staging');
    expect(trailers).toContain(`Truekeel-Promoted-From: staging ${staged}`);
    expect(JSON.parse(project.git('notes', '--ref', 'truekeel-ready', 'show', staged))).toMatchObject({
      ready: true,
    });

    // When the next release takes its place, it is known until when it was ready.
    const from = bench.lines.length;
    const next = bench.push(program('2'), 'Say two');
    expect(await bench.callWebhook()).toBe(202);
    await bench.line('applied', from);
    expect(await bench.line('promotion', from)).toMatchObject({ source: next, state: 'promoted' });
    project.git('fetch', '--quiet', 'origin', '+refs/notes/*:refs/notes/*');
    const noted = JSON.parse(project.git('notes', '--ref', 'truekeel-ready', 'show', staged));
    expect(Date.parse(noted.until)).toBeGreaterThan(Date.parse(noted.since));
  });

  it('do not render an environment that has gates', async () => {
    const bench = new AgentBench();
    const { project } = bench;
    bench.push(gated()('1'));
    await bench.start(cluster().client, { environment: 'production' });
    expect(await bench.line('the environment has gates, and moves by promotion')).toMatchObject({
      branch: 'rendered/production',
    });
    expect(project.git('ls-remote', 'origin', 'refs/heads/rendered/*')).toBe('');
    // What is promoted to it, it applies.
    expect(
      (await project.truekeel(['render', '--environment', 'production', '--no-typecheck', '--push'])).exit,
    ).toBe(0);
    expect(await bench.callWebhook()).toBe(202);
    expect(await bench.line('applied')).toMatchObject({ errors: 0 });
  });
});
