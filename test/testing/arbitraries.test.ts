/** What the arbitraries make is taken by a Kubernetes API. */
import fc from 'fast-check';
import { render, startTestCluster } from 'truekeel/testing';
import { images, labels, names, quantities, replicas } from 'truekeel/testing/arbitraries';
import { expect, it } from 'vitest';
import { parseQuantity } from '../../lib/objects/index.ts';
import { shop } from './shop.ts';

it('names, labels, quantities, images and replica counts make a Deployment that is accepted', async () => {
  await using cluster = await startTestCluster();
  await cluster.apply(shop());
  const { object } = render(shop()).object('Deployment', 'web');
  await fc.assert(
    fc.asyncProperty(
      names(),
      labels(),
      quantities(),
      images(),
      replicas(),
      async (name, own, cpu, image, count) => {
        const made = structuredClone(object) as typeof object;
        const [container] = made.spec.template.spec.containers;
        Object.assign(container, { name, image, resources: { requests: { cpu } } });
        made.spec.replicas = count;
        const metadata = { name, namespace: 'shop', labels: own };
        await cluster.client.apply({ ...made, metadata }, { dryRun: true });
      },
    ),
    { numRuns: 50 },
  );
});

it('names are as short as asked for, and quantities are above zero', () => {
  fc.assert(fc.property(names(5), (name) => name.length <= 5));
  fc.assert(fc.property(quantities(), (quantity) => (parseQuantity(quantity) ?? 0n) > 0n));
  expect(fc.sample(replicas(3), 200)).toSatisfy((counts: number[]) =>
    counts.every((count) => count >= 0 && count <= 3),
  );
});
