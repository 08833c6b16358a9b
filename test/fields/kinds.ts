/** Kinds that the comparison with a real API server uses, with generators of partial objects of them. */
import fc from 'fast-check';
import {
  builtInOpenApi,
  type OpenApiSchema,
  type Schema,
  schemaFromOpenApi,
  schemaFromStructural,
} from '../../lib/fields/index.ts';
import { fieldOf, isList, isMap } from '../../lib/fields/value.ts';
import type { JsonObject, JsonValue, KubernetesObject } from '../../lib/objects/index.ts';

export interface ComparedKind {
  /** All with the same fields. */
  readonly apiVersions: readonly string[];
  readonly kind: string;
  readonly group: string;
  /** Path of the collection in a namespace. */
  collection(namespace: string, apiVersion: string): string;
  readonly schema: Schema;
  readonly hasStatus: boolean;
  /** What a manager may apply or write, without apiVersion, kind, name. */
  readonly partial: fc.Arbitrary<JsonObject>;
  /** What every apply and update has so that the object stays valid. */
  readonly base: JsonObject;
  /** What the server adds to an object before it stores it; undefined when that is more than a test should
   * know. */
  defaulted?(object: KubernetesObject): KubernetesObject;
}

function builtIn(path: string, group: string, version: string, kind: string): Schema {
  const document = builtInOpenApi().document(path);
  const schema = document && schemaFromOpenApi(document, { group, version, kind });
  if (schema === undefined) throw new Error(`no schema of ${kind}`);
  return schema;
}

/** A record with some of the fields. */
function some(fields: Readonly<Record<string, fc.Arbitrary<JsonValue>>>): fc.Arbitrary<JsonObject> {
  return fc.record(fields, { requiredKeys: [] }).map((record) => ({ ...record }));
}

const word = fc.constantFrom('a', 'b', 'c');
const strings = fc.dictionary(fc.constantFrom('x', 'y', 'a.b/c', 'z'), word, {
  maxKeys: 3,
  noNullPrototype: true,
});
const metadata = some({
  labels: strings,
  annotations: strings,
  finalizers: fc.uniqueArray(fc.constantFrom('t.dev/a', 't.dev/b'), { maxLength: 2 }),
});

