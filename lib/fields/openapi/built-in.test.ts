import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../objects/index.ts';
import {
  builtInOpenApi,
  DEDUCED,
  FieldSet,
  fieldPath,
  formatPath,
  type Schema,
  schemaFromOpenApi,
  schemaFromStructural,
  toFieldSet,
} from '../index.ts';

const openApi = builtInOpenApi();

function kinds(): readonly {
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}[] {
  return openApi
    .paths()
    .flatMap((path) =>
      Object.values(openApi.document(path)?.components?.schemas ?? {}).flatMap((definition) =>
        (definition['x-kubernetes-group-version-kind'] ?? []).map((gvk) => ({ path, ...gvk })),
      ),
    );
}

/** Reads a schema to its end, once through every type. */
function readAll(schema: Schema, seen = new Set<unknown>()): number {
  const part = schema.map?.fields ?? schema.list;
  if (part === undefined || seen.has(part)) return 0;
  seen.add(part);
  let count = 1;
  for (const { schema: field } of schema.map?.fields.values() ?? []) count += readAll(field, seen);
  if (schema.map?.additional !== undefined) count += readAll(schema.map.additional, seen);
  return schema.list === undefined ? count : count + readAll(schema.list.items, seen);
}

describe('the documents of the built-in kinds', () => {
  it('are all there, and say their release', () => {
    expect(openApi.version).toMatch(/^1\.\d+\.\d+$/);
    expect(openApi.paths()).toEqual(
      expect.arrayContaining(['api/v1', 'apis/apps/v1', 'apis/networking.k8s.io/v1', 'version']),
    );
    for (const path of openApi.paths()) expect(openApi.document(path)?.openapi).toMatch(/^3\./);
    expect(openApi.document('apis/nope/v1')).toBeUndefined();
    expect(openApi.document('constructor')).toBeUndefined();
  });

  it('are read once', () => {
    expect(openApi.document('apis/apps/v1')).toBe(builtInOpenApi().document('apis/apps/v1'));
  });

  it('have descriptions, and paths with their kinds', () => {
    const document = openApi.document('apis/apps/v1');
    const patch = document?.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch;
    expect(patch?.['x-kubernetes-group-version-kind']).toEqual({
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
    });
    expect(patch?.parameters).toContainEqual(expect.objectContaining({ name: 'fieldManager' }));
    expect(document?.components?.schemas?.['io.k8s.api.apps.v1.Deployment']).toHaveProperty('description');
  });

  it('come with discovery', () => {
    expect(openApi.discovery('apis/apps/v1')).toMatchObject({
      kind: 'APIResourceList',
      groupVersion: 'apps/v1',
    });
    expect(openApi.discovery('aggregated_v2')).toMatchObject({ kind: 'APIGroupDiscoveryList' });
    expect(openApi.discovery('apis/nope/v1')).toBeUndefined();
  });

  it('give every kind a schema that can be read to its end', () => {
    const all = kinds();
    expect(all.length).toBeGreaterThan(300);
    for (const { path, ...gvk } of all) {
      const schema = schemaFromOpenApi(openApi.document(path)!, gvk);
      expect(schema, `${path} ${gvk.kind}`).toBeDefined();
      expect(readAll(schema!)).toBeGreaterThan(0);
    }
  });
});

