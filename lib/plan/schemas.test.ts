/** The short schemas say of every built-in kind what Kubernetes' OpenAPI documents say. */
import { expect, it } from 'vitest';
import { builtInOpenApi, type OpenApiSchemas, type Schema, schemaFromOpenApi } from '../fields/index.ts';
import { knownReleases, kubernetesRelease } from '../schemas/index.ts';
import { schemaOf } from './schemas.ts';

/** Differences between two schemas, each pair of types looked at once. */
function differences(ours: Schema, theirs: Schema): readonly string[] {
  const found: string[] = [];
  const seen = new Map<Schema, Set<Schema>>();
  const walk = (a: Schema, b: Schema, at: string): void => {
    const known = seen.get(a) ?? new Set();
    if (known.has(b)) return;
    seen.set(a, known.add(b));
    const differ = (what: string, x: unknown, y: unknown) => {
      if (JSON.stringify(x) !== JSON.stringify(y))
        found.push(`${at} ${what}: ${JSON.stringify(x)} ${JSON.stringify(y)}`);
    };
    differ('shapes', Object.keys(a).sort(), Object.keys(b).sort());
    differ('scalar', a.scalar, b.scalar);
    differ(
      'list',
      a.list && [a.list.relationship, a.list.keys],
      b.list && [b.list.relationship, b.list.keys],
    );
    if (a.list && b.list) walk(a.list.items, b.list.items, `${at}[]`);
    differ('map', a.map?.relationship, b.map?.relationship);
    if (!a.map || !b.map) return;
    differ('additional', a.map.additional !== undefined, b.map.additional !== undefined);
    if (a.map.additional && b.map.additional) walk(a.map.additional, b.map.additional, `${at}.*`);
    differ('fields', [...a.map.fields.keys()].sort(), [...b.map.fields.keys()].sort());
    for (const [name, field] of a.map.fields) {
      const other = b.map.fields.get(name);
      if (!other) continue;
      const { schema, ...rest } = field;
      const { schema: otherSchema, ...otherRest } = other;
      differ(`.${name}`, Object.entries(rest).sort(), Object.entries(otherRest).sort());
      walk(schema, otherSchema, `${at}.${name}`);
    }
  };
  walk(ours, theirs, '');
  return found;
}

const release = kubernetesRelease(knownReleases().at(-1)!);
const api = builtInOpenApi();
const groupVersions = api
  .paths()
  .flatMap((path) => /^(?:api|apis\/[^/]+)\/v[^/]+$/.exec(path)?.[0].replace(/^apis?\//, '') ?? []);

it('is about the release of the documents', () => {
  expect(release.version).toBe(api.version);
});

it.each(groupVersions)('%s', (apiVersion) => {
  const path = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
  const document = api.document(path) as OpenApiSchemas;
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  for (const kind of release.kindsOf(apiVersion)) {
    const theirs = schemaFromOpenApi(document, { group: group!, version: version!, kind });
    const ours = schemaOf({ apiVersion, kind });
    expect([kind, differences(ours!, theirs!)]).toEqual([kind, []]);
  }
});

it('is of a kind with fields, and of no other', () => {
  expect(schemaOf({ apiVersion: 'apps/v1', kind: 'Deployment' })?.map?.fields.size).toBeGreaterThan(3);
  expect(schemaOf({ apiVersion: 'apps/v1', kind: 'Widget' })).toBeUndefined();
  expect(schemaOf({ apiVersion: 'constructor', kind: 'toString' })).toBeUndefined();
});
