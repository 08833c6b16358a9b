import { expect, it } from 'vitest';
import { describeOnBoth } from '../apply/testing/clusters.ts';
import { Annotation, digestOf, gvkOf, keyOf } from '../objects/index.ts';
import { baselineOf, describeOpponents, detectDrift, Fights } from './index.ts';

const OBJECT = 'ConfigMap web/settings';

/** Corrects an object again and again, as soon as the pause is over. */
function fight(rounds: number, managers: (round: number) => readonly string[] = () => ['rival']) {
  const fights = new Fights();
  const pauses: number[] = [];
  let now = 0;
  for (let round = 0; round < rounds; round += 1) {
    const pause = fights.over(OBJECT, now)?.pauseMs ?? 0;
    pauses.push(pause);
    now += pause + 10;
    fights.corrected(OBJECT, managers(round), now);
  }
  return { fights, pauses, now };
}

it('corrects drift at once, a fight more and more slowly, and in the end once a minute', () => {
  const { pauses } = fight(40);
  expect(pauses.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(pauses.slice(5, 11)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
  expect(new Set(pauses.slice(11))).toEqual(new Set([60_000]));
});

it('names who it is with: those who came back in most of the rounds', () => {
  const { fights, now } = fight(8, (round) => (round === 3 ? ['kubectl-edit'] : ['rival', 'second']));
  expect(fights.over(OBJECT, now)).toEqual({ managers: ['rival', 'second'], corrections: 8, pauseMs: 8_000 });
  expect(describeOpponents(fights.over(OBJECT, now)!)).toBe('rival and second');
  expect(describeOpponents({ managers: [] })).toBe('somebody');
});

it('is over when the object was left in peace, and concerns no other object', () => {
  const { fights, now } = fight(9);
  expect(fights.over('ConfigMap web/other', now)).toBeUndefined();
  expect(fights.over(OBJECT, now + 299_999)).toBeDefined();
  expect(fights.over(OBJECT, now + 300_000)).toBeUndefined();
  fights.corrected(OBJECT, ['rival'], now + 300_000);
  expect(fights.over(OBJECT, now + 300_000)).toBeUndefined();
});

describeOnBoth('a fight over an object', (cluster) => {
  it('is noticed from managedFields alone, with the name of the other', async () => {
    const { client } = cluster();
    const namespace = await cluster().createNamespace('fights');
    const digest = digestOf('rendered');
    const desired = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, name: 'a', annotations: { [Annotation.digest]: digest } },
      data: { value: 'ours' },
    };
    const resource = await client.resource(gvkOf(desired));
    const fights = new Fights();
    let written = await client.apply(desired, { force: true });
    for (let round = 1; round <= 5; round += 1) {
      expect(fights.over('a', round)).toBeUndefined();
      const theirs = { data: { value: 'theirs' } };
      await client.patch(resource, keyOf(desired), theirs, {
        type: 'merge',
        fieldManager: 'rival-controller',
      });
      const drift = detectDrift(
        { digest },
        await client.getMetadata(resource, keyOf(desired)),
        baselineOf(written),
      );
      if (drift.state !== 'drifted') throw new Error(`round ${round}: ${drift.state}`);
      fights.corrected(
        'a',
        drift.writers.map(({ manager }) => manager),
        round,
      );
      written = await client.apply(desired, { force: true });
    }
    expect(fights.over('a', 5)).toEqual({ managers: ['rival-controller'], corrections: 5, pauseMs: 1_000 });
  });
});
