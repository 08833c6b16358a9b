/** Ingress classes (networking/validation). */
import { type KubernetesObject, nameProblems } from '../objects/index.ts';
import {
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from './field-errors.ts';

const CONTROLLER_LENGTH = 250;

export function ingressClassErrors({ spec }: KubernetesObject): FieldError[] {
  const controller: string = spec?.controller ?? '';
  return [
    ...(controller.length > CONTROLLER_LENGTH ? [tooLong('spec.controller', CONTROLLER_LENGTH)] : []),
    ...prefixedPathErrors(controller, 'spec.controller'),
    ...(spec?.parameters ? parameterErrors(spec.parameters, 'spec.parameters') : []),
  ];
}

const PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

function prefixedPathErrors(path: string, field: string): FieldError[] {
  if (path === '') return [required(field)];
  const slash = path.indexOf('/');
  const host = path.slice(0, slash);
  if (slash <= 0 || slash === path.length - 1)
    return [invalidValue(field, path, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const below = path.slice(slash + 1);
  return [
    ...nameProblems(host, undefined).map((problem) => invalidValue(field, host, problem)),
    ...(PATH.test(below)
      ? []
      : [
          invalidValue(
            field,
            below,
            "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')",
          ),
        ]),
  ];
}

function parameterErrors({ apiGroup, kind, name, namespace, scope }: Fields, at: string): FieldError[] {
  const segment = (value: string | undefined, field: string) =>
    value
      ? nameProblems(value, 'path-segment').map((problem) => invalidValue(field, value, problem))
      : [required(field)];
  return [
    ...(apiGroup
      ? nameProblems(apiGroup, undefined).map((problem) => invalidValue(`${at}.apiGroup`, apiGroup, problem))
      : []),
    ...segment(kind, `${at}.kind`),
    ...segment(name, `${at}.name`),
    ...scopeErrors(scope ?? 'Cluster', namespace, at),
  ];
}

function scopeErrors(scope: string, namespace: string | null | undefined, at: string): FieldError[] {
  if (scope !== 'Cluster' && scope !== 'Namespace')
    return [notSupported(`${at}.scope`, scope, ['Cluster', 'Namespace'])];
  if (scope === 'Cluster')
    return namespace == null ? [] : [forbidden(`${at}.namespace`, "`parameters.scope` is set to 'Cluster'")];
  if (namespace == null) return [required(`${at}.namespace`, "`parameters.scope` is set to 'Namespace'")];
  return nameProblems(namespace, 'dns-1123-label').map((problem) =>
    invalidValue(`${at}.namespace`, namespace, problem),
  );
}
