import { expect, it } from 'vitest';
import { live, onBothClusters } from './clusters.ts';
import { configMap, type Manifest, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

onBothClusters('a release that fails', (cluster) => {
  const ROLL_BACK = 'onFailure: OnFailure.ROLL_BACK';
  const immutable = (value: string): Manifest => ({ ...configMap({ value }), immutable: true });
  /** `fixed` cannot be changed in place, so a release that changes it fails. */
  const program = (
    namespace: string,
    release: string,
    {
      fixed = '1',
      settings = ROLL_BACK,
      more = {},
    }: Partial<Record<'fixed' | 'settings', string>> & {
      more?: Readonly<Record<string, Manifest>>;
    } = {},
  ) =>
    staging(namespace, {
      web: { objects: { settings: configMap({ release }), fixed: immutable(fixed), ...more }, settings },
    });
  const releaseOf = async (namespace: string) =>
    (await live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' }))?.data
      ?.release;
  const job: Manifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    spec: {
      suspend: true,
      template: {
        spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'example/migrate:1' }] },
      },
    },
  };

  it('is taken back where its application says so, and what that does not undo is named', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const first = await bench.deploy(program(namespace, 'one'), 'Say one');
    const next = program(namespace, 'two', { fixed: '2', more: { migrate: job } });
    const second = await bench.render(next, 'Say two');

    const failed = await bench.apply(['--yes', '--wait=false']);
    expect(failed.exit, failed.stderr).toBe(5);
    expect(failed.result.errors).toMatchObject([{ code: 'IMMUTABLE_FIELD' }]);
    expect(failed.result.rolledBack).toMatchObject({
      to: first.result.rendered?.commit,
      reverts: second.result.rendered[0]?.commit,
      pushed: false,
      irreversible: [
        { key: `Job.batch ${namespace}/migrate`, message: 'what it did, if it ran, stays done' },
      ],
      applied: { errors: [], actions: { change: 1, delete: 1 } },
    });
    expect(failed.stderr).toContain('Rolling back: web failed.');
    expect(failed.stderr).toContain(`Job.batch ${namespace}/migrate: what it did, if it ran, stays done`);
    expect(await releaseOf(namespace)).toBe('one');

    const held = await bench.render(program(namespace, 'three'), 'Say three');
    expect(held.result.rendered).toMatchObject([{ held: true, created: false }]);
    const history = (await bench.json('history', ['--environment', 'staging'])).result;
    expect(history.map(({ subject }) => subject)).toEqual([
      expect.stringMatching(/^Roll staging back to [0-9a-f]{12} "Say one"$/),
      'Say two',
      'Say one',
    ]);
    const message = bench.project.git('log', '-1', '--format=%B', 'rendered/staging');
    expect(message).toContain('the release failed in web: ConfigMap');
  });

  it('stays where nobody asks for it', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const settings = 'onFailure: OnFailure.STOP';
    await bench.deploy(program(namespace, 'one', { settings }));
    await bench.render(program(namespace, 'two', { settings, fixed: '2' }));
    const failed = await bench.apply();
    expect(failed.exit, failed.stderr).toBe(5);
    expect(failed.result.rolledBack).toBeUndefined();
    expect(await releaseOf(namespace)).toBe('two');
  });

  it('stays where there is nothing to go back to', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const elsewhere: Manifest = { ...configMap(), metadata: { namespace: 'there-is-no-such-namespace' } };
    await bench.render(program(namespace, 'one', { more: { elsewhere } }));
    const failed = await bench.apply();
    expect(failed.exit, failed.stderr).toBe(4);
    expect(failed.stderr).toContain('The release is not taken back: there is no earlier release.');
    expect(await releaseOf(namespace)).toBe('one');
  });

  it('is not taken back twice: what was gone back to stays until people decide', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(program(namespace, 'one'));
    await bench.render(program(namespace, 'two', { fixed: '2' }));
    expect((await bench.apply()).result.rolledBack).toBeDefined();
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'fixed' } };
    const { client } = cluster();
    await client.delete(await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' }), {
      namespace,
      name: 'fixed',
    });
    await client.create({ ...map, data: { value: 'by hand' }, immutable: true });
    const again = await bench.apply();
    expect(again.exit, again.stderr).toBe(5);
    expect(again.result.rolledBack).toBeUndefined();
    expect(again.stderr).toContain('The release is not taken back: the branch is held');
  });

  it('is taken back by sync as well', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.deploy(program(namespace, 'one'));
    bench.project.commit('Say two', { 'main.ts': program(namespace, 'two', { fixed: '2' }) });
    const flags = [
      '--environment',
      'staging',
      '--kubeconfig',
      cluster().kubeconfig,
      '--yes',
      '--no-typecheck',
    ];
    const synced = await bench.json('sync', flags);
    expect(synced.exit, synced.stderr).toBe(5);
    expect(synced.result.applied).toMatchObject([{ rolledBack: { applied: { errors: [] } } }]);
    expect(await releaseOf(namespace)).toBe('one');
  });

  it('is named with what going back does not undo before rollback asks', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.render(program(namespace, 'one'));
    await bench.render(program(namespace, 'two', { more: { migrate: job } }));
    const flags = ['--environment', 'staging'];
    const declined = await bench.project.truekeel(['rollback', ...flags], { answers: ['no'] });
    const [told, asked] = [`Job.batch ${namespace}/migrate: what it did`, 'Take staging back to'];
    expect(declined.stderr).toContain(told);
    expect(declined.stderr.indexOf(told)).toBeLessThan(declined.stderr.indexOf(asked));
    const done = await bench.json('rollback', [...flags, '--yes']);
    expect(done.result.irreversible).toMatchObject([{ key: `Job.batch ${namespace}/migrate` }]);
  });

  it('is not gone back to by a second rollback', async () => {
    const bench = new Workbench(cluster());
    const { namespace, project } = bench;
    const tips: string[] = [];
    for (const release of ['one', 'two', 'three']) {
      await bench.render(program(namespace, release));
      tips.push(project.git('rev-parse', 'rendered/staging'));
    }
    const back = () => bench.json('rollback', ['--environment', 'staging', '--yes']);
    expect((await back()).result).toMatchObject({ reverts: tips[2], to: tips[1] });
    expect((await back()).result).toMatchObject({ to: tips[0] });
    const nowhere = await back();
    expect(nowhere.exit).toBe(3);
    expect(nowhere.stderr).toContain('NOT_A_RELEASE');
    expect(nowhere.stderr).toContain('--to');
  });

  it('is taken back in one application, while the others stay as they are', async () => {
    const bench = new Workbench(cluster());
    const { namespace, project } = bench;
    const shop = (web: string, api: string, more: Readonly<Record<string, Manifest>> = {}) =>
      staging(namespace, {
        web: { objects: { web: configMap({ at: web }), ...more } },
        api: { objects: { api: configMap({ at: api }), ...(more.migrate && { audit: job }) } },
      });
    const at = async (name: string) =>
      (await live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name }))?.data?.at;
    await bench.deploy(shop('one', 'one'), 'Say one');
    const first = project.git('rev-parse', 'rendered/staging');
    await bench.render(shop('two', 'two', { migrate: job }), 'Say two');
    expect((await bench.apply(['--yes', '--wait=false'])).exit).toBe(0);
    const second = project.git('rev-parse', 'rendered/staging');

    const flags = ['--environment', 'staging', '--application', 'web'];
    const declined = await project.truekeel(['rollback', ...flags], { answers: ['no'] });
    expect(declined.stderr).toContain(`Job.batch ${namespace}/migrate: what it did`);
    expect(declined.stderr, 'what is of the other stays as it is').not.toContain('/audit');
    expect(declined.stderr).toContain('Take web in staging back to');
    const done = await bench.json('rollback', [...flags, '--yes']);
    expect(done.exit, done.stderr).toBe(0);
    expect(done.result).toMatchObject({
      application: 'web',
      reverts: second,
      to: first,
      held: true,
      irreversible: [{ key: `Job.batch ${namespace}/migrate` }],
    });
    const applied = await bench.apply(['--yes', '--wait=false']);
    expect(applied.exit, applied.stderr).toBe(0);
    expect(applied.result.actions).toMatchObject({ change: 1, delete: 1, create: 0 });
    expect([await at('web'), await at('api')]).toEqual(['one', 'two']);

    const [entry] = (await bench.json('history', ['--environment', 'staging'])).result;
    expect(entry).toMatchObject({ application: 'web', reverts: second, restores: first, held: true });
    const detail = await project.truekeel(['history', entry!.commit, '--environment', 'staging']);
    expect(detail.stdout).toMatch(/^ {2}of +web$/m);
    const verified = await bench.json('verify', ['--environment', 'staging']);
    expect(verified.result, verified.stderr).toMatchObject({ matches: true, differences: [] });
    const blamed = await bench.json('blame', [
      'cm/web',
      'data.at',
      '-n',
      namespace,
      '--environment',
      'staging',
      '--offline',
    ]);
    expect(blamed.result.fields[0]).toMatchObject({
      changed: { reverts: second },
      source: { subject: 'Say one' },
    });

    const held = await bench.render(shop('three', 'three'), 'Say three');
    expect(held.result.rendered).toMatchObject([{ held: true, created: false }]);
    const refused = await project.truekeel([
      'rollback',
      '--environment',
      'staging',
      '--release',
      '--application',
      'web',
    ]);
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('INVALID_FLAG');
    expect((await bench.json('rollback', ['--environment', 'staging', '--release'])).exit).toBe(0);
    await bench.json('render', ['--no-typecheck']);
    expect((await bench.apply()).exit).toBe(0);
    expect([await at('web'), await at('api')]).toEqual(['three', 'three']);
  });
});
