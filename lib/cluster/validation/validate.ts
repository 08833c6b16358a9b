/** Everything that can be wrong with an object by itself. */
import { kindErrors, newestKindErrors } from '../../kinds/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { errorsOfCustom } from '../crd/validate.ts';
import { rulesOf } from '../kinds/index.ts';
import type { MutableObject } from '../mutable.ts';
import type { Resource } from '../resources/resource.ts';
import type { FieldError } from '../status.ts';
import { metadataErrors } from './names.ts';

/** @param former what it was, when it is updated */
export function objectErrors(
  resource: Resource,
  object: MutableObject,
  former?: KubernetesObject,
): readonly FieldError[] {
  const rules = rulesOf(resource);
  return [
    ...metadataErrors(object, rules, resource),
    ...(resource.custom ? errorsOfCustom(resource, object, former) : []),
    ...(rules.validate?.(object) ?? []),
    ...kindErrors(resource, object),
    ...newestKindErrors(resource, object),
  ];
}
