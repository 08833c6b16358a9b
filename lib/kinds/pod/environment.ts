/** Environment variables. */

import { keyNameErrors } from '../config-key.ts';
import { type FieldError, type Fields, invalidValue, notSupported, required } from '../field-errors.ts';

/** Printable ASCII, but for `=`. */
const VARIABLE = /^[ -<>-~]+$/;
const NOT_A_VARIABLE =
  "a valid environment variable name must consist only of printable ASCII characters other than '='";

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

/** Fields of a pod that a variable may hold. */
const POD_FIELDS = new Set([
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);
const OF_MAP = /^metadata\.(?:labels|annotations)\['[^']*'\]$/;

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

export function environmentErrors({ env, envFrom }: Fields, path: string): FieldError[] {
  return [
    ...((env ?? []) as readonly Fields[]).flatMap((variable, i) =>
      variableErrors(variable, `${path}.env[${i}]`),
    ),
    ...((envFrom ?? []) as readonly Fields[]).flatMap((source, i) => sourceErrors(source, path, i)),
  ];
}

function variableErrors({ name, value, valueFrom }: Fields, at: string): FieldError[] {
  return [
    ...(name ? nameErrors(name, `${at}.name`) : [required(`${at}.name`)]),
    ...(valueFrom ? valueFromErrors(valueFrom, value, `${at}.valueFrom`) : []),
  ];
}

function nameErrors(name: string, field: string): FieldError[] {
  return VARIABLE.test(name) ? [] : [invalidValue(field, name, NOT_A_VARIABLE)];
}

function valueFromErrors(valueFrom: Fields, value: string | null | undefined, at: string): FieldError[] {
  const present = SOURCES.filter((source) => valueFrom[source] != null);
  return [
    ...(present.length === 0
      ? [
          invalidValue(
            at,
            '',
            'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
          ),
        ]
      : []),
    ...(present.length > 0 && value
      ? [invalidValue(at, '', 'may not be specified when `value` is not empty')]
      : []),
    ...(present.length > 1
      ? [invalidValue(at, '', 'may not have more than one field specified at a time')]
      : []),
    ...(valueFrom.fieldRef ? podFieldErrors(valueFrom.fieldRef, `${at}.fieldRef`) : []),
    ...(valueFrom.resourceFieldRef
      ? resourceFieldErrors(valueFrom.resourceFieldRef, `${at}.resourceFieldRef`)
      : []),
    ...['configMapKeyRef', 'secretKeyRef'].flatMap((source) =>
      valueFrom[source] ? keyErrors(valueFrom[source], `${at}.${source}`) : [],
    ),
  ];
}

/** @param allowed names of fields beside the annotations and labels */
export function podFieldErrors(
  { fieldPath }: Fields,
  at: string,
  allowed: ReadonlySet<string> = POD_FIELDS,
): FieldError[] {
  if (!fieldPath) return [required(`${at}.fieldPath`)];
  if (allowed.has(fieldPath) || OF_MAP.test(fieldPath)) return [];
  return [
    POD_FIELDS.has(fieldPath)
      ? notSupported(`${at}.fieldPath`, fieldPath, [...allowed].sort())
      : invalidValue(
          `${at}.fieldPath`,
          fieldPath,
          `error converting fieldPath: field label not supported: ${fieldPath}`,
        ),
  ];
}

export function resourceFieldErrors({ resource }: Fields, at: string): FieldError[] {
  if (!resource) return [required(`${at}.resource`)];
  return RESOURCES.includes(resource) || /^(?:limits|requests)\.hugepages-/.test(resource)
    ? []
    : [notSupported(`${at}.resource`, resource, RESOURCES)];
}

function keyErrors({ key, name }: Fields, at: string): FieldError[] {
  return [
    ...(name ? [] : [required(`${at}.name`)]),
    ...(key ? keyNameErrors(key, `${at}.key`) : [required(`${at}.key`)]),
  ];
}

function sourceErrors({ prefix, configMapRef, secretRef }: Fields, path: string, i: number): FieldError[] {
  const at = `${path}.envFrom[${i}]`;
  if (configMapRef == null && secretRef == null) {
    return [invalidValue(`${path}.envFrom`, '', 'must specify one of: `configMapRef` or `secretRef`')];
  }
  return [
    ...(prefix ? nameErrors(prefix, `${at}.prefix`) : []),
    ...(configMapRef && !configMapRef.name ? [required(`${at}.configMapRef.name`)] : []),
    ...(secretRef && !secretRef.name ? [required(`${at}.secretRef.name`)] : []),
    ...(configMapRef && secretRef
      ? [invalidValue(`${path}.envFrom`, '', 'may not have more than one field specified at a time')]
      : []),
  ];
}
