import { expect, it } from 'vitest';
import { onBothClusters } from './clusters.ts';
import { actionsOf, Workbench } from './workbench.ts';

onBothClusters('a workload and its config', (cluster) => {
  const program = (namespace: string, greeting: string) => `
import { App, Application, Config, Environment, EnvironmentSource, Hook, Workload, WorkloadKind } from 'truekeel';
const app = new App();
const staging = new Environment(app, 'staging', { namespace: '${namespace}' });
const web = new Application(staging, 'web', { createNamespace: true });
const settings = new Config(web, 'settings', { data: { GREETING: '${greeting}' }, keep: 1 });
const environmentFrom = [EnvironmentSource.config(settings)];
new Workload(web, 'migrate', { kind: WorkloadKind.JOB, hook: Hook.BEFORE, image: 'example/api:1' });
new Workload(web, 'api', { image: 'example/api:1', port: 8080, replicas: 2, environmentFrom });
app.synth();
`;
  /** Names of hashes by greeting, in the order in which they are first seen. */
  const named = (actions: readonly string[], names: Map<string, string>) =>
    actions.map((action) =>
      action.replace(/settings-[0-9a-f]{10}/, (name) => {
        names.set(name, names.get(name) ?? `settings-${names.size + 1}`);
        return names.get(name) ?? name;
      }),
    );

  it('roll when it changes, and find it again after a rollback', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const names = new Map<string, string>();
    const planned = async () => {
      const { result } = await bench.plan();
      return { actions: named(actionsOf(result), names), changes: result.changes };
    };
    await bench.render(program(namespace, 'hello'), 'Say hello');
    expect((await planned()).actions).toEqual([
      'create ConfigMap settings-1',
      'create Deployment.apps api',
      'create Job.batch migrate',
      `create Namespace ${namespace}`,
      'create PodDisruptionBudget.policy api',
      'create Service api',
      'create ServiceAccount api',
      'create ServiceAccount migrate',
    ]);
    const { exit, stderr } = await bench.apply();
    expect(exit, stderr).toBe(0);

    await bench.render(program(namespace, 'good day'), 'Be polite');
    const second = await planned();
    expect(second.actions).toEqual([
      'change Deployment.apps api',
      'create ConfigMap settings-2',
      'none ConfigMap settings-1',
    ]);
    const deployment = second.changes.find(({ key }) => key.startsWith('Deployment'));
    expect(deployment?.effects.map(({ kind }) => kind)).toEqual(['restarts-pods']);
    expect((await bench.apply()).exit).toBe(0);

    const { because } = second.changes.find(({ action }) => action === 'none') ?? {};
    expect(because).toBe('former version of settings; the newest one is kept');
    // What was there before is there still.
    const back = await bench.json('rollback', ['--environment', 'staging', '--yes']);
    expect(back.exit, back.stderr).toBe(0);
    expect((await planned()).actions).toEqual(['change Deployment.apps api']);
    expect((await bench.apply()).exit).toBe(0);
  });
});
