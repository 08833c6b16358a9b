/** Whatever happened to a program and to a cluster: a plan against a snapshot is the plan against the cluster. */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { type Plan, planApplications } from '../../lib/plan/index.ts';
import { readSnapshot, snapshotClient, takeSnapshot, writeSnapshot } from '../../lib/snapshot/index.ts';
import { onBothClusters, unique } from '../e2e/clusters.ts';
import { Watched } from '../live-view/watched.ts';
import { type Step, secretOf, step, World } from '../live-view/world.ts';

onBothClusters('a plan against a snapshot', (cluster) => {
  let namespace = '';
  beforeAll(async () => {
    namespace = unique('snapshot');
    await cluster().client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });

  it('is the plan against the cluster, whatever happened to the program and to the cluster', {
    timeout: 300_000,
  }, async () => {
    const { client } = cluster();
    const watched = new Watched(client, unique('env'));
    const { environment } = watched;
    const run = async (steps: readonly Step[]) => {
      const world = new World(cluster(), namespace);
      await watched.release(world.program);
      for (const one of [...steps, { do: 'apply' } as const]) {
        if (one.do === 'apply') {
          const applications = await watched.expect(world.program);
          await watched.apply(await watched.plan(applications), applications);
        } else await world.take(one);
        await watched.caughtUp(world.everything);
        const applications = await watched.expect(world.program);
        const taken = await takeSnapshot(client, { environment, applications, now: 0 });
        const bytes = writeSnapshot(taken);
        const snapshot = readSnapshot(bytes, 'a test');
        expect(snapshot).toEqual(taken);
        expectNoSecrets(JSON.stringify(snapshot));
        const request = { applications, scope: { environment } };
        const live = await planApplications({ client, ...request });
        const held = await planApplications({
          client: snapshotClient(snapshot),
          ...request,
          options: { liveSecrets: 'masked' },
        });
        expect(outcomeOf(held)).toEqual(outcomeOf(live));
        expect(held.digest).toBe(live.digest);
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), run), {
      numRuns: cluster().kind === 'embedded' ? 15 : 6,
      endOnFailure: true,
    });
  });
});

function expectNoSecrets(text: string): void {
  for (const version of [1, 2, 3, 9]) {
    expect(text).not.toContain(secretOf(version));
    expect(text).not.toContain(Buffer.from(secretOf(version)).toString('base64'));
  }
}

/** All of a plan that people see, but for what of a Secret can only be told with its values. */
function outcomeOf({ changes, counts, edges, inventories, refusals, errors }: Plan) {
  return {
    counts,
    edges,
    inventories,
    refusals,
    errors: errors.map(({ code, message }) => ({ code, message })),
    changes: changes.map(({ changes: fields, because, ...change }) =>
      change.key.kind === 'Secret' ? change : { ...change, because, changes: fields },
    ),
  };
}
