/** Whatever a program makes is judged, and never ends the one who judges. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type JsonValue, type KubernetesObject, keyOf } from '../../lib/objects/index.ts';
import { prevalidate, validateObjects } from '../../lib/validate/index.ts';
import { mutations, placesIn, sampleObjects, withValue } from './samples.ts';
import { widget, widgetDefinition } from './widgets.ts';

const GROUP = 'acme.io';
const objects = [...sampleObjects(), widgetDefinition(GROUP), widget(GROUP)];

const anything = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

/** An object in which some values are anything. */
const brokenInside: fc.Arbitrary<KubernetesObject> = fc.oneof(
  mutations(objects).map(({ object }) => object),
  fc.constantFrom(...objects).chain((object) =>
    fc
      .array(fc.tuple(fc.constantFrom(...placesIn(object)), anything), { minLength: 1, maxLength: 4 })
      .map((changes) =>
        changes.reduce((changed, [path, value]) => {
          try {
            return withValue(changed, path, () => value);
          } catch {
            // An earlier change has taken the place away.
            return changed;
          }
        }, object),
      ),
  ),
);

/** Some are of kinds without a schema, whose references are looked at all the same. */
const broken = fc.oneof(
  brokenInside,
  brokenInside.map((object) => ({ ...object, apiVersion: 'example.com/v1' })),
  brokenInside.map((object) => ({
    ...object,
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
  })),
);

/** What rendering asks of an object before it is judged. */
function hasEnvelope({ metadata }: KubernetesObject): boolean {
  const isTextMap = (value: unknown) =>
    value === undefined ||
    value === null ||
    (typeof value === 'object' &&
      !Array.isArray(value) &&
      Object.values(value).every((one) => typeof one === 'string'));
  return isTextMap(metadata.labels) && isTextMap(metadata.annotations);
}

it('of any number of broken objects', () => {
  fc.assert(
    fc.property(
      fc.array(broken, { maxLength: 5 }),
      fc.integer({ min: 27, max: 37 }),
      fc.boolean(),
      (list, minor, isExcerpt) => {
        const judged = list.filter(hasEnvelope).map((object) => ({ object, key: keyOf(object) }));
        const { errors, warnings } = validateObjects(judged, {
          minor,
          isExcerpt,
          refuseUnknownKinds: isExcerpt,
        });
        for (const error of [...errors, ...warnings]) expect(error.family).toBe('validation');
      },
    ),
    { numRuns: 3_000 },
  );
});

it('of anything at all, while it is collected', () => {
  const envelope = fc.record({
    apiVersion: fc.constantFrom('v1', 'apps/v1'),
    kind: fc.constantFrom('Pod', 'Deployment'),
    metadata: anything,
    spec: anything,
  });
  fc.assert(fc.property(fc.oneof(anything, envelope), (value) => prevalidate(value)));
});

it('the same, whether it was judged before or not', () => {
  fc.assert(
    fc.property(broken.filter(hasEnvelope), (object) => {
      const judge = (one: KubernetesObject) =>
        JSON.stringify(validateObjects([{ object: one, key: keyOf(one) }]));
      const alone = judge(structuredClone(object));
      prevalidate(object);
      expect(judge(object)).toBe(alone);
    }),
  );
});
