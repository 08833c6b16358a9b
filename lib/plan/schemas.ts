import type { OpenApiSchemas, Schema } from '../fields/index.ts';
import { builtInOpenApi, schemaFromOpenApi } from '../fields/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { gvkOf } from '../objects/index.ts';

const schemas = new Map<string, Schema | undefined>();

/** The schema of an object's kind, of the kinds that Kubernetes brings along; undefined for any other. */
export function schemaOf(object: Pick<KubernetesObject, 'apiVersion' | 'kind'>): Schema | undefined {
  const name = `${object.apiVersion} ${object.kind}`;
  if (!schemas.has(name)) {
    const path = object.apiVersion.includes('/') ? `apis/${object.apiVersion}` : `api/${object.apiVersion}`;
    const document = builtInOpenApi().document(path);
    // The documents are typed as what they are used for elsewhere; both are the same OpenAPI v3.
    schemas.set(name, document && schemaFromOpenApi(document as OpenApiSchemas, gvkOf(object)));
  }
  return schemas.get(name);
}
