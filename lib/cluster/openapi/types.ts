/** Finds the schema of a resource: a built-in one by its group, version and kind, a custom one from its definition. */
import type { Resource } from '../resources/resource.ts';
import { builtinSchemas } from './builtin.ts';
import { type SchemaDefinitions, type SchemaNode, SchemaResolver } from './schema.ts';

export const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

export interface ResourceType {
  readonly node: SchemaNode;
  readonly resolver: SchemaResolver;
  /** Name of the schema in the OpenAPI document. */
  readonly name: string;
}

interface Index {
  readonly definitions: SchemaDefinitions;
  readonly resolver: SchemaResolver;
  readonly names: ReadonlyMap<string, string>;
}

let builtin: Index | undefined;

function index(): Index {
  if (builtin) return builtin;
  const definitions = builtinSchemas();
  const names = new Map<string, string>();
  for (const [name, node] of Object.entries(definitions)) {
    const kinds = node['x-kubernetes-group-version-kind'] ?? [];
    if (kinds.length === 1) names.set(`${kinds[0]!.group}/${kinds[0]!.version}/${kinds[0]!.kind}`, name);
  }
  builtin = { definitions, resolver: new SchemaResolver(definitions), names };
  return builtin;
}

const customTypes = new WeakMap<Resource, ResourceType>();

export function typeOf(resource: Resource): ResourceType | undefined {
  return resource.custom ? customType(resource) : builtinType(resource);
}

export function builtinType(kind: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}): ResourceType | undefined {
  const { definitions, resolver, names } = index();
  const name = names.get(`${kind.group}/${kind.version}/${kind.kind}`);
  const node = name === undefined ? undefined : definitions[name];
  return name === undefined || !node ? undefined : { node, resolver, name };
}

function customType(resource: Resource): ResourceType {
  const known = customTypes.get(resource);
  if (known) return known;
  const schema = resource.custom?.schema ?? {};
  const type: ResourceType = {
    name: `${resource.group.split('.').reverse().join('.')}.${resource.version}.${resource.kind}`,
    resolver: index().resolver,
    node: {
      ...schema,
      type: 'object',
      properties: {
        ...schema.properties,
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: { $ref: `#/components/schemas/${OBJECT_META}` },
      },
    },
  };
  customTypes.set(resource, type);
  return type;
}
