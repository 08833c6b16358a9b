/** The OpenAPI v3 document of a group version. Kubernetes' own are served as they are published; for custom resources
 * one is made: their schemas, and the paths as far as clients read them (kubectl: the kind of a path, and whether its
 * PATCH takes dryRun and fieldValidation). */
import { apiVersionOf, type ResourceRegistry } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import { builtinDocument, builtinSchemas } from './builtin.ts';
import type { SchemaNode } from './schema.ts';
import { type ResourceType, typeOf } from './types.ts';

export function documentFor(registry: ResourceRegistry, group: string, version: string): object {
  const published = builtinDocument({ group, version });
  const resources = registry
    .all()
    .filter((resource) => resource.group === group && resource.version === version);
  if (published) return published;
  const schemas: Record<string, SchemaNode> = {};
  const paths: Record<string, unknown> = {};
  for (const resource of resources) {
    const type = typeOf(resource);
    if (!type) continue;
    addSchema(schemas, resource, type);
    addPaths(paths, resource, type);
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' },
    paths,
    components: { schemas },
  };
}

function addSchema(schemas: Record<string, SchemaNode>, resource: Resource, type: ResourceType): void {
  const { group, version, kind } = resource;
  const node = { ...type.node, 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
  schemas[type.name] = node;
  addReferences(schemas, node);
}

/** Custom schemas refer to nothing but metadata, which every Kubernetes document has. */
function addReferences(schemas: Record<string, SchemaNode>, node: SchemaNode): void {
  for (const [, name] of JSON.stringify(node).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    if (name === undefined || schemas[name]) continue;
    const target = builtinSchemas({ group: '', version: 'v1' })[name];
    if (!target) continue;
    schemas[name] = target;
    addReferences(schemas, target);
  }
}

const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation'].map(queryParameter);

function queryParameter(name: string) {
  return { name, in: 'query', schema: { type: 'string', uniqueItems: true } };
}

function addPaths(paths: Record<string, unknown>, resource: Resource, type: ResourceType): void {
  const { group, version, kind, plural, namespaced } = resource;
  const root = `/apis/${apiVersionOf(resource)}`;
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const operation = (action: string, parameters: readonly object[] = []) => ({
    operationId: `${action}${kind}`,
    parameters,
    responses: {
      '200': {
        description: 'OK',
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${type.name}` } } },
      },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  });
  if (namespaced) paths[`${root}/${plural}`] = { get: operation('list') };
  paths[collection] = {
    get: operation('list'),
    post: operation('post', WRITE_PARAMETERS),
    delete: operation('deletecollection'),
  };
  paths[`${collection}/{name}`] = {
    get: operation('get'),
    put: operation('put', WRITE_PARAMETERS),
    patch: operation('patch', [...WRITE_PARAMETERS, queryParameter('force')]),
    delete: operation('delete'),
  };
}
