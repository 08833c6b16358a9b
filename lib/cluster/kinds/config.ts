/** Secrets and config maps. */

import type { KubernetesObject } from '../../objects/index.ts';
import { deepEqual } from '../deep-equal.ts';
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';
import { immutable, invalidValue, required } from '../validation/names.ts';
import type { KindRules } from './rules.ts';

const KEY = /^[-._a-zA-Z0-9]+$/;

function keyErrors(data: Readonly<Record<string, unknown>> | undefined, field: string): FieldError[] {
  return Object.keys(data ?? {})
    .filter((key) => !KEY.test(key))
    .map((key) =>
      invalidValue(
        `${field}[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ),
    );
}

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

/** Keys that a typed secret must have. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

/** Of a user's name and password one is enough (core/validation). */
function basicAuthErrors(object: MutableObject): FieldError[] {
  if (object.type !== 'kubernetes.io/basic-auth') return [];
  const keys = ['username', 'password'];
  return keys.some((key) => object.data?.[key] !== undefined)
    ? []
    : keys.map((key) => required(`data[${key}]`));
}

const ACCOUNT_NAME = 'kubernetes.io/service-account.name';

function accountTokenErrors({ type, metadata }: MutableObject): FieldError[] {
  return type === 'kubernetes.io/service-account-token' && !metadata.annotations?.[ACCOUNT_NAME]
    ? [required(`metadata.annotations[${ACCOUNT_NAME}]`)]
    : [];
}

/** Keys of typed secrets whose value has to be a JSON object. */
const JSON_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
};

function isJsonObject(base64: string): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export const secret: KindRules = {
  setDefaults(object) {
    object.type ??= 'Opaque';
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
  validate: (object) => [
    ...keyErrors(object.data, 'data'),
    ...(REQUIRED_KEYS[object.type] ?? [])
      .filter((key) => object.data?.[key] === undefined)
      .map((key) => required(`data[${key}]`)),
    ...basicAuthErrors(object),
    ...accountTokenErrors(object),
    ...(JSON_KEYS[object.type] ?? [])
      .filter((key) => object.data?.[key] !== undefined && !isJsonObject(object.data[key]))
      .map((key) => invalidValue(`data[${key}]`, '<secret contents redacted>', 'must be a JSON object')),
  ],
  validateUpdate: (object, old) => [
    ...(object.type === old.type ? [] : [immutable('type', object.type)]),
    ...immutableErrors(object, old, ['data']),
  ],
};

export const configMap: KindRules = {
  validate: (object) => [
    ...keyErrors(object.data, 'data'),
    ...keyErrors(object.binaryData, 'binaryData'),
    ...Object.keys(object.data ?? {})
      .filter((key) => object.binaryData?.[key] !== undefined)
      .map((key) => invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')),
  ],
  validateUpdate: (object, old) => immutableErrors(object, old, ['data', 'binaryData']),
};
