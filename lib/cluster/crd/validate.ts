/** Validation of custom resources by their schema. */
import { schemaErrors } from '../../schemas/index.ts';
import type { MutableObject } from '../mutable.ts';
import type { Resource } from '../resources/resource.ts';
import type { FieldError } from '../status.ts';

export function customErrors(resource: Resource, object: MutableObject): FieldError[] {
  const { metadata: _, apiVersion: __, kind: ___, ...content } = object;
  return schemaErrors(resource.custom?.schema ?? {}, content, '');
}
