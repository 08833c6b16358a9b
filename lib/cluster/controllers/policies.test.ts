import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { healthOf } from '../../health/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { DEPLOYMENT, HORIZONTAL_POD_AUTOSCALER, POD_DISRUPTION_BUDGET } from './kinds.ts';
import { deployment } from './manifests.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster();
});
afterEach(() => cluster.stop());

const autoscaler = (minReplicas: number, maxReplicas: number): KubernetesObject => ({
  ...HORIZONTAL_POD_AUTOSCALER,
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas,
    maxReplicas,
  },
});
const scaler = () => cluster.get(HORIZONTAL_POD_AUTOSCALER, 'web');
const reasons = () =>
  scaler().status.conditions.map(({ type, status }: { type: string; status: string }) => `${type}=${status}`);

describe('a HorizontalPodAutoscaler', () => {
  test('raises its target to the minimum and lowers it to the maximum', async () => {
    await cluster.create(deployment({ replicas: 1 }), autoscaler(3, 5));
    expect(cluster.get(DEPLOYMENT, 'web').spec.replicas).toBe(3);
    expect(scaler().status).toMatchObject({ currentReplicas: 3, desiredReplicas: 3 });
    expect(reasons()).toEqual(['AbleToScale=True', 'ScalingActive=True', 'ScalingLimited=False']);
    cluster.client.patch(DEPLOYMENT, 'default', 'web', { spec: { replicas: 9 } });
    await cluster.settle();
    expect(cluster.get(DEPLOYMENT, 'web').spec.replicas).toBe(5);
    expect(healthOf(scaler()).status).toBe('Current');
  });

  test('leaves a target alone that is within range, or switched off', async () => {
    await cluster.create(deployment({ replicas: 4 }), autoscaler(3, 5));
    expect(cluster.get(DEPLOYMENT, 'web').spec.replicas).toBe(4);
    cluster.client.patch(DEPLOYMENT, 'default', 'web', { spec: { replicas: 0 } });
    await cluster.settle();
    expect(cluster.get(DEPLOYMENT, 'web').spec.replicas).toBe(0);
  });

  test('says that it cannot find its target until it is there', async () => {
    await cluster.create(autoscaler(2, 5));
    expect(reasons()).toEqual(['AbleToScale=False']);
    await cluster.create(deployment({ replicas: 1 }));
    expect(cluster.get(DEPLOYMENT, 'web').spec.replicas).toBe(2);
    expect(reasons()).toContain('AbleToScale=True');
  });
});

describe('a PodDisruptionBudget', () => {
  const budget = (spec: object): KubernetesObject => ({
    ...POD_DISRUPTION_BUDGET,
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });
  const status = () => cluster.get(POD_DISRUPTION_BUDGET, 'web').status;

  test.each([
    [{ minAvailable: 2 }, 2],
    [{ minAvailable: '50%' }, 2],
    [{ maxUnavailable: 1 }, 1],
    [{ maxUnavailable: '25%' }, 1],
    [{ minAvailable: 4 }, 0],
  ])('of %j over four healthy pods allows %i disruptions', async (spec, allowed) => {
    await cluster.create(deployment({ replicas: 4 }), budget(spec));
    expect(status()).toMatchObject({
      expectedPods: 4,
      currentHealthy: 4,
      disruptionsAllowed: allowed,
      observedGeneration: 1,
    });
    expect(status().conditions).toMatchObject([
      { type: 'DisruptionAllowed', status: allowed > 0 ? 'True' : 'False' },
    ]);
    expect(healthOf(cluster.get(POD_DISRUPTION_BUDGET, 'web')).status).toBe('Current');
  });

  test('allows none while too few pods are healthy', async () => {
    const failing = { 'cluster.truekeel.dev/fail': 'not-ready' };
    await cluster.create(
      budget({ minAvailable: 1 }),
      deployment({ replicas: 2, templateAnnotations: failing }),
    );
    expect(status()).toMatchObject({ expectedPods: 2, currentHealthy: 0, disruptionsAllowed: 0 });
  });
});