export const CONFIG_MAP: ComparedKind = {
  apiVersions: ['v1'],
  kind: 'ConfigMap',
  group: '',
  collection: (namespace) => `/api/v1/namespaces/${namespace}/configmaps`,
  schema: builtIn('api/v1', '', 'v1', 'ConfigMap'),
  hasStatus: false,
  base: {},
  partial: some({
    metadata,
    data: fc.dictionary(fc.constantFrom('k', 'l', 'm.conf', '1'), word, {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    binaryData: fc.dictionary(fc.constantFrom('b', 'c'), fc.constantFrom('AAAA', 'Zm9v'), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  }),
  defaulted: withoutEmpty,
};

export const SERVICE: ComparedKind = {
  apiVersions: ['v1'],
  kind: 'Service',
  group: '',
  collection: (namespace) => `/api/v1/namespaces/${namespace}/services`,
  schema: builtIn('api/v1', '', 'v1', 'Service'),
  hasStatus: true,
  base: {},
  partial: fc
    .tuple(
      metadata,
      some({
        selector: strings,
        sessionAffinity: fc.constantFrom('None', 'ClientIP'),
        publishNotReadyAddresses: fc.boolean(),
      }),
      fc.uniqueArray(
        fc.record({ port: fc.constantFrom(80, 443), protocol: fc.constantFrom(undefined, 'TCP', 'UDP') }),
        { minLength: 1, maxLength: 3, selector: ({ port, protocol }) => `${port}/${protocol ?? 'TCP'}` },
      ),
    )
    .map(([meta, spec, ports]) => ({
      metadata: meta,
      spec: {
        ...spec,
        ports: ports.map(({ port, protocol }) => ({
          port,
          name: `p${port}${(protocol ?? 'TCP').toLowerCase()}`,
          ...(protocol !== undefined && { protocol }),
        })),
      },
    })),
};

const TEMPLATE_LABELS = { app: 'web' };

export const DEPLOYMENT: ComparedKind = {
  apiVersions: ['apps/v1'],
  kind: 'Deployment',
  group: 'apps',
  collection: (namespace) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
  schema: builtIn('apis/apps/v1', 'apps', 'v1', 'Deployment'),
  hasStatus: true,
  base: {
    spec: {
      selector: { matchLabels: TEMPLATE_LABELS },
      template: {
        metadata: { labels: TEMPLATE_LABELS },
        spec: { containers: [{ name: 'web', image: 'web:1' }] },
      },
    },
  },
  partial: fc
    .tuple(
      metadata,
      some({
        replicas: fc.constantFrom(0, 1, 2),
        paused: fc.boolean(),
        strategy: fc.constantFrom({ type: 'Recreate' }, {}),
      }),
      fc.uniqueArray(
        fc
          .tuple(
            fc.constantFrom('side', 'proxy'),
            some({
              env: fc.uniqueArray(
                some({ value: word }).chain((rest) =>
                  fc.constantFrom('E', 'F').map((name) => ({ name, ...rest })),
                ),
                { maxLength: 2, selector: ({ name }) => name },
              ),
              ports: fc.uniqueArray(fc.record({ containerPort: fc.constantFrom(80, 81) }), {
                maxLength: 2,
                selector: ({ containerPort }) => containerPort,
              }),
              args: fc.array(word, { maxLength: 2 }),
              resources: fc.constantFrom(
                {},
                { limits: { cpu: '1' } },
                { limits: { cpu: 1 }, requests: { cpu: '100m' } },
              ),
            }),
          )
          .map(([name, rest]): JsonObject => ({ name, image: 'side:1', ...rest })),
        { maxLength: 2, selector: (container) => container.name },
      ),
      some({
        tolerations: fc.constantFrom([], [{ key: 'k', operator: 'Exists' }]),
        hostAliases: fc.constantFrom([{ ip: '192.0.2.1', hostnames: ['h'] }]),
        nodeSelector: strings,
      }),
    )
    .map(([meta, spec, containers, pod]) => ({
      metadata: meta,
      spec: { ...spec, template: { spec: { ...pod, ...(containers.length > 0 && { containers }) } } },
    })),
};

export const WIDGET_SCHEMA: OpenApiSchema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        title: { type: 'string' },
        replicas: { type: 'integer', default: 1 },
        size: { 'x-kubernetes-int-or-string': true },
        tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        numbers: { type: 'array', items: { type: 'number' }, 'x-kubernetes-list-type': 'set' },
        steps: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'atomic' },
        plain: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port', 'protocol'],
          items: {
            type: 'object',
            properties: {
              port: { type: 'integer' },
              protocol: { type: 'string', default: 'TCP' },
              name: { type: 'string' },
              tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
            },
          },
        },
        quotas: { type: 'object', additionalProperties: { type: 'integer' } },
        limits: {
          type: 'object',
          additionalProperties: { type: 'string' },
          'x-kubernetes-map-type': 'atomic',
        },
        groups: {
          type: 'object',
          additionalProperties: {
            type: 'object',
            properties: { a: { type: 'string' }, b: { type: 'string' } },
          },
        },
        template: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } },
        open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        resource: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          'x-kubernetes-preserve-unknown-fields': true,
        },
      },
    },
    status: {
      type: 'object',
      properties: {
        phase: { type: 'string' },
        conditions: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['type'],
          items: { type: 'object', properties: { type: { type: 'string' }, status: { type: 'string' } } },
        },
      },
    },
  },
};

/** A CustomResourceDefinition of Widgets in a group of its own. */
export function widgetDefinition(group: string): JsonObject {
  // The API wants key fields to be required or to have a default, which merging does not look at.
  const schema = JSON.parse(JSON.stringify(WIDGET_SCHEMA)) as {
    properties: {
      spec: { properties: { ports: { items: { required?: string[] } } } };
      status: { properties: { conditions: { items: { required?: string[] } } } };
    };
  };
  schema.properties.spec.properties.ports.items.required = ['port'];
  schema.properties.status.properties.conditions.items.required = ['type'];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
      versions: ['v1', 'v2'].map((name) => ({
        name,
        served: true,
        storage: name === 'v1',
        subresources: { status: {} },
        schema: { openAPIV3Schema: schema as unknown as JsonObject },
      })),
    },
  };
}

