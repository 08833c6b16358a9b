import { expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import { expressionRules } from '../health/index.ts';
import { connect } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { keyOf } from '../objects/index.ts';
import type { HealthUpdate } from './index.ts';
import { watchHealth } from './index.ts';

const deployment = (namespace: string, podSpec: object = {}): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'example/web:1' }], ...podSpec },
    },
  },
});

describeOnControlPlane('watching health, on a real control plane', (controlPlane) => {
  async function setUp() {
    const client = await connect({ kubeconfig: controlPlane().kubeconfig, env: {} });
    const namespace = await controlPlane().createNamespace('health');
    const resource = await client.resource({ group: 'apps', version: 'v1', kind: 'Deployment' });
    return { client, namespace, resource };
  }

  it('ends when everything is ready, and asks for no single object meanwhile', async () => {
    const { client, namespace, resource } = await setUp();
    const written = await client.apply(deployment(namespace));
    const notBefore = written.metadata.resourceVersion ?? '';
    const updates: HealthUpdate[] = [];
    for await (const update of watchHealth(client, [{ key: keyOf(written), resource, notBefore }])) {
      updates.push(update);
    }
    expect(updates.at(-1)).toMatchObject({
      key: keyOf(written),
      health: { status: 'Current' },
      isStale: false,
    });
    expect(updates.slice(0, -1).every(({ health }) => health.status === 'InProgress')).toBe(true);
    expect(client.requests.byVerb.get).toBeUndefined();
    expect(client.requests.byVerb.watch).toBeLessThanOrEqual(2);
    await client.close();
  });

  it('says why it does not get on, from its pods, and that it is not there', async () => {
    const { client, namespace, resource } = await setUp();
    const written = await client.apply(deployment(namespace, { nodeSelector: { nowhere: 'yes' } }));
    const missing = { ...keyOf(written), name: 'missing' };
    const stop = new AbortController();
    const reasons: string[] = [];
    const watching = async () => {
      const targets = [keyOf(written), missing].map((key) => ({ key, resource }));
      for await (const { key, health, explanation, hint } of watchHealth(client, targets, {
        signal: stop.signal,
      })) {
        if (key.name === 'missing') reasons.push(health.status);
        if (explanation) reasons.push(explanation.reason);
        if (hint !== undefined) reasons.push(hint);
        if (reasons.includes('NotFound') && reasons.includes('Unschedulable')) stop.abort(new Error('seen'));
      }
    };
    await expect(watching()).rejects.toThrow('seen');
    expect(reasons).toContainEqual(expect.stringMatching(/^No node has the labels/));
    await client.close();
  });

  it('judges by rules of the caller as well', async () => {
    const { client, namespace } = await setUp();
    const state = (data: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'state', namespace },
      data: { state: data },
    });
    const written = await client.apply(state('todo'));
    const resource = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
    const rules = expressionRules([{ group: '', kind: 'ConfigMap', current: 'object.data.state == "done"' }]);
    const statuses: string[] = [];
    for await (const { health } of watchHealth(client, [{ key: keyOf(written), resource }], { rules })) {
      statuses.push(health.status);
      if (health.status === 'InProgress') await client.apply(state('done'));
    }
    expect(statuses).toEqual(['InProgress', 'Current']);
    await client.close();
  });

  it('has nothing to wait for without objects', async () => {
    const { client } = await setUp();
    for await (const _ of watchHealth(client, [])) expect.unreachable();
    await client.close();
  });
});
