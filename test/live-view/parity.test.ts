/** Whatever happens to a program and to a cluster: a plan from watches is the plan from lists. */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { planApplications } from '../../lib/plan/index.ts';
import { onBothClusters, unique } from '../e2e/clusters.ts';
import { essenceOf, Watched } from './watched.ts';
import { type Step, step, World } from './world.ts';

onBothClusters('a plan from watches', (cluster) => {
  let namespace = '';
  beforeAll(async () => {
    namespace = unique('view');
    await cluster().client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });

  it('is the plan from lists, whatever happened to the program and to the cluster', {
    timeout: 300_000,
  }, async () => {
    const { client } = cluster();
    const watched = new Watched(client, unique('env'));
    const run = async (steps: readonly Step[]) => {
      const world = new World(cluster(), namespace);
      const { result } = await watched.release(world.program);
      expect(result.errors).toEqual([]);
      expect(await world.ours()).toEqual(['blog-base', 'shop-base']);
      for (const one of [...steps, { do: 'apply' } as const]) {
        if (one.do === 'apply') {
          const applications = await watched.expect(world.program);
          const plan = await watched.plan(applications);
          await watched.apply(plan, applications);
        } else await world.take(one);
        await watched.caughtUp(world.everything);
        const applications = await watched.expect(world.program);
        const lists = await planApplications({
          client,
          applications,
          scope: { environment: watched.environment },
        });
        expect(essenceOf(await watched.plan(applications))).toEqual(essenceOf(lists));
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), run), {
      numRuns: cluster().kind === 'embedded' ? 15 : 8,
      endOnFailure: true,
    });
  });
});
