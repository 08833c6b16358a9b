import { expect, it } from 'vitest';
import { live, onBothClusters } from './clusters.ts';
import { configMap, deployment, type Manifest, program, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

function definition(group: string): Manifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
            },
          },
        },
      ],
    },
  };
}

onBothClusters('order', (cluster) => {
  it('lets a definition and its custom resources be applied in one go', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const group = `${namespace}.example.com`;
    const widget = (size: number): Manifest => ({
      apiVersion: `${group}/v1`,
      kind: 'Widget',
      spec: { size },
    });
    const text = (size: number) =>
      staging(namespace, {
        web: { first: widget(size), second: widget(size), definition: definition(group) },
      });
    const plan = await bench.render(text(1)).then(() => bench.plan());
    expect(plan.exit, plan.stderr).toBe(0);
    expect(plan.result.actions.create).toBe(4);
    const first = await bench.apply();
    expect(first.exit, first.stderr).toBe(0);
    expect(first.result.actions.create).toBe(4);
    const read = () =>
      live(cluster(), { apiVersion: `${group}/v1`, kind: 'Widget', namespace, name: 'second' });
    expect((await read())?.spec).toEqual({ size: 1 });

    await bench.deploy(text(2));
    expect((await read())?.spec).toEqual({ size: 2 });
    const again = await bench.apply();
    expect(again.result.actions).toMatchObject({ none: 4, change: 0 });

    // The definition takes stored objects along: a guard has its say, and nothing of it is touched before that.
    await bench.render(staging(namespace, { web: { other: configMap() } }));
    expect((await bench.apply()).exit).toBe(8);
    expect(await read()).toBeDefined();
    const approved = await bench.apply(['--yes', '--approve', 'PROTECTED_OBJECT']);
    expect(approved.exit, approved.stderr).toBe(0);
    expect((await bench.plan(['--exit-code'])).exit).toBe(0);
  });

  it('of applications is kept: one starts when what it depends on is ready', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const slow = deployment('database', { annotations: { 'cluster.truekeel.dev/ready-after': '300ms' } });
    const applications = {
      web: { objects: { web: configMap() }, after: ['api'] },
      api: { objects: { api: deployment('api') }, after: ['database'] },
      database: { objects: { database: slow }, createNamespace: true },
    };
    await bench.render(program({ staging: { namespace, applications } }));
    const lines: string[] = [];
    const applied = await bench.run('apply', ['--yes'], { onLine: (line) => void lines.push(line) });
    expect(applied.exit, applied.stderr).toBe(0);
    const at = (word: string, name: string) =>
      lines.findIndex((line) => line.trim().startsWith(word) && line.includes(`${namespace}/${name}`));
    expect(at('ready', 'database')).toBeGreaterThan(at('created', 'database'));
    expect(at('created', 'api')).toBeGreaterThan(at('ready', 'database'));
    expect(at('created', 'web')).toBeGreaterThan(at('ready', 'api'));

    // And as the server saw it: the last application's object was written after the first one's last status.
    const version = async (apiVersion: string, kind: string, name: string) => {
      const object = await live(cluster(), { apiVersion, kind, namespace, name });
      return BigInt(object?.metadata.resourceVersion ?? '0');
    };
    expect(await version('v1', 'ConfigMap', 'web')).toBeGreaterThan(
      await version('apps/v1', 'Deployment', 'database'),
    );
  });

  it('leaves out what was found and goes against what people said, and says so', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const reads = deployment('early', {
      pod: { volumes: [{ name: 'late', configMap: { name: 'late', optional: true } }] },
    });
    const applications = {
      first: { objects: { early: reads }, createNamespace: true },
      second: { objects: { late: configMap() }, after: ['first'] },
    };
    await bench.render(program({ staging: { namespace, applications } }));
    const circle = 'staging/first/early → staging/second/late → application first → staging/first/early';
    const { result } = await bench.plan();
    expect(result.droppedEdges).toEqual([
      {
        from: `Deployment.apps ${namespace}/early`,
        to: `ConfigMap ${namespace}/late`,
        until: 'present',
        circle,
      },
    ]);
    const shown = await bench.run('plan');
    expect(shown.stdout).toContain(`does not wait for ConfigMap ${namespace}/late`);
    expect(shown.stdout).toContain(circle);
    const applied = await bench.run('apply', ['--yes', '--log-format', 'json']);
    expect(applied.exit, applied.stderr).toBe(0);
    const events = applied.stderr.split('\n').filter((line) => line.startsWith('{'));
    expect(events.map((line) => JSON.parse(line))).toContainEqual({
      type: 'edge-dropped',
      from: `Deployment.apps ${namespace}/early`,
      to: `ConfigMap ${namespace}/late`,
      until: 'present',
      circle,
    });
  });
});
