/** Reviews that no cluster can be asked for: planned against the base's render in an embedded one. */
import { describe, expect, it } from 'vitest';
import { project } from './clusters.ts';
import { configMap, type Manifest, staging } from './programs.ts';
import { type Done, withResult } from './workbench.ts';

const NOWHERE = { PATH: process.env.PATH, HOME: '/nonexistent' };

type Objects = Readonly<Record<string, Manifest>>;

/** @param after undefined for a program without applications */
function changed(before: Objects, after: Objects | undefined): () => Promise<Done<'review'>> {
  const made = project();
  made.commit('A program', { 'main.ts': staging('shop', { web: before }) });
  made.git('checkout', '--quiet', '-b', 'change');
  made.commit('A change', { 'main.ts': staging('shop', after ? { web: after } : {}) });
  const args = ['review', '--base', 'main', '--no-typecheck', '-o', 'json'];
  return async () => withResult('review', await made.truekeel(args, { env: NOWHERE }));
}

const review = (before: Objects, after: Objects | undefined) => changed(before, after)();

const job = (image: string): Manifest => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { annotations: { 'truekeel.dev/apply': 'recreate' } },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image }] } } },
});
const widget = (group: string, size: number): Manifest => ({
  apiVersion: `${group}/v1`,
  kind: 'Widget',
  spec: { size },
});
const definition = (group: string): Manifest => ({
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
});
const changes = ({ result }: Done<'review'>) =>
  result.environments[0]!.changes.map(({ action, key }) => `${action} ${key}`);

describe('a review that asks no cluster', () => {
  it('finds what is replaced, since it cannot be changed', async () => {
    const done = await review({ once: job('a:1') }, { once: job('a:2') });
    expect(done.exit, done.stderr).toBe(0);
    const [environment] = done.result.environments;
    expect(environment).toMatchObject({
      compared: 'there is no kubeconfig',
      embedded: true,
      approves: { kind: 'rendered' },
      actions: { replace: 1, change: 0 },
      errors: [],
    });
    expect(environment!.changes[0]!.effects.map(({ kind }) => kind)).toContain('replaces');
    expect(environment!.images).toMatchObject([{ before: 'a:1', after: 'a:2' }]);
  });

  it('plans objects of custom kinds whose definition the program has, and compares those of others', async () => {
    const done = await review(
      {
        definition: definition('own.example.org'),
        own: widget('own.example.org', 1),
        other: widget('their.example.org', 1),
      },
      {
        definition: definition('own.example.org'),
        own: widget('own.example.org', 2),
        other: widget('their.example.org', 2),
      },
    );
    expect(done.exit, done.stderr).toBe(0);
    expect(changes(done).sort()).toEqual([
      'change Widget.own.example.org shop/own',
      'change Widget.their.example.org shop/other',
    ]);
    for (const { changes: fields } of done.result.environments[0]!.changes)
      expect(fields).toMatchObject([{ path: 'spec.size', before: 1, after: 2 }]);
    expect(done.result.environments[0]!).toMatchObject({ embedded: true, actions: { none: 2 }, errors: [] });
  });

  it('compares only, where what changes is nothing that an embedded cluster could hold', async () => {
    const done = await review(
      { other: widget('their.example.org', 1) },
      { other: widget('their.example.org', 2) },
    );
    expect(done.result.environments[0]).toMatchObject({
      embedded: false,
      actions: { change: 1 },
      errors: [],
    });
  });

  it('refuses what guards would refuse if the base were what runs', async () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`map-${index}`, configMap()]));
    const empty = await review(many(3), undefined);
    expect(empty.exit).toBe(8);
    expect(empty.result.environments[0]!.refusals).toMatchObject([
      { code: 'EMPTY_RENDER' },
      { code: 'PROTECTED_OBJECT', keys: ['Namespace shop'] },
    ]);
    const half = await review({ ...many(8), keep: configMap() }, { keep: configMap() });
    expect(half.result.environments[0]!.refusals).toMatchObject([{ code: 'TOO_MANY_DELETES' }]);
    expect(half.result.environments[0]!.refusals[0]!.message).toContain('8 objects of the 10');
    const few = await review({ ...many(8), more: configMap() }, many(8));
    expect(few.exit, few.stderr).toBe(0);
    expect(changes(few)).toEqual(['delete ConfigMap shop/more']);
  });

  it('says the same each time', async () => {
    const deployment = (replicas: number): Manifest => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: {
        replicas,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: `web:${replicas}` }] },
        },
      },
    });
    const service = (port: number): Manifest => ({
      apiVersion: 'v1',
      kind: 'Service',
      spec: { selector: { app: 'web' }, ports: [{ port }] },
    });
    const again = changed(
      { web: deployment(1), service: service(80), gone: configMap() },
      { web: deployment(3), service: service(8080), fresh: configMap() },
    );
    const { environments: first } = (await again()).result;
    expect(first[0]).toMatchObject({ actions: { create: 1, change: 2, delete: 1 }, embedded: true });
    expect((await again()).result.environments).toEqual(first);
  });
});
