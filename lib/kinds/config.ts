/** Secrets and config maps. */
import type { KubernetesObject } from '../objects/index.ts';
import { type FieldError, invalidValue, required, tooLong } from './field-errors.ts';

const KEY = /^[-._a-zA-Z0-9]+$/;

const KEY_LENGTH = 253;

/** All values of one together. */
const SIZE = 1_048_576;

function keyErrors(data: Readonly<Record<string, unknown>> | null | undefined, field: string): FieldError[] {
  return Object.keys(data ?? {}).flatMap((key) =>
    keyProblems(key).map((problem) => invalidValue(`${field}[${key}]`, key, problem)),
  );
}

function keyProblems(key: string): string[] {
  return [
    ...(key.length > KEY_LENGTH ? [`must be no more than ${KEY_LENGTH} characters`] : []),
    ...(KEY.test(key)
      ? []
      : [
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        ]),
    ...(key === '.' || key === '..'
      ? [`must not be '${key}'`]
      : key.startsWith('..')
        ? ["must not start with '..'"]
        : []),
  ];
}

type Texts = Readonly<Record<string, string | null>>;

function sizeOf(data: Texts | null | undefined, isBase64: boolean): number {
  let size = 0;
  for (const value of Object.values(data ?? {}))
    if (value !== null) size += Buffer.byteLength(value, isBase64 ? 'base64' : 'utf8');
  return size;
}

/** Keys that a typed secret must have. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

/** Of a user's name and password one is enough (core/validation). */
function basicAuthErrors(object: KubernetesObject): FieldError[] {
  if (object.type !== 'kubernetes.io/basic-auth') return [];
  const keys = ['username', 'password'];
  return keys.some((key) => (object.data?.[key] ?? object.stringData?.[key]) !== undefined)
    ? []
    : keys.map((key) => required(`data[${key}]`));
}

const ACCOUNT_NAME = 'kubernetes.io/service-account.name';

function accountTokenErrors({ type, metadata }: KubernetesObject): FieldError[] {
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

export function secretErrors(object: KubernetesObject): FieldError[] {
  return [
    ...keyErrors(object.data, 'data'),
    ...(sizeOf(object.data, true) > SIZE ? [tooLong('data', SIZE)] : []),
    ...(REQUIRED_KEYS[object.type] ?? [])
      .filter((key) => object.data?.[key] === undefined && object.stringData?.[key] === undefined)
      .map((key) => required(`data[${key}]`)),
    ...basicAuthErrors(object),
    ...accountTokenErrors(object),
    ...(JSON_KEYS[object.type] ?? [])
      .filter((key) => object.data?.[key] !== undefined && !isJsonObject(object.data[key]))
      .map((key) => invalidValue(`data[${key}]`, '<secret contents redacted>', 'must be a JSON object')),
  ];
}

export function configMapErrors(object: KubernetesObject): FieldError[] {
  return [
    ...keyErrors(object.data, 'data'),
    ...keyErrors(object.binaryData, 'binaryData'),
    ...Object.keys(object.data ?? {})
      .filter((key) => object.binaryData?.[key] !== undefined)
      .map((key) => invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    // The field is none, which Go writes so.
    ...(sizeOf(object.data, false) + sizeOf(object.binaryData, true) > SIZE ? [tooLong('[]', SIZE)] : []),
  ];
}
