/** The OpenAPI v3 document of a group version: its schemas with all that they refer to, and the paths as far as
 * clients read them (kubectl: the kind of a path, and whether its PATCH takes dryRun and fieldValidation). */
import type { ResourceRegistry } from '../resources/registry.ts';
import { apiVersionOf } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import { builtinSchemas } from './builtin.ts';
import type { SchemaNode } from './schema.ts';
import { type ResourceType, typeOf } from './types.ts';

export function documentFor(
  registry: ResourceRegistry,
  group: string,
  version: string,
): Readonly<Record<string, unknown>> {
  const resources = registry
    .all()
    .filter((resource) => resource.group === group && resource.version === version);
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, unknown> = {};
  for (const resource of resources) {
    const type = typeOf(resource);
    if (type) addSchema(schemas, resource, type);
    addPaths(paths, resource, type);
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.37.2+truekeel' },
    paths,
    components: { schemas },
  };
}

function addSchema(schemas: Record<string, unknown>, resource: Resource, type: ResourceType): void {
  const { group, version, kind } = resource;
  schemas[type.name] = { ...type.node, 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
  addReferences(schemas, type.node);
}

function addReferences(schemas: Record<string, unknown>, node: SchemaNode): void {
  for (const [, name] of JSON.stringify(node).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    if (name === undefined || schemas[name]) continue;
    const target = builtinSchemas()[name];
    if (!target) continue;
    schemas[name] = target;
    addReferences(schemas, target);
  }
}

const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation'].map(queryParameter);

function queryParameter(name: string) {
  return { name, in: 'query', schema: { type: 'string', uniqueItems: true } };
}

function addPaths(paths: Record<string, unknown>, resource: Resource, type: ResourceType | undefined): void {
  const { group, version, kind, plural, namespaced, verbs } = resource;
  const root = `/${group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`;
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const operation = (action: string, parameters: readonly object[] = []) => ({
    operationId: `${action}${kind}`,
    parameters,
    responses: {
      '200': {
        description: 'OK',
        ...(type && {
          content: { 'application/json': { schema: { $ref: `#/components/schemas/${type.name}` } } },
        }),
      },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  });
  const has = (verb: (typeof verbs)[number]) => verbs.includes(verb);
  paths[collection] = {
    ...(has('list') && { get: operation('list') }),
    ...(has('create') && { post: operation('post', WRITE_PARAMETERS) }),
    ...(has('deletecollection') && { delete: operation('deletecollection') }),
  };
  if (namespaced && has('list')) paths[`${root}/${plural}`] = { get: operation('list') };
  if (!has('get')) return;
  paths[`${collection}/{name}`] = {
    get: operation('get'),
    ...(has('update') && { put: operation('put', WRITE_PARAMETERS) }),
    ...(has('patch') && { patch: operation('patch', [...WRITE_PARAMETERS, queryParameter('force')]) }),
    ...(has('delete') && { delete: operation('delete') }),
  };
}
