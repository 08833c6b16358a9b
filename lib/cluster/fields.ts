/** The embedded cluster's one place that knows how structured merge is called. */
import {
  applyPatch,
  FieldErrors,
  formatCausePath,
  formatConflicts,
  formatManager,
  type OpenApiSchema,
  resetFieldsFilter,
  type Schema,
  schemaFromOpenApi,
  schemaFromStructural,
  update,
} from '../fields/index.ts';
import { type KubernetesObject, TruekeelError } from '../objects/index.ts';
import type { MutableObject } from './mutable.ts';
import { builtinDocument } from './openapi/builtin.ts';
import { apiVersionOf } from './resources/registry.ts';
import { hasSubresource, type Resource } from './resources/resource.ts';
import { ApiError, badRequest } from './status.ts';

interface FieldsRequest {
  readonly live: KubernetesObject | undefined;
  readonly resource: Resource;
  readonly manager: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly now: Date;
}

export interface ApplyRequest extends FieldsRequest {
  readonly applied: KubernetesObject;
  readonly force: boolean;
}

/** Merges what is applied into the live object. Defaults are still to be set.
 * @throws ApiError 409 with a cause for each field that another manager holds, 500 when the object does not have the
 * form of its schema (which is what the real server answers) */
export function applyFields(request: ApplyRequest): MutableObject {
  const { resource, applied, live, force } = request;
  try {
    const result = applyPatch({ ...common(request), live, config: applied, force });
    if (result.conflicts === undefined) return structuredClone(result.object) as MutableObject; // a copy may be changed
    throw new ApiError(409, 'Conflict', formatConflicts(result.conflicts), {
      causes: result.conflicts.map((conflict) => ({
        reason: 'FieldManagerConflict',
        message: `conflict with ${formatManager(conflict)}`,
        field: formatCausePath(conflict.path),
      })),
    });
  } catch (error) {
    if (error instanceof FieldErrors) {
      const { namespace, name } = applied.metadata;
      const where = `${namespace === undefined ? '' : namespace}/${name}; ${resource.group}/${resource.version}, Kind=${resource.kind}`;
      throw new ApiError(500, '', `failed to create typed patch object (${where}): ${error.message}`);
    }
    if (error instanceof TruekeelError) throw badRequest(error.message);
    throw error;
  }
}

export interface UpdateRequest extends FieldsRequest {
  /** Its managedFields are written. */
  readonly next: MutableObject;
}

/** Writes into `next` who holds which field after an update. */
export function recordUpdate(request: UpdateRequest): void {
  const { next, live } = request;
  try {
    const { object } = update({ ...common(request), live, updated: next as KubernetesObject });
    setManagedFields(next, object);
    if (request.subresource === 'scale') forgetScaleTimes(next);
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    // What cannot be compared keeps the owners that it had (apimachinery, UpdateNoErrors).
    setManagedFields(next, live);
  }
}

function setManagedFields(next: MutableObject, from: KubernetesObject | undefined): void {
  const { managedFields } = from?.metadata ?? {};
  if (managedFields === undefined) delete next.metadata.managedFields;
  else next.metadata.managedFields = [...managedFields];
}

/** Entries of the scale subresource carry no time: they travel through a Scale, which does not keep it. */
function forgetScaleTimes(next: MutableObject): void {
  const entries = next.metadata.managedFields;
  if (!entries) return;
  next.metadata.managedFields = entries.map((entry) => {
    if (entry.subresource !== 'scale') return entry;
    const { time: _, ...timeless } = entry;
    return timeless;
  });
}

function common(request: FieldsRequest) {
  const { resource, manager, subresource, now } = request;
  const target = subresource === '' ? undefined : subresource;
  return {
    schema: schemaOf(resource),
    manager,
    subresource: target,
    now,
    filter: resetFieldsFilter({
      group: resource.group,
      kind: resource.kind,
      subresource: target,
      hasStatus: hasSubresource(resource, 'status'),
    }),
  };
}

const schemas = new WeakMap<Resource, Schema>();

function schemaOf(resource: Resource): Schema {
  const known = schemas.get(resource);
  if (known) return known;
  const document = builtinDocument(resource);
  const schema = resource.custom
    ? schemaFromStructural(resource.custom.schema as OpenApiSchema) // the same node, seen with fewer members
    : document && schemaFromOpenApi(document, resource);
  if (!schema) throw new RangeError(`there is no schema for ${apiVersionOf(resource)} ${resource.kind}`);
  schemas.set(resource, schema);
  return schema;
}
