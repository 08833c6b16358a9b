/** Ingresses, network policies and endpoints. */
import { isIP } from 'node:net';
import type { KubernetesObject } from '../objects/index.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  required,
} from './field-errors.ts';
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
  readonly resource?: unknown;
}

export function ingressErrors(object: KubernetesObject): FieldError[] {
  const { rules = [], defaultBackend } = object.spec;
  if (rules.length === 0 && !defaultBackend) {
    return [invalidValue('spec', [], 'either `defaultBackend` or `rules` must be specified')];
  }
  return [
    ...(defaultBackend ? backendErrors(defaultBackend, 'spec.defaultBackend') : []),
    ...rules.flatMap((rule: Fields, i: number) =>
      (rule.http?.paths ?? []).flatMap((path: IngressPath, j: number) =>
        pathErrors(path, `spec.rules[${i}].http.paths[${j}]`),
      ),
    ),
  ];
}

function pathErrors(path: IngressPath, at: string): FieldError[] {
  const isAbsolute = path.path?.startsWith('/') ?? false;
  return [
    ...(path.pathType === undefined ? [required(`${at}.pathType`, 'pathType must be specified')] : []),
    ...enumErrors(path.pathType, ['Exact', 'ImplementationSpecific', 'Prefix'], `${at}.pathType`),
    ...((path.pathType === 'Exact' || path.pathType === 'Prefix') && !isAbsolute
      ? [invalidValue(`${at}.path`, path.path ?? '', 'must be an absolute path')]
      : []),
    ...backendErrors(path.backend ?? {}, `${at}.backend`),
  ];
}

function backendErrors(backend: IngressBackend, at: string): FieldError[] {
  if (backend.resource !== undefined) return [];
  const { service } = backend;
  if (!service) return [required(`${at}.service`)];
  return [
    ...(service.name ? [] : [required(`${at}.service.name`)]),
    ...(service.port?.name || service.port?.number
      ? []
      : [required(`${at}.service.port`, 'port name or number is required')]),
  ];
}

export function networkPolicyErrors({ spec }: KubernetesObject): FieldError[] {
  return [
    ...((spec.ingress ?? []) as readonly PolicyRule[]).flatMap((rule, i) =>
      policyRuleErrors(rule, `spec.ingress[${i}]`, 'from'),
    ),
    ...((spec.egress ?? []) as readonly PolicyRule[]).flatMap((rule, i) =>
      policyRuleErrors(rule, `spec.egress[${i}]`, 'to'),
    ),
    ...((spec.policyTypes ?? []) as readonly string[]).flatMap((type, i) =>
      enumErrors(type, ['Ingress', 'Egress'], `spec.policyTypes[${i}]`),
    ),
  ];
}

interface Peer {
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] };
  readonly podSelector?: unknown;
  readonly namespaceSelector?: unknown;
}

interface PolicyRule {
  readonly ports?: readonly {
    readonly port?: number | string;
    readonly endPort?: number;
    readonly protocol?: string;
  }[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}

function policyRuleErrors(rule: PolicyRule, at: string, peers: 'from' | 'to'): FieldError[] {
  return [
    ...(rule.ports ?? []).flatMap(({ port, protocol }, i) => [
      ...(typeof port === 'number' ? portErrors(port, `${at}.ports[${i}].port`) : []),
      ...(typeof port === 'string' ? portNameErrors(port, `${at}.ports[${i}].port`) : []),
      ...enumErrors(protocol, ['TCP', 'UDP', 'SCTP'], `${at}.ports[${i}].protocol`),
    ]),
    ...(rule[peers] ?? []).flatMap((peer, i) => peerErrors(peer, `${at}.${peers}[${i}]`)),
  ];
}

function peerErrors({ ipBlock, ...selectors }: Peer, at: string): FieldError[] {
  const isSelector = selectors.podSelector !== undefined || selectors.namespaceSelector !== undefined;
  if (!ipBlock) return isSelector ? [] : [required(at, 'must specify a peer')];
  return [
    ...cidrErrors(ipBlock.cidr, `${at}.ipBlock.cidr`),
    ...(ipBlock.except ?? []).flatMap((cidr, i) => cidrErrors(cidr, `${at}.ipBlock.except[${i}]`)),
    ...(isSelector ? [forbidden(at, 'may not specify both ipBlock and another peer')] : []),
  ];
}

function cidrErrors(cidr: string | undefined, field: string): FieldError[] {
  if (!cidr) return [required(field)];
  const [address = '', bits = ''] = cidr.split('/');
  const width = isIP(address) === 4 ? 32 : 128;
  const isValid = isIP(address) !== 0 && /^\d+$/.test(bits) && Number(bits) <= width;
  return isValid
    ? []
    : [invalidValue(field, cidr, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}
