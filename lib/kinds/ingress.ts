/** Ingresses (networking/validation). */
import type { KubernetesObject } from '../objects/index.ts';
import { addressOf } from './addresses.ts';
import { enumErrors, type FieldError, type Fields, invalidValue, required } from './field-errors.ts';
import { labelNameErrors, subdomainErrors } from './names.ts';
import { isNew } from './new.ts';
import { segmentErrors } from './path-segment.ts';
import { portErrors, portNameErrors } from './ports.ts';

interface IngressPath {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend?: IngressBackend;
}

interface IngressBackend {
  readonly service?: {
    readonly name?: string;
    readonly port?: { readonly name?: string; readonly number?: number };
  };
  readonly resource?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
}

export function ingressErrors(object: KubernetesObject): FieldError[] {
  const spec = object.spec ?? {};
  const rules: readonly Fields[] = spec.rules ?? [];
  const tls: readonly Fields[] = spec.tls ?? [];
  return [
    ...(rules.length === 0 && !spec.defaultBackend
      ? [invalidValue('spec', [], 'either `defaultBackend` or `rules` must be specified')]
      : []),
    ...(spec.defaultBackend ? backendErrors(spec.defaultBackend, 'spec.defaultBackend') : []),
    ...rules.flatMap((rule, i) => ruleErrors(rule, `spec.rules[${i}]`)),
    ...tls.flatMap(({ hosts, secretName }, i) => [
      ...((hosts ?? []) as readonly string[]).flatMap((host, j) =>
        hostErrors(host, `spec.tls[${i}].hosts[${j}]`),
      ),
      ...(secretName ? subdomainErrors(secretName, `spec.tls[${i}].secretName`) : []),
    ]),
    ...(spec.ingressClassName == null ? [] : subdomainErrors(spec.ingressClassName, 'spec.ingressClassName')),
    ...classErrors(object),
  ];
}

const CLASS = 'kubernetes.io/ingress.class';

function classErrors(object: KubernetesObject): FieldError[] {
  const annotated = object.metadata.annotations?.[CLASS];
  const name = object.spec?.ingressClassName;
  if (annotated === undefined || name == null || annotated === name || !isNew(object)) return [];
  const why = 'must match `ingressClassName` when both are specified';
  return [invalidValue(`annotations.${CLASS}`, annotated, why)];
}

function ruleErrors({ host, http }: Fields, at: string): FieldError[] {
  const paths: readonly IngressPath[] = http?.paths ?? [];
  return [
    ...(host && addressOf(host)
      ? [invalidValue(`${at}.host`, host, 'must be a DNS name, not an IP address')]
      : []),
    ...(host ? hostErrors(host, `${at}.host`) : []),
    ...(http && paths.length === 0 ? [required(`${at}.http.paths`)] : []),
    ...paths.flatMap((path, i) => pathErrors(path, `${at}.http.paths[${i}]`)),
  ];
}

const WILDCARD = '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const wildcardPattern = new RegExp(`^${WILDCARD}$`);
const LONGEST_HOST = 253;

function hostErrors(host: string, field: string): FieldError[] {
  if (!host.includes('*')) return subdomainErrors(host, field);
  const why = `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '${WILDCARD}')`;
  return [
    ...(host.length > LONGEST_HOST
      ? [invalidValue(field, host, `must be no more than ${LONGEST_HOST} characters`)]
      : []),
    ...(wildcardPattern.test(host) ? [] : [invalidValue(field, host, why)]),
  ];
}

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const NOT_WITHIN = ['//', '/./', '/../', '%2f', '%2F'];
const NOT_LAST = ['/..', '/.'];

function pathErrors({ path, pathType, backend }: IngressPath, at: string): FieldError[] {
  if (pathType == null) return [required(`${at}.pathType`, 'pathType must be specified')];
  return [
    ...enumErrors(pathType, PATH_TYPES, `${at}.pathType`),
    ...locationErrors(path ?? '', pathType, `${at}.path`),
    ...backendErrors(backend ?? {}, `${at}.backend`),
  ];
}

function locationErrors(path: string, pathType: string, field: string): FieldError[] {
  if (!PATH_TYPES.includes(pathType)) return [];
  const isFree = pathType === 'ImplementationSpecific';
  const relative =
    path.startsWith('/') || (isFree && path === '')
      ? []
      : [invalidValue(field, path, 'must be an absolute path')];
  if (isFree) return relative;
  return [
    ...relative,
    ...NOT_WITHIN.filter((part) => path.includes(part)).map((part) =>
      invalidValue(field, path, `must not contain '${part}'`),
    ),
    ...NOT_LAST.filter((part) => path.endsWith(part)).map((part) =>
      invalidValue(field, path, `cannot end with '${part}'`),
    ),
  ];
}

function backendErrors({ resource, service }: IngressBackend, at: string): FieldError[] {
  if (resource && service) {
    return [invalidValue(at, '', 'cannot set both resource and service backends')];
  }
  if (resource) return resourceErrors(resource, `${at}.resource`);
  if (!service) return [invalidValue(at, '', 'resource or service backend is required')];
  const { name, port } = service;
  return [...labelNameErrors(name, `${at}.service.name`), ...servicePortErrors(port ?? {}, at)];
}

function servicePortErrors(
  port: { readonly name?: string; readonly number?: number },
  at: string,
): FieldError[] {
  if (port.name && port.number) return [invalidValue(at, '', 'cannot set both port name & port number')];
  if (port.name) return portNameErrors(port.name, `${at}.service.port.name`);
  if (port.number) return portErrors(port.number, `${at}.service.port.number`);
  return [required(at, 'port name or number is required')];
}

function resourceErrors(reference: NonNullable<IngressBackend['resource']>, at: string): FieldError[] {
  return [
    ...(reference.apiGroup == null ? [] : subdomainErrors(reference.apiGroup, `${at}.apiGroup`)),
    ...segmentErrors(reference.kind, `${at}.kind`),
    ...segmentErrors(reference.name, `${at}.name`),
  ];
}
