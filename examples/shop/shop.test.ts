import { App, Environment } from 'truekeel';
import { deterministic, plan, render } from 'truekeel/testing';
import 'truekeel/testing/matchers';
import { describe, expect, it } from 'vitest';
import { addShop } from './shop.ts';
import { PRODUCTION, type Size, STAGING } from './sizes.ts';

function shop(size: Size): App {
  const app = new App();
  addShop(new Environment(app, 'test', { namespace: 'shop' }), size);
  return app;
}

describe('the shop', () => {
  const production = render(shop(PRODUCTION));

  it('starts from what others stand on', () => {
    const order = Object.fromEntries(
      render(shop(STAGING)).applications.map(({ name, dependsOn }) => [name, dependsOn]),
    );
    expect(order).toEqual({
      platform: [],
      cache: ['platform'],
      api: ['cache'],
      web: ['api'],
      'back-office': ['api'],
      worker: ['cache', 'platform'],
    });
    expect(production.application('web')).toDependOn('platform');
  });

  it('never has all pods of a web service gone at once', () => {
    const deployments = production.objects.filter(
      ({ key, object }) => key.kind === 'Deployment' && object.spec.template.spec.containers[0].ports,
    );
    expect(deployments).toHaveLength(3);
    for (const { key, object } of deployments) {
      expect(production).toHaveObject({
        kind: 'PodDisruptionBudget',
        name: key.name,
        spec: { maxUnavailable: 1, selector: object.spec.selector },
      });
    }
  });

  it('leaves the number of pods to the autoscaler', () => {
    expect(production).toHaveObject({ kind: 'Deployment', name: 'web', spec: { replicas: undefined } });
    expect(production).toHaveObject({
      kind: 'HorizontalPodAutoscaler',
      name: 'web',
      spec: { minReplicas: 3, maxReplicas: 12 },
    });
  });

  it('sends customers to the web, and their requests to the API', () => {
    for (const service of ['web', 'api'])
      expect(production).toExpose({ service, port: 80, host: 'shop.example.com' });
    expect(production).not.toExpose({ service: 'back-office', port: 80, host: 'shop.example.com' });
  });

  it('runs nothing as root, and nothing without bounds', () => {
    expect(production).toRunAs({ nonRoot: true, readOnlyRoot: true, privilegeEscalation: false });
    expect(production).toHaveResources({
      requests: { cpu: expect.anything(), memory: expect.anything() },
      limits: { memory: expect.anything() },
    });
  });

  it('keeps the cache on a disk of the size of the environment', () => {
    const disk = (storage: string) => ({
      kind: 'StatefulSet',
      name: 'redis',
      spec: { volumeClaimTemplates: [{ spec: { resources: { requests: { storage } } } }] },
    });
    expect(shop(STAGING)).toHaveObject(disk('1Gi'));
    expect(production).toHaveObject(disk('8Gi'));
  });

  it('rolls a web service when its settings change, and nothing else', () => {
    const podsOf = (host: string) => {
      const changed = render(shop({ ...PRODUCTION, host }));
      return ['web', 'api'].map((name) => changed.object('Deployment', name).object.spec.template);
    };
    const [before, after] = [podsOf('a.example.com'), podsOf('b.example.com')];
    expect(after[0]).not.toEqual(before[0]);
    expect(after[1]).toEqual(before[1]);
  });

  it('has nothing that is deleted by accident', () => {
    for (const [kind, name] of [
      ['Namespace', 'shop'],
      ['StatefulSet', 'redis'],
    ] as const)
      expect(production.object(kind, name)).toHaveSettings({ prune: 'protect' });
    const definitions = production.objects.filter(({ key }) => key.kind === 'CustomResourceDefinition');
    expect(definitions).toHaveSettings({ prune: 'protect' });
  });

  it('renders the same bytes on every machine', () => {
    deterministic(() => shop(PRODUCTION));
  });

  it('grows into production with no restart but that of the web, which has another host', async () => {
    const { change, restarts, delete: deleted } = await plan(shop(PRODUCTION), { live: shop(STAGING) });
    expect(change).toContain('HorizontalPodAutoscaler.autoscaling shop/web');
    expect(restarts).toEqual(['Deployment.apps shop/web']);
    expect(deleted).toEqual([]);
  });
});
