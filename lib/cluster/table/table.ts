/** Tables (meta.k8s.io/v1): what `kubectl get` prints. */
import type { JsonObject, JsonValue, KubernetesObject } from '../../objects/index.ts';
import type { Resource } from '../resources/resource.ts';
import { badRequest } from '../status.ts';
import { columnsOf } from './columns.ts';

export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description?: string;
  /** Above 0 only with `-o wide`. */
  readonly priority?: number;
  readonly value: (object: KubernetesObject, now: Date) => JsonValue;
}

const INCLUDED = ['', 'Metadata', 'Object', 'None'];

/** @param includeObject `None`, `Metadata` (as when null or empty) or `Object`
 * @throws ApiError 400 when it is anything else */
export function tableOfObjects(
  resource: Resource,
  objects: readonly KubernetesObject[],
  metadata: JsonObject,
  includeObject: string | null,
): JsonObject {
  if (!INCLUDED.includes(includeObject ?? '')) {
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(includeObject)}: must be 'Metadata', 'Object', 'None', or empty`,
    );
  }
  const columns = columnsOf(resource);
  const now = new Date();
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map((column) => ({
      name: column.name,
      type: column.type,
      format: column.format ?? '',
      description: column.description ?? '',
      priority: column.priority ?? 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.value(object, now)),
      object: includeObject === 'None' ? null : rowObject(object, includeObject),
    })),
  };
}

function rowObject(object: KubernetesObject, includeObject: string | null): JsonObject {
  if (includeObject === 'Object') return object;
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: object.metadata as unknown as JsonObject, // JSON under an interface
  };
}
