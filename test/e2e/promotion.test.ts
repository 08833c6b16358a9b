import { describe, expect, it } from 'vitest';
import { editAs, embeddedCluster } from './clusters.ts';
import { PromotionBench } from './promotion-bench.ts';

const NAMED = ['--environment', 'production'];

describe('promotion', () => {
  const cluster = embeddedCluster();

  it('brings a source commit that is ready upstream to the next environment, with its lineage', async () => {
    const bench = new PromotionBench(cluster());
    const first = await bench.stage({ value: '1', gates: 'Gate.ready()' });
    const done = await bench.promote(NAMED);
    expect(done).toMatchObject({
      state: 'promoted',
      bundle: { source: first, subject: 'Say 1', images: [{ after: 'example/web:1' }] },
      gates: [{ type: 'ready', state: 'passed' }],
    });
    expect(bench.sourceOf('production')).toBe(first);

    const staged = bench.bench.project.git('rev-parse', 'rendered/staging');
    expect(bench.bench.project.git('log', '-1', '--format=%B', 'rendered/production')).toContain(
      `Truekeel-Promoted-From: staging ${staged}`,
    );

    const note = JSON.parse(
      bench.bench.project.git('notes', '--ref', 'truekeel-promotions', 'show', 'rendered/production'),
    );
    expect(note).toMatchObject({ source: first, from: [{ environment: 'staging', rendered: staged }] });

    expect(await bench.promote(NAMED)).toMatchObject({ state: 'current' });
    const second = await bench.stage({ value: '2', gates: 'Gate.ready()', image: 'example/web:2' });
    expect(await bench.promote(NAMED)).toMatchObject({
      state: 'promoted',
      bundle: {
        source: second,
        commits: [{ source: second }],
        images: [{ before: 'example/web:1', after: 'example/web:2' }],
      },
    });
    expect(bench.sourceOf('production')).toBe(second);
  });

  it('names the commits that an image has and the one before has not', async () => {
    const bench = new PromotionBench(cluster());
    const gates = 'Gate.ready()';
    const built = (commit: string) => `example/web:sha-${commit.slice(0, 12)}`;
    const first = bench.commit({ value: '1', gates });
    await bench.stage({ value: '2', gates, image: built(first) });
    await bench.promote(NAMED);
    const second = bench.commit({ value: '3', gates, image: built(first) });
    const third = bench.commit({ value: '4', gates, image: built(first) });
    await bench.stage({ value: '5', gates, image: built(third) });
    const { bundle } = await bench.promote(['--environment', 'production', '--check']);
    expect(bundle!.images).toMatchObject([
      {
        before: built(first),
        after: built(third),
        commits: {
          commits: [
            { commit: third, subject: 'Say 4' },
            { commit: second, subject: 'Say 3' },
            { subject: 'Say 2' },
          ],
          more: false,
        },
      },
    ]);
  });

  it('waits for what is not ready upstream, and says for what; looking writes nothing', async () => {
    const bench = new PromotionBench(cluster());
    await bench.stage({ value: '1', gates: 'Gate.soak(Duration.hours(1))' });
    bench.commit({ value: '2', gates: 'Gate.soak(Duration.hours(1))' });
    await bench.render('staging');
    const { project } = bench.bench;
    const refs = () => project.git('for-each-ref');
    const before = refs();
    const looked = await bench.promote(['--check']);
    expect(looked).toMatchObject({
      state: 'waiting',
      upstreams: [{ environment: 'staging', ready: false }],
      gates: [
        { type: 'ready', state: 'waiting', why: expect.stringContaining('is not as the release has it') },
        { type: 'soak', state: 'waiting' },
      ],
    });
    expect(refs()).toBe(before);
    await bench.apply('staging');
    const soaking = await bench.promote(NAMED);
    expect(soaking).toMatchObject({
      state: 'waiting',
      gates: [
        { type: 'ready', state: 'passed' },
        { type: 'soak', state: 'waiting' },
      ],
    });
    // It goes on counting from when it was ready, whoever looks next.
    const { since, until } = soaking.gates[1]!;
    expect(Date.parse(until!) - Date.parse(since!)).toBe(3_600_000);
    expect((await bench.promote(NAMED)).gates[1]).toMatchObject({ since, until });
    // What was ready once and no longer is begins anew.
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: bench.namespaces.staging,
      name: 'settings',
    };
    await editAs(cluster(), 'kubectl-edit', object, { data: { value: 'by hand' } });
    expect(await bench.promote(NAMED)).toMatchObject({ state: 'waiting', upstreams: [{ ready: false }] });
    await bench.apply('staging');
    const anew = await bench.promote(NAMED);
    expect(Date.parse(anew.gates[1]!.since!)).toBeGreaterThan(Date.parse(since!));
    expect((await project.truekeel(['history', ...NAMED])).exit).not.toBe(0);
  });

  it('brings what changes only what comes after, and counts as promoted what changes nothing there', async () => {
    const bench = new PromotionBench(cluster());
    const gates = 'Gate.ready()';
    await bench.stage({ value: '1', production: 'a', gates });
    expect((await bench.promote(NAMED)).state).toBe('promoted');
    const only = await bench.stage({ value: '1', production: 'b', gates });
    expect(await bench.promote(NAMED)).toMatchObject({ state: 'promoted', bundle: { source: only } });
    const tip = bench.bench.project.git('rev-parse', 'rendered/production');
    await bench.stage({ value: '2', production: 'b', gates });
    expect(await bench.promote(NAMED)).toMatchObject({ state: 'unchanged' });
    expect(bench.bench.project.git('rev-parse', 'rendered/production')).toBe(tip);
  });

  it('never brings again by itself what was rolled back, and does so when it is named', async () => {
    const bench = new PromotionBench(cluster());
    const gates = 'Gate.ready()';
    const { project } = bench.bench;
    await bench.stage({ value: '1', gates });
    await bench.promote(NAMED);
    const bad = await bench.stage({ value: '2', gates });
    await bench.promote(NAMED);
    for (const verb of [
      ['rollback', '--yes'],
      ['promote', '--release'],
    ])
      expect((await project.truekeel([...verb, ...NAMED])).exit).toBe(0);
    const stays = await bench.promote(NAMED);
    expect(stays).toMatchObject({ state: 'current', passedOver: [{ source: bad, why: 'taken-back' }] });
    expect(await bench.promote([...NAMED, '--source', bad])).toMatchObject({ state: 'promoted' });
    // What comes after it does not stand back for it.
    const good = await bench.stage({ value: '3', gates });
    expect(await bench.promote(NAMED)).toMatchObject({ state: 'promoted', bundle: { source: good } });
    expect(bench.sourceOf('production')).toBe(good);
  });

  it('stays where it is held', async () => {
    const bench = new PromotionBench(cluster());
    const gates = 'Gate.ready()';
    await bench.stage({ value: '1', gates });
    await bench.promote(NAMED);
    const held = await bench.bench.json('promote', [...NAMED, '--hold', '--reason', 'audit']);
    expect(held.result.held).toMatchObject({ changed: true, hold: { reason: 'audit' } });
    const second = await bench.stage({ value: '2', gates });
    expect(await bench.promote(NAMED)).toMatchObject({
      state: 'held',
      why: expect.stringContaining('audit'),
      hold: { reason: 'audit' },
    });
    const named = await bench.bench.json('render', [...NAMED, '--no-typecheck']);
    expect(named.result.rendered).toMatchObject([{ held: true }]);
    expect((await bench.bench.json('promote', [...NAMED, '--release'])).result.held).toMatchObject({
      changed: true,
    });
    expect(await bench.promote(NAMED)).toMatchObject({ state: 'promoted', bundle: { source: second } });
  });

  it('goes no further than it is pinned', async () => {
    const bench = new PromotionBench(cluster());
    const gates = 'Gate.ready()';
    const { project } = bench.bench;
    const first = await bench.stage({ value: '1', gates });
    await bench.promote(NAMED);
    expect((await project.truekeel(['promote', ...NAMED, '--pin', first])).exit).toBe(0);
    const second = await bench.stage({ value: '2', gates });
    expect(await bench.promote(NAMED)).toMatchObject({
      state: 'current',
      passedOver: [{ source: second, why: 'beyond-pin' }],
    });
    await bench.bench.json('promote', [...NAMED, '--pin', second]);
    expect(await bench.promote(NAMED)).toMatchObject({ state: 'promoted', hold: { pin: second } });
    const manifest = JSON.parse(project.git('show', 'rendered/production:truekeel.json'));
    expect(manifest.hold).toMatchObject({ pin: second });
    const verified = await project.truekeel(['verify', ...NAMED]);
    expect(verified.exit, verified.stderr).toBe(0);
    const refused = await project.truekeel(['promote', ...NAMED, '--pin', first]);
    expect(refused.stderr).toContain('PIN_OLDER');
  });

  it('is left to itself by who renders everything, and not by who names an environment', async () => {
    const bench = new PromotionBench(cluster());
    bench.commit({ value: '1', gates: 'Gate.ready()' });
    const all = await bench.bench.json('render', ['--no-typecheck']);
    expect(all.result.rendered.map(({ environment }) => environment)).toEqual(['staging']);
    expect(all.stderr).toContain('truekeel promote --environment production');
    await bench.render('production');
    bench.commit({ value: '2' });
    const free = await bench.bench.json('render', ['--no-typecheck']);
    expect(free.result.rendered.map(({ environment }) => environment)).toEqual(['staging', 'production']);
  });

  it('keeps to policies that only warn where a gate asks for that, and runs what a gate runs', async () => {
    const bench = new PromotionBench(cluster());
    const policies = "policies: [Policies.starterRule('resources', { severity: Severity.WARNING })],";
    await bench.stage({ value: '1', gates: "Gate.policy('resources')", more: policies });
    expect(await bench.promote(NAMED)).toMatchObject({
      state: 'refused',
      gates: [
        { type: 'ready', state: 'passed' },
        { type: 'policy', state: 'failed' },
      ],
    });
    const job = "Gate.job({ image: 'example/smoke:1' })";
    await bench.stage({ value: '2', gates: job });
    expect(await bench.promote(['--check'])).toMatchObject({
      state: 'waiting',
      why: 'job: nothing is run by looking',
    });
    let done = await bench.promote(NAMED);
    while (done.state === 'waiting') done = await bench.promote(NAMED);
    expect(done).toMatchObject({ state: 'promoted', gates: [{}, { type: 'job', state: 'passed' }] });
    const jobs = await cluster().client.list(
      await cluster().client.resource({ group: 'batch', version: 'v1', kind: 'Job' }),
      { namespace: bench.namespaces.staging },
    );
    expect(jobs.items).toHaveLength(1);
  });

  it('says what cannot be asked for', async () => {
    const bench = new PromotionBench(cluster());
    const { project } = bench.bench;
    const kubeconfig = ['--kubeconfig', cluster().kubeconfig];
    const first = await bench.stage({ value: '1', gates: 'Gate.ready()' });
    await bench.promote(NAMED);
    const unseen = bench.commit({ value: '2', gates: 'Gate.ready()' });
    for (const [flags, code, exit] of [
      [['--environment', 'staging'], 'NOTHING_UPSTREAM', 3],
      [['--environment', 'nowhere'], 'UNKNOWN_ENVIRONMENT', 3],
      [[...NAMED, '--source', unseen], 'NOT_PROMOTABLE', 8],
      [[...NAMED, '--source', `${first}~0`, '--check', '--hold'], 'INVALID_FLAG', 3],
      [['--source', unseen], 'NO_ENVIRONMENT', 3],
    ] as const) {
      const outcome = await project.truekeel(['promote', ...kubeconfig, ...flags]);
      expect(outcome.exit, outcome.stderr).toBe(exit);
      expect(outcome.stderr + outcome.stdout).toContain(code);
    }
    const unreachable = await project.truekeel(['promote', ...NAMED, '--kubeconfig', '/nowhere']);
    expect(unreachable.exit).toBe(0);
    expect(unreachable.stdout).toContain('staging (not ready)');
  });
});
