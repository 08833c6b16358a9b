import { App } from 'truekeel';
import { apply, plan, render, startTestCluster } from 'truekeel/testing';
import 'truekeel/testing/matchers';
import { expect, it } from 'vitest';
import { shop } from './shop.ts';

it('plans that a new image restarts one Deployment and changes nothing else', async () => {
  const planned = await plan(shop({ image: 'example/web:1.5' }), { live: shop() });
  expect(planned.change).toEqual(['Deployment.apps shop/web']);
  expect(planned.restarts).toEqual(['Deployment.apps shop/web']);
  expect([...planned.create, ...planned.replace, ...planned.delete]).toEqual([]);
  expect(planned.counts).toMatchObject({ change: 1, none: 5 });
});

it('plans everything for an empty cluster, and nothing twice', async () => {
  expect((await plan(shop())).create).toHaveLength(6);
  const again = await plan(shop(), { live: shop() });
  expect(again.counts).toMatchObject({ create: 0, change: 0, none: 6 });
});

it('applies one program after the other, until everything is ready', async () => {
  await using cluster = await startTestCluster();
  await cluster.apply(shop());
  const settings = render(shop()).object('ConfigMap', 'settings');
  expect(await cluster.read(settings)).toMatchObject({ data: { greeting: 'hello' } });
  expect(await cluster.read(render(shop()).object('Deployment', 'web'))).toMatchObject({
    status: { readyReplicas: 1 },
  });
  const { actions } = await cluster.apply(shop({ greeting: 'good morning' }));
  expect(actions).toMatchObject({ change: 1, none: 5 });
  expect(await cluster.read(settings)).toMatchObject({ data: { greeting: 'good morning' } });
});

it('sees what others did to the cluster', async () => {
  await using cluster = await startTestCluster();
  await cluster.apply(shop());
  const configMaps = await cluster.client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
  const edit = { data: { greeting: 'no' } };
  const options = { type: 'merge', fieldManager: 'kubectl-edit' } as const;
  await cluster.client.patch(configMaps, { namespace: 'shop', name: 'settings' }, edit, options);
  expect((await cluster.plan(shop())).change).toEqual(['ConfigMap shop/settings']);
});

it('tells everything that the cluster refuses', async () => {
  await expect(apply(shop({ image: '' }))).rejects.toMatchObject({
    errors: [expect.objectContaining({ key: expect.objectContaining({ kind: 'Deployment', name: 'web' }) })],
  });
});

it('asks which environment where there is a choice', async () => {
  const app = shop({ environments: ['staging', 'production'] });
  expect((await plan(app, { environment: 'staging' })).environment).toContain('staging');
  await expect(plan(app)).rejects.toMatchObject({
    code: 'NO_ENVIRONMENT',
    hint: 'Give { environment }: staging, production.',
  });
  await expect(plan(app, { environment: 'test' })).rejects.toMatchObject({ code: 'NOT_IN_PROGRAM' });
  await expect(plan(new App())).rejects.toThrow('there is no environment');
});