const leaf = fc.constantFrom<JsonValue>('a', 1, true, 'b');
const open: fc.Arbitrary<JsonValue> = fc.oneof(
  leaf,
  fc.dictionary(fc.constantFrom('p', 'q'), fc.oneof(leaf, fc.array(leaf, { maxLength: 2 }), strings), {
    maxKeys: 2,
    noNullPrototype: true,
  }),
  fc.array(leaf, { maxLength: 2 }),
);

export function widget(group: string): ComparedKind {
  return {
    apiVersions: [`${group}/v1`, `${group}/v2`],
    kind: 'Widget',
    group,
    collection: (namespace, apiVersion) => `/apis/${apiVersion}/namespaces/${namespace}/widgets`,
    schema: schemaFromStructural(WIDGET_SCHEMA),
    hasStatus: true,
    base: {},
    partial: some({
      metadata,
      spec: some({
        title: word,
        replicas: fc.constantFrom(1, 2),
        size: fc.constantFrom<JsonValue>(1, '50%'),
        tags: fc.uniqueArray(word, { maxLength: 3 }),
        numbers: fc.uniqueArray(fc.constantFrom(1, 2, 1.5), { maxLength: 3 }),
        steps: fc.array(word, { maxLength: 2 }),
        plain: fc.array(some({ a: word }), { maxLength: 2 }),
        ports: fc
          .uniqueArray(
            fc.tuple(
              fc.constantFrom(1, 2),
              fc.constantFrom(undefined, 'TCP', 'UDP'),
              some({ name: word, tags: fc.uniqueArray(word, { maxLength: 2 }) }),
            ),
            { maxLength: 3, selector: ([port, protocol]) => `${port}/${protocol ?? 'TCP'}` },
          )
          .map((ports) =>
            ports.map(([port, protocol, rest]) => ({
              port,
              ...(protocol !== undefined && { protocol }),
              ...rest,
            })),
          ),
        quotas: fc.dictionary(word, fc.constantFrom(1, 2), { maxKeys: 2, noNullPrototype: true }),
        limits: strings,
        groups: fc.dictionary(word, some({ a: word, b: word }), { maxKeys: 2, noNullPrototype: true }),
        template: some({ a: word, b: word }),
        open: fc.dictionary(fc.constantFrom('m', 'n'), open, { maxKeys: 2, noNullPrototype: true }),
        resource: fc
          .tuple(some({ labels: fc.constantFrom({ x: 'a' }, { y: 'b' }) }), some({ data: open }))
          .map(([meta, rest]) => ({
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'n', ...meta },
            ...rest,
          })),
      }),
      status: some({ phase: word }),
    }),
    defaulted: withWidgetDefaults,
  };
}

/** The defaults of the definition; and metadata, which are a Go struct for custom resources too. */
function withWidgetDefaults(object: KubernetesObject): KubernetesObject {
  const { metadata } = withoutEmpty({ apiVersion: '', kind: '', metadata: object.metadata });
  const spec: JsonValue | undefined = object.spec;
  if (!isMap(spec)) return { ...object, metadata };
  const ports = fieldOf(spec, 'ports');
  return {
    ...object,
    metadata,
    spec: {
      replicas: 1,
      ...spec,
      ...(isList(ports) && {
        ports: ports.map((port) => (isMap(port) ? { protocol: 'TCP', ...port } : port)),
      }),
    },
  };
}

/** Kinds that are Go structs do not write empty maps and lists. */
function withoutEmpty(object: KubernetesObject): KubernetesObject {
  const { managedFields } = object.metadata;
  const cleaned = clean({
    ...object,
    metadata: { ...object.metadata, managedFields: undefined },
  } as unknown as JsonObject);
  const metadata = isMap(cleaned) ? fieldOf(cleaned, 'metadata') : {};
  return { ...(cleaned as object), metadata: { ...(metadata as object), managedFields } } as KubernetesObject;
}

function clean(value: JsonValue): JsonValue {
  if (!isMap(value)) return value;
  const isEmpty = (field: JsonValue): boolean =>
    field === null ||
    (isList(field) && field.length === 0) ||
    (isMap(field) && Object.keys(field).length === 0);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      if (field === undefined) return [];
      const cleaned = clean(field);
      return isEmpty(cleaned) ? [] : [[name, cleaned]];
    }),
  );
}
