/** Everything that can be wrong with an object by itself. */
import { errorsOfCustom } from '../crd/validate.ts';
import { rulesOf } from '../kinds/index.ts';
import type { MutableObject } from '../mutable.ts';
import type { Resource } from '../resources/resource.ts';
import type { FieldError } from '../status.ts';
import { metadataErrors } from './names.ts';

export function objectErrors(resource: Resource, object: MutableObject): readonly FieldError[] {
  const rules = rulesOf(resource);
  return [
    ...metadataErrors(object, rules),
    ...(resource.custom ? errorsOfCustom(resource, object) : []),
    ...(rules.validate?.(object) ?? []),
  ];
}
