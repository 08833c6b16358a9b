/** Finds the schema of a resource: a built-in one by its group, version and kind, a custom one from its definition. */
import type { GroupVersionKind } from '../../objects/index.ts';
import type { Resource } from '../resources/resource.ts';
import { builtinSchemas } from './builtin.ts';
import { type SchemaNode, SchemaResolver } from './schema.ts';

export interface ResourceType {
  readonly node: SchemaNode;
  readonly resolver: SchemaResolver;
  /** Name of the schema in the OpenAPI document. */
  readonly name: string;
}

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

interface GroupVersionTypes {
  readonly resolver: SchemaResolver;
  /** By kind. */
  readonly types: ReadonlyMap<string, ResourceType>;
}

const known = new Map<string, GroupVersionTypes>();

function typesOf(group: string, version: string): GroupVersionTypes {
  const key = `${group}/${version}`;
  const cached = known.get(key);
  if (cached) return cached;
  const definitions = builtinSchemas({ group, version });
  const resolver = new SchemaResolver(definitions);
  const types = new Map<string, ResourceType>();
  for (const [name, node] of Object.entries(definitions)) {
    for (const kind of node['x-kubernetes-group-version-kind'] ?? []) {
      if (kind.group === group && kind.version === version) types.set(kind.kind, { node, resolver, name });
    }
  }
  const made = { resolver, types };
  known.set(key, made);
  return made;
}

/** Undefined for kinds without a schema. */
export function typeOf(resource: Resource): ResourceType | undefined {
  return resource.custom ? customType(resource) : builtinType(resource);
}

export function builtinType({ group, version, kind }: GroupVersionKind): ResourceType | undefined {
  return typesOf(group, version).types.get(kind);
}

/** The metadata of every object. */
export function metadataType(): ResourceType {
  const { resolver } = typesOf('', 'v1');
  return {
    resolver,
    name: OBJECT_META,
    node: builtinSchemas({ group: '', version: 'v1' })[OBJECT_META] ?? {},
  };
}

const customTypes = new WeakMap<Resource, ResourceType>();

function customType(resource: Resource): ResourceType {
  const cached = customTypes.get(resource);
  if (cached) return cached;
  const schema = resource.custom?.schema ?? {};
  const type: ResourceType = {
    name: `${resource.group.split('.').reverse().join('.')}.${resource.version}.${resource.kind}`,
    resolver: metadataType().resolver,
    node: {
      ...schema,
      type: 'object',
      properties: {
        ...schema.properties,
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: { allOf: [{ $ref: `#/components/schemas/${OBJECT_META}` }] },
      },
    },
  };
  customTypes.set(resource, type);
  return type;
}
