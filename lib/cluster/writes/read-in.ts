/** From what a client sent to an object that the rest of the write path can trust: right kind, right place, typed,
 * unknown fields gone, defaults filled in. */

import { decodeCustom } from '../crd/decode.ts';
import { rulesOf } from '../kinds/index.ts';
import type { MutableMeta, MutableObject } from '../mutable.ts';
import { decodeTyped } from '../openapi/decode.ts';
import { typeOf } from '../openapi/types.ts';
import { apiVersionOf } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import { badRequest } from '../status.ts';
import type { WriteContext } from './context.ts';

/** @param problems what was already found wrong with the bytes, such as duplicate fields
 * @throws ApiError 400 */
export function readIn(
  resource: Resource,
  input: unknown,
  context: WriteContext,
  problems: readonly string[] = [],
): MutableObject {
  const object = asObject(input, resource);
  const unknownFields: string[] = [];
  const decoded = (
    resource.custom
      ? decodeCustom(resource.custom, object, unknownFields)
      : decodeBuiltin(resource, object, unknownFields)
  ) as MutableObject; // checked by asObject, typed by the decoder
  reportProblems(resource, context, [
    ...problems,
    ...unknownFields.map((field) => `unknown field ${JSON.stringify(field)}`),
  ]);
  decoded.metadata ??= {} as MutableMeta; // a missing name is told later, with the message of a missing name
  rulesOf(resource).setDefaults?.(decoded);
  return decoded;
}

function decodeBuiltin(
  resource: Resource,
  object: Readonly<Record<string, unknown>>,
  unknownFields: string[],
): unknown {
  const type = typeOf(resource);
  return type ? decodeTyped(type, object, unknownFields) : object;
}

function reportProblems(resource: Resource, context: WriteContext, problems: readonly string[]): void {
  if (problems.length === 0 || context.fieldValidation === 'Ignore') return;
  if (context.fieldValidation === 'Warn') {
    for (const problem of problems) context.warn(problem);
    return;
  }
  throw badRequest(
    `${resource.kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: strict decoding error: ${problems.join(', ')}`,
  );
}

function asObject(input: unknown, resource: Resource): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw badRequest(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(input) ? 'array' : typeof input} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  const object = input as Readonly<Record<string, unknown>>; // checked above
  const apiVersion = object.apiVersion ?? apiVersionOf(resource);
  const kind = object.kind ?? resource.kind;
  if (apiVersion !== apiVersionOf(resource)) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(resource)})`,
    );
  }
  if (kind !== resource.kind) {
    const folder = resource.group === '' ? 'core' : resource.group.split('.')[0];
    throw badRequest(
      `${kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: converting (${resource.version}.${kind}) to (${folder}.${resource.kind}): unknown conversion`,
    );
  }
  return { ...object, apiVersion, kind };
}
