import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readinessOf } from '../../health/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { DAEMON_SET, DEPLOYMENT, POD, REPLICA_SET, STATEFUL_SET } from './kinds.ts';
import { daemonSet, deployment, statefulSet } from './manifests.ts';
import { isActive } from './pods.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

/** What people, and other programs, may do to a workload. */
type Step =
  | { readonly do: 'scale'; readonly replicas: number }
  | { readonly do: 'image'; readonly tag: number; readonly fail: string | null }
  | { readonly do: 'delete pod'; readonly which: number }
  | { readonly do: 'delete ReplicaSet'; readonly which: number }
  | { readonly do: 'pause'; readonly paused: boolean }
  | { readonly do: 'wait'; readonly milliseconds: number }
  | { readonly do: 'settle' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('scale' as const), replicas: fc.integer({ min: 0, max: 4 }) }),
  fc.record({
    do: fc.constant('image' as const),
    tag: fc.integer({ min: 1, max: 3 }),
    fail: fc.constantFrom(null, null, 'crash-loop', 'image-pull', 'not-ready', 'unschedulable', 'quota'),
  }),
  fc.record({ do: fc.constant('delete pod' as const), which: fc.nat(9) }),
  fc.record({ do: fc.constant('delete ReplicaSet' as const), which: fc.nat(3) }),
  fc.record({ do: fc.constant('pause' as const), paused: fc.boolean() }),
  fc.record({ do: fc.constant('wait' as const), milliseconds: fc.integer({ min: 1, max: 700_000 }) }),
  fc.constant({ do: 'settle' as const }),
);

async function take(cluster: TestCluster, kind: typeof DEPLOYMENT, step: Step): Promise<void> {
  const { client } = cluster;
  const patch = (spec: object) => client.patch(kind, 'default', 'web', { spec: { ...spec } });
  const remove = (objects: readonly KubernetesObject[], which: number) => {
    const object = objects[which % Math.max(1, objects.length)];
    if (object)
      client.delete({ apiVersion: object.apiVersion, kind: object.kind }, 'default', object.metadata.name);
  };
  switch (step.do) {
    case 'scale':
      if (kind !== DAEMON_SET) patch({ replicas: step.replicas });
      break;
    case 'image': {
      const annotations = { 'cluster.truekeel.dev/fail': step.fail };
      const containers = [{ name: 'main', image: `example/web:${step.tag}` }];
      patch({ template: { metadata: { annotations }, spec: { containers } } });
      break;
    }
    case 'delete pod':
      remove(client.list(POD, { namespace: 'default' }), step.which);
      break;
    case 'delete ReplicaSet':
      remove(client.list(REPLICA_SET, { namespace: 'default' }), step.which);
      break;
    case 'pause':
      if (kind === DEPLOYMENT) patch({ paused: step.paused });
      break;
    case 'wait':
      await cluster.advance(step.milliseconds);
      break;
    case 'settle':
      await cluster.settle();
  }
}

describe('whatever happens to a workload', () => {
  test.each([
    ['Deployment', DEPLOYMENT, deployment({ replicas: 2 })],
    ['StatefulSet', STATEFUL_SET, statefulSet({ replicas: 2, spec: { podManagementPolicy: 'Parallel' } })],
    ['DaemonSet', DAEMON_SET, daemonSet()],
  ])(
    'a %s ends with the pods it asks for, once it is left in peace with a template that works',
    async (_, kind, object) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const cluster = await startTestCluster({ nodes: 2 });
          try {
            await cluster.create(object);
            for (const step of steps) await take(cluster, kind, step);
            await take(cluster, kind, { do: 'pause', paused: false });
            await take(cluster, kind, { do: 'image', tag: 9, fail: null });
            await cluster.settle();
            const workload = cluster.get(kind, 'web');
            expect(readinessOf(workload)).toMatchObject({ status: 'Current' });
            const pods = cluster.pods().filter(isActive);
            expect(pods).toHaveLength(kind === DAEMON_SET ? 2 : workload.spec.replicas);
            for (const pod of pods) expect(pod.spec.containers[0].image).toBe('example/web:9');
          } finally {
            cluster.stop();
          }
        }),
        { numRuns: 25 },
      );
    },
  );
});
