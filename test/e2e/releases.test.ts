import { describe, expect, it } from 'vitest';
import { live, onBothClusters } from './clusters.ts';
import { configMap, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

const greeting = (namespace: string, text: string) =>
  staging(namespace, { web: { settings: configMap({ greeting: text }) } });

onBothClusters('a rollback', (cluster) => {
  it('takes the cluster back, holds it there, and lets go on release', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const read = async () =>
      (await live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' }))?.data;
    await bench.deploy(greeting(namespace, 'one'), 'Say one');
    await bench.deploy(greeting(namespace, 'two'), 'Say two');

    const back = await bench.json('rollback', ['--environment', 'staging', '--yes']);
    expect(back.exit, back.stderr).toBe(0);
    expect(back.result).toMatchObject({ environment: 'staging', held: true, pushed: false });
    expect((await bench.apply()).exit).toBe(0);
    expect(await read()).toEqual({ greeting: 'one' });

    const held = await bench.render(greeting(namespace, 'three'), 'Say three');
    expect(held.exit).toBe(0);
    expect(held.result.rendered).toMatchObject([{ held: true, created: false, commit: back.result.commit }]);
    expect((await bench.apply()).result.actions).toMatchObject({ change: 0, none: 2 });

    const released = await bench.json('rollback', ['--environment', 'staging', '--release']);
    expect(released.result).toMatchObject({ held: false });
    expect((await bench.json('render', ['--no-typecheck'])).result.rendered).toMatchObject([
      { created: true },
    ]);
    expect((await bench.apply()).exit).toBe(0);
    expect(await read()).toEqual({ greeting: 'three' });
    const history = (await bench.json('history', ['--environment', 'staging'])).result;
    expect(history.map(({ subject }) => subject)).toEqual([
      'Say three',
      'Release the hold on staging',
      expect.stringMatching(/^Roll staging back to [0-9a-f]{12} "Say one"$/),
      'Say two',
      'Say one',
    ]);
  });
});

onBothClusters('a rendered branch that somebody tampered with, trailers and all,', (cluster) => {
  it('does not bring what they wrote into the cluster', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.render(greeting(namespace, 'one'));
    const trailers = bench.project.git('log', '-1', '--format=%(trailers)', 'rendered/staging');
    tamper(bench, `web/${namespace}/ConfigMap/settings.yaml`, 'one', 'evil', trailers);
    const refused = await bench.run('apply', ['--yes']);
    expect(refused.exit, refused.stderr).not.toBe(0);
    expect(refused.stderr).toContain('was changed by hand');
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' };
    expect(await live(cluster(), settings)).toBeUndefined();
  });
});

