/** Network policies (networking/validation). */
import type { KubernetesObject, ObjectLabelSelector } from '../objects/index.ts';
import { blockErrors, blockOf, isWithin } from './addresses.ts';
import { type FieldError, forbidden, invalidValue, notSupported, required } from './field-errors.ts';
import { portErrors, portNameErrors } from './ports.ts';
import { selectorErrors } from './selector.ts';

interface IpBlock {
  readonly cidr?: string;
  readonly except?: readonly string[];
}

interface Peer {
  readonly ipBlock?: IpBlock;
  readonly podSelector?: ObjectLabelSelector;
  readonly namespaceSelector?: ObjectLabelSelector;
}

interface PolicyPort {
  readonly port?: number | string;
  readonly endPort?: number;
  readonly protocol?: string;
}

interface PolicyRule {
  readonly ports?: readonly PolicyPort[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}

const TYPES = ['Ingress', 'Egress'];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

export function networkPolicyErrors({ spec }: KubernetesObject): FieldError[] {
  const ingress: readonly PolicyRule[] = spec?.ingress ?? [];
  const egress: readonly PolicyRule[] = spec?.egress ?? [];
  return [
    ...selectorErrors(spec?.podSelector, 'spec.podSelector'),
    ...ingress.flatMap((rule, i) => ruleErrors(rule, `spec.ingress[${i}]`, 'from')),
    ...egress.flatMap((rule, i) => ruleErrors(rule, `spec.egress[${i}]`, 'to')),
    ...typeErrors(spec?.policyTypes ?? []),
  ];
}

function typeErrors(types: readonly string[]): FieldError[] {
  const field = 'spec.policyTypes';
  if (types.length > TYPES.length) {
    return [invalidValue(field, types, 'may not specify more than two policyTypes')];
  }
  return types.flatMap((type, i) =>
    TYPES.includes(type) ? [] : [notSupported(`${field}[${i}]`, type, TYPES)],
  );
}

function ruleErrors(rule: PolicyRule, at: string, peers: 'from' | 'to'): FieldError[] {
  return [
    ...(rule.ports ?? []).flatMap((port, i) => policyPortErrors(port, `${at}.ports[${i}]`)),
    ...(rule[peers] ?? []).flatMap((peer, i) => peerErrors(peer, `${at}.${peers}[${i}]`)),
  ];
}

function policyPortErrors({ port, endPort, protocol }: PolicyPort, at: string): FieldError[] {
  return [
    ...(protocol == null || PROTOCOLS.includes(protocol)
      ? []
      : [notSupported(`${at}.protocol`, protocol, PROTOCOLS)]),
    ...(typeof port === 'number' ? portErrors(port, `${at}.port`) : []),
    ...(typeof port === 'string' ? portNameErrors(port, `${at}.port`) : []),
    ...(endPort == null ? [] : endPortErrors(endPort, port, `${at}.endPort`)),
  ];
}

function endPortErrors(
  endPort: number,
  port: number | string | null | undefined,
  field: string,
): FieldError[] {
  if (port == null)
    return [invalidValue(field, endPort, 'may not be specified when `port` is not specified')];
  if (typeof port === 'string') {
    return [invalidValue(field, endPort, 'may not be specified when `port` is non-numeric')];
  }
  return [
    ...(endPort < port ? [invalidValue(field, endPort, 'must be greater than or equal to `port`')] : []),
    ...portErrors(endPort, field),
  ];
}

function peerErrors({ ipBlock, podSelector, namespaceSelector }: Peer, at: string): FieldError[] {
  const isSelector = podSelector != null || namespaceSelector != null;
  return [
    ...selectorErrors(podSelector, `${at}.podSelector`),
    ...selectorErrors(namespaceSelector, `${at}.namespaceSelector`),
    ...(ipBlock ? ipBlockErrors(ipBlock, `${at}.ipBlock`) : []),
    ...(ipBlock || isSelector ? [] : [required(at, 'must specify a peer')]),
    ...(ipBlock && isSelector ? [forbidden(at, 'may not specify both ipBlock and another peer')] : []),
  ];
}

function ipBlockErrors({ cidr, except }: IpBlock, at: string): FieldError[] {
  if (!cidr) return [required(`${at}.cidr`)];
  const outer = blockOf(cidr);
  if (!outer) return blockErrors(cidr, `${at}.cidr`);
  return (except ?? []).flatMap((text, i) => {
    const field = `${at}.except[${i}]`;
    const inner = blockOf(text);
    if (!inner) return blockErrors(text, field);
    return isWithin(inner, outer) ? [] : [invalidValue(field, text, 'must be a strict subset of `cidr`')];
  });
}