describe('schemas from documents', () => {
  const document = openApi.document('api/v1')!;
  const schemaOf = (kind: string): Schema => schemaFromOpenApi(document, { group: '', version: 'v1', kind })!;
  const fields = (kind: string, value: JsonObject): readonly string[] =>
    toFieldSet(value, schemaOf(kind)).paths().map(formatPath).sort();

  it('do not know kinds of other groups', () => {
    expect(schemaFromOpenApi(document, { group: 'apps', version: 'v1', kind: 'Deployment' })).toBeUndefined();
  });

  it.each<[string, string, JsonObject, readonly string[]]>([
    [
      'keys by patch strategy',
      'Pod',
      { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
      ['spec.volumes[name=v]', 'spec.volumes[name=v].emptyDir', 'spec.volumes[name=v].name'],
    ],
    [
      'several keys with defaults',
      'Service',
      { spec: { ports: [{ port: 80, targetPort: 'http' }] } },
      [
        'spec.ports[port=80,protocol=TCP]',
        'spec.ports[port=80,protocol=TCP].port',
        'spec.ports[port=80,protocol=TCP].targetPort',
      ],
    ],
    ['sets', 'Pod', { metadata: { finalizers: ['a/b'] } }, ['metadata.finalizers[=a/b]']],
    [
      'atomic structs',
      'Pod',
      {
        spec: {
          nodeSelector: { a: 'b' },
          containers: [
            { name: 'c', env: [{ name: 'E', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } }] },
          ],
        },
      },
      [
        'spec.containers[name=c]',
        'spec.containers[name=c].env[name=E]',
        'spec.containers[name=c].env[name=E].name',
        'spec.containers[name=c].env[name=E].valueFrom.configMapKeyRef',
        'spec.containers[name=c].name',
        'spec.nodeSelector',
      ],
    ],
    [
      'quantities of either type',
      'Pod',
      { spec: { containers: [{ name: 'c', resources: { limits: { cpu: 1, memory: '1Gi' } } }] } },
      [
        'spec.containers[name=c]',
        'spec.containers[name=c].name',
        'spec.containers[name=c].resources.limits.cpu',
        'spec.containers[name=c].resources.limits.memory',
      ],
    ],
    [
      'lists without a type as a whole',
      'Pod',
      { spec: { containers: [{ name: 'c', args: ['a'] }], tolerations: [{ key: 'k' }] } },
      [
        'spec.containers[name=c]',
        'spec.containers[name=c].args',
        'spec.containers[name=c].name',
        'spec.tolerations',
      ],
    ],
  ])('know %s', (_what, kind, value, paths) => expect(fields(kind, value)).toEqual(paths));

  it('give custom resources the metadata that all objects have', () => {
    const custom = schemaFromStructural({ type: 'object' });
    const metadata = {
      metadata: {
        name: 'n',
        labels: { a: 'b' },
        annotations: {},
        finalizers: ['f'],
        ownerReferences: [{ uid: 'u', kind: 'K' }],
        managedFields: [{}],
        generation: 1,
        creationTimestamp: null,
      },
    };
    expect(toFieldSet(metadata, custom).equals(toFieldSet(metadata, schemaOf('ConfigMap')))).toBe(true);
    expect([...custom.map!.fields.get('metadata')!.schema.map!.fields.keys()].sort()).toEqual(
      [...schemaOf('ConfigMap').map!.fields.get('metadata')!.schema.map!.fields.keys()].sort(),
    );
  });
});

describe('structural schemas', () => {
  it('preserve unknown fields below where they say so', () => {
    const schema = schemaFromStructural({
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
    });
    expect(toFieldSet({ spec: { a: 'x', b: { c: 1 } } }, schema).has(fieldPath('spec', 'b', 'c'))).toBe(true);
  });

  it('take anything where they say nothing', () => {
    const schema = schemaFromStructural({ type: 'object', properties: { spec: { type: 'object' } } });
    expect(schema.map?.fields.get('spec')?.schema.map?.additional).toBe(DEDUCED);
    expect(toFieldSet({ spec: { a: [1] } }, schema).equals(FieldSet.of(fieldPath('spec', 'a')))).toBe(true);
  });

  it.each([
    [
      'a list type that does not exist',
      { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'bag' },
    ],
    [
      'a keyed list without keys',
      { type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'map' },
    ],
    ['a type that does not exist', { type: 'text' }],
    ['a reference to nothing', { $ref: '#/components/schemas/Nope' }],
  ])('are refused, when used, for %s', (_what, spec) => {
    const schema = schemaFromStructural({ type: 'object', properties: { spec: spec as object } });
    expect(() => schema.map?.fields.get('spec')?.schema).toThrow(
      expect.objectContaining({ code: 'INVALID_SCHEMA' }),
    );
  });
});
