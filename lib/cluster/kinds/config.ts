/** Secrets and config maps. */

import { immutable } from '../../kinds/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { deepEqual } from '../deep-equal.ts';
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';
import type { KindRules } from './rules.ts';

function immutableErrors(
  object: MutableObject,
  old: KubernetesObject,
  fields: readonly string[],
): FieldError[] {
  if (old.immutable !== true) return [];
  const forbidden = 'Forbidden: field is immutable when `immutable` is set';
  return [
    ...(object.immutable === true ? [] : ['immutable']),
    ...fields.filter((field) => !deepEqual(object[field], old[field])),
  ].map((field) => ({ type: 'FieldValueForbidden', field, message: forbidden }));
}

export const secret: KindRules = {
  setDefaults(object) {
    object.type ||= 'Opaque';
    const { stringData } = object;
    if (stringData === undefined) return;
    object.data = {
      ...object.data,
      ...Object.fromEntries(
        Object.entries(stringData as Record<string, string>).map(([key, value]) => [
          key,
          Buffer.from(value).toString('base64'),
        ]),
      ),
    };
    delete object.stringData;
  },
  validateUpdate: (object, old) => [
    ...(object.type === old.type ? [] : [immutable('type', object.type)]),
    ...immutableErrors(object, old, ['data']),
  ],
};

export const configMap: KindRules = {
  validateUpdate: (object, old) => immutableErrors(object, old, ['data', 'binaryData']),
};
