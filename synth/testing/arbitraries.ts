/** What Kubernetes allows in the places that programs take arguments for, for property tests with fast-check, an
 * optional peer that nothing else loads. */
import * as fc from 'fast-check';

const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';
const characters = (text: string) => fc.constantFrom(...text);

/** Names of objects: DNS labels (Kubernetes, "Object Names and IDs").
 * @param longest in characters; default 40, so that programs can put something behind */
export function names(longest = 40): fc.Arbitrary<string> {
  return withEnds(characters(`${ALPHANUMERIC}-`), characters(ALPHANUMERIC), longest);
}

/** Maps of labels, some keys with a prefix (Kubernetes, "Labels and Selectors"). */
export function labels(): fc.Arbitrary<Readonly<Record<string, string>>> {
  const letters = `${ALPHANUMERIC}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;
  const word = withEnds(characters(`${letters}-_.`), characters(letters), 63);
  const prefix = fc.array(names(20), { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('.')}/`);
  const key = fc.tuple(fc.option(prefix, { nil: '' }), word).map(([before, name]) => before + name);
  return fc.dictionary(key, fc.oneof(fc.constant(''), word), { maxKeys: 5, noNullPrototype: true });
}

/** Quantities of resources above zero, in all forms: `100m`, `0.5`, `64Mi`, `1e3`. */
export function quantities(): fc.Arbitrary<string> {
  const whole = fc.integer({ min: 1, max: 999 });
  const suffixed = fc
    .tuple(whole, fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3'))
    .map(([amount, suffix]) => `${amount}${suffix}`);
  const fraction = fc.tuple(fc.nat(99), fc.integer({ min: 1, max: 9 })).map(([a, b]) => `${a}.${b}`);
  return fc.oneof(suffixed, fraction);
}

/** References of container images, with and without registry, by tag, by digest or both (OCI distribution specification). */
export function images(): fc.Arbitrary<string> {
  const host = fc.constantFrom('', 'ghcr.io/', 'registry.example.com:5000/', 'localhost:5000/');
  const path = fc.array(names(12), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const tag = withEnds(characters(`${ALPHANUMERIC}-_.`), characters(ALPHANUMERIC), 20).map(
    (text) => `:${text}`,
  );
  const digest = fc
    .string({ unit: characters('0123456789abcdef'), minLength: 64, maxLength: 64 })
    .map((text) => `@sha256:${text}`);
  return fc
    .tuple(host, path, fc.option(tag, { nil: '' }), fc.option(digest, { nil: '' }))
    .map((parts) => parts.join(''));
}

/** Numbers of pods, none and one among them. */
export function replicas(most = 100): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(0, 1, 2), fc.integer({ min: 0, max: most }));
}

function withEnds(
  within: fc.Arbitrary<string>,
  end: fc.Arbitrary<string>,
  longest: number,
): fc.Arbitrary<string> {
  const longer = fc
    .tuple(end, fc.string({ unit: within, maxLength: longest - 2 }), end)
    .map((parts) => parts.join(''));
  return fc.oneof(end, longer);
}
