import { expect, it } from 'vitest';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { auditedUser } from './audited-user.ts';
import { live, onBothClusters, unique } from './clusters.ts';
import { configMap, deployment, service, staging } from './programs.ts';
import { actionsOf, Workbench } from './workbench.ts';

onBothClusters('an application', (cluster) => {
  it('becomes ready, costs nothing while nothing changes, and follows its program', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const objects = { settings: configMap(), web: deployment('web'), balancer: service('web') };
    await bench.render(staging(namespace, { web: objects }), 'The first version');

    const first = await bench.apply();
    expect(first.exit, first.stderr).toBe(0);
    expect(first.result.actions).toMatchObject({ create: 4, change: 0, delete: 0, none: 0 });
    expect(first.result.errors).toEqual([]);
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
    expect((await live(cluster(), web))?.status.readyReplicas).toBe(1);
    const ready = await bench.status(['--exit-code']);
    expect(ready.exit, ready.stdout).toBe(0);
    expect(ready.result).toMatchObject({ ready: true, drifted: false });

    const second = await bench.apply();
    expect(second.exit).toBe(0);
    expect(second.result.actions).toMatchObject({ create: 0, change: 0, delete: 0, none: 4 });
    const { discovery, list, ...others } = second.result.requests.byVerb;
    expect(others, 'requests beside lists and discovery').toEqual({});
    // Namespaces, ConfigMaps, Deployments, Services, and the inventories.
    expect(list).toBeLessThanOrEqual(5);
    expect(discovery).toBeLessThanOrEqual(2);
    expect(second.stderr).toContain('Nothing to do: 4 objects are as they should be');

    await bench.render(
      staging(namespace, {
        web: {
          settings: configMap(),
          web: deployment('web', { replicas: 2, image: 'registry.k8s.io/pause:3.10' }),
          extra: configMap({ added: 'yes' }),
        },
      }),
      'More of everything',
    );
    const plan = await bench.plan(['--exit-code']);
    expect(plan.exit).toBe(2);
    expect(actionsOf(plan.result)).toEqual([
      'change Deployment.apps web',
      'create ConfigMap extra',
      'delete Service balancer',
    ]);
    const change = plan.result.changes.find(({ action }) => action === 'change');
    expect(change?.changes.map(({ path, before, after }) => ({ path, before, after }))).toEqual(
      expect.arrayContaining([
        { path: 'spec.replicas', before: 1, after: 2 },
        {
          path: 'spec.template.spec.containers[name=main].image',
          before: 'registry.k8s.io/pause:3.9',
          after: 'registry.k8s.io/pause:3.10',
        },
      ]),
    );
    const third = await bench.apply();
    expect(third.exit, third.stderr).toBe(0);
    expect(third.result.actions).toMatchObject({ create: 1, change: 1, delete: 1, none: 2 });
    expect(third.result.planDigest).toBe(plan.result.planDigest);
    expect((await live(cluster(), web))?.status).toMatchObject({ readyReplicas: 2, updatedReplicas: 2 });
    expect(
      await live(cluster(), { apiVersion: 'v1', kind: 'Service', namespace, name: 'balancer' }),
    ).toBeUndefined();
  });
});

describeOnControlPlane('what the server saw of an apply that changes nothing', (controlPlane) => {
  it('is lists of metadata, none of a single object', async () => {
    const { audit, connection } = controlPlane();
    const user = await auditedUser(connection, unique('auditor'));
    const bench = new Workbench(user);
    await bench.deploy(
      staging(bench.namespace, {
        web: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`map${index}`, configMap()])),
      }),
    );
    const mark = await audit.mark();
    const again = await bench.apply();
    expect(again.exit).toBe(0);
    const requests = (await audit.since(mark, { user: user.name })).filter(({ resource }) => resource !== '');
    expect(requests.map(({ verb }) => verb)).toEqual(requests.map(() => 'list'));
    expect(requests.map(({ resource }) => resource).sort()).toEqual([
      'configmaps',
      'configmaps',
      'namespaces',
    ]);
  });
});
