import { App, Environment } from 'truekeel';
import { renderTree } from 'truekeel/render';
import { describe, expect, it } from 'vitest';
import { addShop } from './shop.ts';
import { PRODUCTION, type Size, STAGING } from './sizes.ts';

function render(size: Size) {
  const app = new App();
  addShop(new Environment(app, 'test', { namespace: 'shop' }), size);
  const [environment] = renderTree(app);
  const applications = environment?.applications ?? [];
  const objects = applications.flatMap((application) => application.objects);
  return {
    applications,
    objects,
    find: (kind: string, name: string) =>
      objects.find(({ key }) => key.kind === kind && key.name === name)?.object,
  };
}

describe('the shop', () => {
  it('starts from what others stand on', () => {
    const order = Object.fromEntries(
      render(STAGING).applications.map(({ name, dependsOn }) => [name, dependsOn]),
    );
    expect(order).toEqual({
      platform: [],
      cache: ['platform'],
      api: ['cache'],
      web: ['api'],
      'back-office': ['api'],
      worker: ['cache', 'platform'],
    });
  });

  it('never has all pods of a web service gone at once', () => {
    const { objects } = render(PRODUCTION);
    const budgets = objects
      .filter(({ key }) => key.kind === 'PodDisruptionBudget')
      .map(({ object }) => object);
    expect(budgets).toHaveLength(3);
    for (const budget of budgets) {
      const selected = objects.filter(
        ({ key, object }) =>
          key.kind === 'Deployment' &&
          JSON.stringify(object.spec.template.metadata.labels) ===
            JSON.stringify(budget.spec.selector.matchLabels),
      );
      expect(selected).toHaveLength(1);
    }
  });

  it('leaves the number of pods to the autoscaler', () => {
    const { find } = render(PRODUCTION);
    expect(find('Deployment', 'web')?.spec.replicas).toBeUndefined();
    expect(find('HorizontalPodAutoscaler', 'web-scaling')?.spec).toMatchObject({
      minReplicas: 3,
      maxReplicas: 12,
    });
  });

  it('sends customers to the web, and their requests to the API', () => {
    const [rule] = render(PRODUCTION).find('Ingress', 'front')?.spec.rules ?? [];
    expect(rule.host).toBe('shop.example.com');
    expect(
      rule.http.paths.map((path: { backend: { service: { name: string } } }) => path.backend.service.name),
    ).toEqual(['web', 'api']);
  });

  it('keeps the cache on a disk of the size of the environment', () => {
    const size = (environment: Size) =>
      render(environment).find('StatefulSet', 'redis')?.spec.volumeClaimTemplates[0].spec.resources.requests
        .storage;
    expect([size(STAGING), size(PRODUCTION)]).toEqual(['1Gi', '8Gi']);
  });

  it('has nothing that is deleted by accident', () => {
    const protectedKinds = render(STAGING)
      .objects.filter(({ settings }) => settings.prune === 'protect')
      .map(({ key }) => key.kind);
    expect(protectedKinds).toEqual(
      expect.arrayContaining(['Namespace', 'CustomResourceDefinition', 'StatefulSet']),
    );
  });
});
