import { expect, it } from 'vitest';
import { keyOf } from '../../lib/objects/index.ts';
import { knownReleases } from '../../lib/schemas/index.ts';
import { validateObjects } from '../../lib/validate/index.ts';
import { refused } from './refused.ts';
import { placesIn, sampleObjects, withValue } from './samples.ts';

const objects = sampleObjects().map((object) => ({ object, key: keyOf(object) }));

it.each(knownReleases().map((minor) => [minor]))(
  'only what is new is refused for Kubernetes 1.%i',
  (minor) => {
    const { errors } = validateObjects(objects, { minor, isExcerpt: true });
    const old = errors.filter(({ message }) => !message.includes('does not exist before Kubernetes'));
    expect(old.map(({ message }) => message)).toEqual([]);
    expect(errors.length === 0).toBe(minor >= 30);
  },
);

it.each(refused.map((one) => [one.what, one] as const))(
  '%s is refused, and nothing beside it',
  (_what, { object, field }) => {
    const { errors } = validateObjects([{ object, key: keyOf(object) }], { isExcerpt: true });
    expect(errors.map((error) => error.code)).toEqual(['INVALID_FIELD']);
    expect(errors[0]?.field?.startsWith(field), errors[0]?.message).toBe(true);
  },
);

it('a field that does not exist is the one thing that is wrong', () => {
  let found = 0;
  for (const { object } of objects) {
    for (const path of placesIn(object)) {
      const owner = path.slice(0, -1).reduce<unknown>((at, step) => Object(at)[step], object);
      if (Array.isArray(owner)) continue;
      const misspelt = withValue(object, [...path.slice(0, -1), 'misspeltByHand'], () => 'x');
      const { errors } = validateObjects([{ object: misspelt, key: keyOf(misspelt) }], { isExcerpt: true });
      const codes = errors.map(({ code }) => code);
      if (codes.includes('UNKNOWN_FIELD'))
        expect(codes, `${object.kind} ${path.join('.')}`).toEqual(['UNKNOWN_FIELD']);
      found += codes.length;
    }
  }
  expect(found).toBeGreaterThan(400);
});
