/** Validation of custom resources by their schema and its rules. */
import { judgeCustom } from '../../schemas/index.ts';
import type { MutableObject } from '../mutable.ts';
import type { Resource } from '../resources/resource.ts';
import type { FieldError } from '../status.ts';

const UNASKED: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/** @param former what it was, when it is updated */
export function errorsOfCustom({ custom }: Resource, object: MutableObject, former?: unknown): FieldError[] {
  const { problems, refusals, hasUnaskedRules } = judgeCustom(custom?.schema ?? {}, object, former);
  return [...problems.map(({ error }) => error), ...refusals, ...(hasUnaskedRules ? [UNASKED] : [])];
}