describe('the rendered branch', () => {
  const nowhere = { kubeconfig: '/nonexistent' };
  const environment = ['--environment', 'staging'];

  it('has a history, and commits that can be compared, without a cluster', async () => {
    const bench = new Workbench(nowhere);
    await bench.render(greeting('web', 'one'), 'Say one');
    const source = bench.project.git('rev-parse', 'HEAD');
    await bench.render(
      staging('web', { web: { settings: configMap({ greeting: 'two' }), more: configMap() } }),
      'Say two',
    );
    const { result: history } = await bench.json('history', environment);
    expect(history).toMatchObject([
      { subject: 'Say two', current: true, held: false, author: 'A Developer' },
      { subject: 'Say one', current: false, source },
    ]);
    const [newest, oldest] = history.map(({ commit }) => commit) as [string, string];

    const diff = await bench.json('diff', [oldest, newest, ...environment, '--exit-code']);
    expect(diff.exit).toBe(2);
    expect(diff.result).toEqual({
      from: oldest,
      to: newest,
      changes: [
        { key: 'ConfigMap web/more', action: 'create', changes: [] },
        {
          key: 'ConfigMap web/settings',
          action: 'change',
          changes: [{ path: 'data.greeting', before: 'one', after: 'two' }],
        },
      ],
    });
    const same = await bench.json('diff', [newest, ...environment, '--exit-code']);
    expect(same.exit).toBe(0);
    expect((await bench.json('diff', ['nonsense', ...environment])).exit).toBe(3);
  });

  it('can be verified by anybody, and shows when it was rendered otherwise', async () => {
    const bench = new Workbench(nowhere);
    await bench.render(greeting('web', 'one'));
    const good = await bench.json('verify', environment);
    expect(good.exit, good.stderr).toBe(0);
    expect(good.result).toMatchObject({ matches: true, differences: [] });

    bench.project.write({ 'main.ts': greeting('web', 'not committed') });
    const dirty = await bench.json('render', ['--no-typecheck']);
    expect(dirty.result.rendered).toMatchObject([{ dirty: true, created: true }]);
    const bad = await bench.json('verify', environment);
    expect(bad.exit).toBe(4);
    expect(bad.result.matches).toBe(false);
    expect(bad.result.differences).toContainEqual({
      path: 'web/web/ConfigMap/settings.yaml',
      change: 'different',
    });
  });

  it('is refused by verify, and by a synth that runs it twice, when the program is another one each time', async () => {
    const bench = new Workbench(nowhere);
    const program = greeting('web', 'one').replace('"one"', 'String(process.pid)');
    const rendered = await bench.render(program);
    expect(rendered.exit, rendered.stderr).toBe(0);
    for (const command of [
      ['verify', ...environment],
      ['synth', '--twice', '--no-typecheck'],
    ]) {
      const refused = await bench.project.truekeel(command);
      expect(refused.exit, refused.stderr).toBe(4);
      expect(refused.stderr).toContain('NOT_DETERMINISTIC');
      expect(refused.stderr).toContain(
        'ConfigMap web/settings is another one each time the program runs: data.greeting differs',
      );
      expect(refused.stderr).toMatch(/written +main\.ts:\d+/);
    }
    bench.project.write({ 'main.ts': greeting('web', 'one') });
    expect((await bench.project.truekeel(['synth', '--twice', '--no-typecheck'])).exit).toBe(0);
  });

  it('makes every verb refuse a commit that somebody else made', async () => {
    const bench = new Workbench(nowhere);
    await bench.render(greeting('web', 'one'), 'Say one');
    const foreign = tamper(bench, 'web/web/ConfigMap/settings.yaml', 'one', 'evil');
    bench.project.commit('Go on', { 'main.ts': greeting('web', 'two') });
    for (const verb of ['verify', 'plan', 'apply', 'status', 'diff', 'render', 'rollback', 'history']) {
      const flags = verb === 'render' ? ['--no-typecheck'] : environment;
      const refused = await bench.project.truekeel([verb, ...flags]);
      expect(refused.exit, `${verb}: ${refused.stderr}`).toBe(8);
      expect(refused.stderr).toContain('FOREIGN_COMMIT');
      expect(refused.stderr).toContain('web/web/ConfigMap/settings.yaml');
      expect(refused.stderr).toContain('Mallory');
      expect(refused.stderr).toMatch(/git update-ref refs\/heads\/rendered\/staging [0-9a-f]{40}/);
      expect(bench.project.git('rev-parse', 'rendered/staging')).toBe(foreign);
    }
  });

  it('is checked by content where somebody copied the trailers too', async () => {
    const bench = new Workbench(nowhere);
    await bench.render(greeting('web', 'one'), 'Say one');
    const trailers = bench.project.git('log', '-1', '--format=%(trailers)', 'rendered/staging');
    tamper(bench, 'web/web/ConfigMap/settings.yaml', 'one', 'evil', trailers);
    const verified = await bench.json('verify', environment);
    expect(verified.exit).toBe(4);
    expect(verified.result.differences).toEqual([
      { path: 'web/web/ConfigMap/settings.yaml', change: 'different' },
    ]);
    bench.project.commit('Go on', { 'main.ts': greeting('web', 'two') });
    for (const verb of [
      ['render', '--no-typecheck'],
      ['rollback', ...environment],
    ]) {
      const refused = await bench.project.truekeel(verb);
      expect(refused.exit, refused.stderr).toBe(8);
      expect(refused.stderr).toContain('FOREIGN_COMMIT');
    }
  });
});

/** Commits a changed file onto the rendered branch by hand. @returns the commit */
function tamper({ project }: Workbench, path: string, from: string, to: string, trailers = ''): string {
  const content = project.git('show', `rendered/staging:${path}`);
  project.git('worktree', 'add', '--quiet', 'tampered', 'rendered/staging');
  project.write({ [`tampered/${path}`]: `${content.replace(from, to)}\n` });
  const mallory = ['-c', 'user.name=Mallory', '-c', 'user.email=mallory@example.com'];
  const message = `A quick fix\n\n${trailers}`;
  project.git('-C', 'tampered', ...mallory, 'commit', '--quiet', '--all', '-m', message);
  project.git('worktree', 'remove', 'tampered');
  return project.git('rev-parse', 'rendered/staging');
}
