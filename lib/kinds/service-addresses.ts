/** Addresses of services (core/validation, ValidateServiceClusterIPsRelatedFields). */
import type { KubernetesObject } from '../objects/index.ts';
import { addressErrors, addressOf, blockErrors, endpointAddressErrors } from './addresses.ts';
import {
  duplicate,
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notSupported,
} from './field-errors.ts';

const NONE = 'None';
const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const FIELD = 'spec.clusterIPs';

/** The list and its first item are one thing, of which the server fills in the list. */
function clusterIPsOf({ clusterIP, clusterIPs }: Fields): readonly string[] {
  if (clusterIPs?.length) return clusterIPs;
  return clusterIP ? [clusterIP] : [];
}

export function isHeadless(spec: Fields): boolean {
  const addresses = clusterIPsOf(spec);
  return addresses.length === 1 && addresses[0] === NONE;
}

/** Errors of the addresses of a service that is not ExternalName. */
export function clusterIPErrors(spec: Fields): FieldError[] {
  const addresses = clusterIPsOf(spec);
  const families: readonly string[] = spec.ipFamilies ?? [];
  const errors = [
    ...firstErrors(spec, addresses),
    ...families.flatMap((family, i) => [
      ...(FAMILIES.includes(family) ? [] : [notSupported(`spec.ipFamilies[${i}]`, family, FAMILIES)]),
      ...(families.indexOf(family) < i ? [duplicate(`spec.ipFamilies[${i}]`, family)] : []),
    ]),
    ...enumErrors(spec.ipFamilyPolicy, POLICIES, 'spec.ipFamilyPolicy'),
  ];
  const malformed = malformedErrors(addresses);
  errors.push(...malformed);
  if (addresses.length > 2) errors.push(invalidValue(FIELD, addresses, 'may only hold up to 2 values'));
  return malformed.length > 0 ? errors : [...errors, ...familyErrors(addresses, families)];
}

function firstErrors({ clusterIP, clusterIPs }: Fields, addresses: readonly string[]): FieldError[] {
  if (!clusterIPs?.length) return [];
  if (!clusterIP) return [invalidValue(FIELD, addresses, 'must be empty when `clusterIP` is not specified')];
  return clusterIP === addresses[0]
    ? []
    : [invalidValue(FIELD, addresses, 'first value must match `clusterIP`')];
}

function malformedErrors(addresses: readonly string[]): FieldError[] {
  return addresses.flatMap((address, i) => {
    if (i > 0 || address !== NONE) return addressErrors(address, `${FIELD}[${i}]`);
    return addresses.length > 1
      ? [invalidValue(FIELD, addresses, "'None' must be the first and only value")]
      : [];
  });
}

function familyErrors(addresses: readonly string[], families: readonly string[]): FieldError[] {
  if (addresses[0] === NONE) return [];
  const found = addresses.map((address) => (addressOf(address)?.family === 'ipv6' ? 'IPv6' : 'IPv4'));
  return [
    ...(addresses.length > 1 && (addresses.length > 2 || found[0] === found[1])
      ? [invalidValue(FIELD, addresses, 'may specify no more than one IP for each IP family')]
      : []),
    ...found.flatMap((family, i) => {
      const expected = families[i];
      if (expected === undefined || !FAMILIES.includes(expected) || expected === family) return [];
      const why = `expected an ${expected} value as indicated by \`ipFamilies[${i}]\``;
      return [invalidValue(`${FIELD}[${i}]`, addresses[i], why)];
    }),
  ];
}

/** Errors of the addresses of a service that is ExternalName, which has none. */
export function noAddressErrors(spec: Fields): FieldError[] {
  const why = 'may not be set for ExternalName services';
  return [
    ...(clusterIPsOf(spec).length > 0 ? [forbidden(FIELD, why)] : []),
    ...(spec.ipFamilies?.length ? [forbidden('spec.ipFamilies', why)] : []),
    ...(spec.ipFamilyPolicy == null ? [] : [forbidden('spec.ipFamilyPolicy', why)]),
  ];
}

export function externalIPErrors(addresses: readonly string[]): FieldError[] {
  return addresses.flatMap((address, i) => {
    const field = `spec.externalIPs[${i}]`;
    return addressOf(address) ? endpointAddressErrors(address, field) : addressErrors(address, field);
  });
}

const ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'";
const RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** Whom a load balancer lets in; white space around the ranges has always been let pass. */
export function sourceRangeErrors({ spec, metadata }: KubernetesObject): FieldError[] {
  const ranges: readonly string[] = spec.loadBalancerSourceRanges ?? [];
  const annotated = metadata.annotations?.[RANGES];
  const isBalanced = spec.type === 'LoadBalancer';
  if (ranges.length > 0) {
    // The server spells it so.
    const field = 'spec.LoadBalancerSourceRanges';
    return [
      ...(isBalanced ? [] : [forbidden(field, ONLY_BALANCED)]),
      ...ranges.flatMap((range, i) => blockErrors(range.trim(), `${field}[${i}]`)),
    ];
  }
  if (annotated === undefined) return [];
  const field = `metadata.annotations[${RANGES}]`;
  return [
    ...(isBalanced ? [] : [forbidden(field, ONLY_BALANCED)]),
    ...(annotated.trim() === ''
      ? []
      : annotated.split(',').flatMap((range) => blockErrors(range.trim(), field))),
  ];
}
