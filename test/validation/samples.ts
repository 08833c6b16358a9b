/** Valid objects of many kinds, and small changes to them. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  parseYaml,
} from '../../lib/objects/index.ts';

const FILE = new URL('testdata/objects.yaml', import.meta.url);

/** Objects that a real API server takes. */
export function sampleObjects(): readonly KubernetesObject[] {
  return parseYaml(readFileSync(FILE, 'utf8'), { file: 'objects.yaml' }).map(
    ({ value }) => value as unknown as KubernetesObject, // written as objects; the API server confirms it
  );
}

export type Path = readonly (string | number)[];

/** Every place in an object but its identity. */
export function placesIn(object: KubernetesObject): readonly Path[] {
  const found: Path[] = [];
  const look = (value: JsonValue | undefined, path: Path): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [name, below] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(name) : name];
      if (!IDENTITY.has(at.join('.'))) found.push(at);
      look(below as JsonValue | undefined, at); // JSON throughout
    }
  };
  look(object as unknown as JsonObject, []); // an object is JSON
  return found;
}

const IDENTITY = new Set(['apiVersion', 'kind', 'metadata.name', 'metadata.namespace', 'metadata']);

/** A copy of the object in which a value is another; undefined removes it. */
export function withValue(
  object: KubernetesObject,
  path: Path,
  change: (value: JsonValue | undefined) => JsonValue | undefined,
): KubernetesObject {
  const copy = structuredClone(object);
  // The place was found in this object.
  // biome-ignore lint/suspicious/noExplicitAny: any place in any object
  const owner = path.slice(0, -1).reduce((at: any, step) => at[step], copy);
  const last = path.at(-1)!;
  const value = change(owner[last]);
  if (value !== undefined) owner[last] = value;
  else if (Array.isArray(owner)) owner.splice(Number(last), 1);
  else delete owner[last];
  return copy;
}

export interface Mutation {
  readonly object: KubernetesObject;
  readonly path: Path;
  readonly what: string;
}

const TEXTS = [
  '',
  'x',
  'UPPER',
  'a b',
  'a_b',
  '-x',
  '10',
  '100m',
  '1Gi',
  '1.5',
  'true',
  'ä',
  'x'.repeat(300),
  '/',
  '*',
  '@daily',
  '61 * * * *',
];
const NUMBERS = [-1, 0, 1, 1.5, 80, 65_535, 65_536, 2 ** 31, 2 ** 40];

/** One change to one of the objects. */
export function mutations(objects: readonly KubernetesObject[]): fc.Arbitrary<Mutation> {
  const replaced = fc.oneof(
    fc.constantFrom<JsonValue>(...TEXTS),
    fc.constantFrom<JsonValue>(...NUMBERS),
    fc.constantFrom<JsonValue>(true, false, null, [], {}, [null], ['x', 'x'], { x: 'y' }),
  );
  const change = fc.oneof(
    replaced.map((value) => ({ what: `becomes ${JSON.stringify(value)}`, to: () => value })),
    fc.constant({ what: 'is removed', to: () => undefined }),
    fc.constant({ what: 'is doubled', to: doubled }),
    fc.constant({ what: 'gets a field', to: widened }),
  );
  return fc.constantFrom(...objects).chain((object) =>
    fc.tuple(fc.constantFrom(...placesIn(object)), change).map(([path, { what, to }]) => ({
      object: withValue(object, path, to),
      path,
      what: `${object.kind} ${path.join('.')} ${what}`,
    })),
  );
}

function doubled(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return [...value, ...value];
  return typeof value === 'string' ? value + value : value;
}

function widened(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return [...value, {}];
  return typeof value === 'object' && value !== null ? { ...value, unknownField: 'x' } : value;
}
