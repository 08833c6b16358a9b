/** Endpoints and slices of them (core/validation, discovery/validation). */
import { type KubernetesObject, labelValueProblems, nameProblems } from '../objects/index.ts';
import { addressErrors, addressOf, endpointAddressErrors } from './addresses.ts';
import {
  duplicate,
  enumErrors,
  type FieldError,
  type Fields,
  invalidValue,
  notSupported,
  required,
  tooMany,
} from './field-errors.ts';
import { labelNameErrors, qualifiedNameErrors, subdomainErrors } from './names.ts';
import { portErrors } from './ports.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export function endpointsErrors({ subsets }: KubernetesObject): FieldError[] {
  return ((subsets ?? []) as readonly Fields[]).flatMap((subset, i) => subsetErrors(subset, `subsets[${i}]`));
}

function subsetErrors(subset: Fields, at: string): FieldError[] {
  const ports: readonly Fields[] = subset.ports ?? [];
  const addresses = (list: string): FieldError[] =>
    ((subset[list] ?? []) as readonly Fields[]).flatMap((address, i) =>
      endpointErrors(address, `${at}.${list}[${i}]`),
    );
  return [
    ...(subset.addresses?.length || subset.notReadyAddresses?.length
      ? []
      : [required(at, 'must specify `addresses` or `notReadyAddresses`')]),
    ...addresses('addresses'),
    ...addresses('notReadyAddresses'),
    ...ports.flatMap(({ name, port, protocol, appProtocol }, i) => {
      const field = `${at}.ports[${i}]`;
      return [
        ...(name || ports.length === 1 ? [] : [required(`${field}.name`)]),
        ...(name ? labelNameErrors(name, `${field}.name`) : []),
        ...portErrors(port ?? 0, `${field}.port`),
        ...enumErrors(protocol || undefined, PROTOCOLS, `${field}.protocol`),
        ...appProtocolErrors(appProtocol, `${field}.appProtocol`),
      ];
    }),
  ];
}

function endpointErrors({ ip = '', hostname, nodeName }: Fields, at: string): FieldError[] {
  return [
    ...addressErrors(ip, `${at}.ip`),
    ...(hostname ? labelNameErrors(hostname, `${at}.hostname`) : []),
    ...(nodeName == null ? [] : subdomainErrors(nodeName, `${at}.nodeName`)),
    ...endpointAddressErrors(ip, `${at}.ip`),
  ];
}

const MOST = { endpoints: 1000, addresses: 100, ports: 20_000, zones: 8, nodes: 8 };
const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];

export function endpointSliceErrors(slice: KubernetesObject): FieldError[] {
  const { addressType } = slice;
  const endpoints: readonly Fields[] = slice.endpoints ?? [];
  const ports: readonly Fields[] = slice.ports ?? [];
  return [
    ...(addressType ? [] : [required('addressType')]),
    ...(addressType && !ADDRESS_TYPES.includes(addressType)
      ? [notSupported('addressType', addressType, ADDRESS_TYPES)]
      : []),
    ...limited(endpoints, 'endpoints', MOST.endpoints, (endpoint, at) =>
      sliceEndpointErrors(endpoint, addressType, at),
    ),
    ...slicePortErrors(ports),
  ];
}

/** Of the items, or, where there are too many, of that alone. */
function limited<T>(
  items: readonly T[],
  field: string,
  most: number,
  errorsOf: (item: T, at: string) => FieldError[],
): FieldError[] {
  if (items.length > most) return [tooMany(field, items.length, most)];
  return items.flatMap((item, i) => errorsOf(item, `${field}[${i}]`));
}

function sliceEndpointErrors(endpoint: Fields, type: string, at: string): FieldError[] {
  const addresses: readonly string[] = endpoint.addresses ?? [];
  return [
    ...(addresses.length === 0 ? [required(`${at}.addresses`, 'must contain at least 1 address')] : []),
    ...(addresses.length > MOST.addresses
      ? [tooMany(`${at}.addresses`, addresses.length, MOST.addresses)]
      : []),
    ...addresses.flatMap((address, i) => sliceAddressErrors(address, type, `${at}.addresses`, i)),
    ...(endpoint.nodeName == null ? [] : subdomainErrors(endpoint.nodeName, `${at}.nodeName`)),
    ...(endpoint.hostname == null ? [] : labelNameErrors(endpoint.hostname, `${at}.hostname`)),
    ...hintErrors(endpoint.hints ?? {}, `${at}.hints`),
  ];
}

function sliceAddressErrors(text: string, type: string, list: string, index: number): FieldError[] {
  const field = `${list}[${index}]`;
  if (type === 'FQDN') return domainErrors(text, field);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const address = addressOf(text);
  if (!address) return addressErrors(text, field);
  return [
    ...(address.family === type.toLowerCase()
      ? []
      : [invalidValue(list, text, `must be an ${type} address`)]),
    ...endpointAddressErrors(text, field),
  ];
}

function domainErrors(text: string, field: string): FieldError[] {
  if (text === '') return [required(field)];
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const problems = nameProblems(name, undefined);
  if (problems.length > 0) return [invalidValue(field, name, problems.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) {
    const why = 'should be a domain with at least two segments separated by dots';
    return [invalidValue(field, name, why)];
  }
  const wrong = labels.find((label) => nameProblems(label, 'dns-1123-label').length > 0);
  return wrong === undefined
    ? []
    : [invalidValue(field, wrong, nameProblems(wrong, 'dns-1123-label').join(','))];
}

/** @param hints which the server's routing may follow */
function hintErrors({ forZones, forNodes }: Fields, at: string): FieldError[] {
  const zones: readonly Fields[] = forZones ?? [];
  if (zones.length > MOST.zones) return [tooMany(`${at}.forZones`, zones.length, MOST.zones)];
  return [
    ...namedOnce(zones, `${at}.forZones`, labelValueProblems),
    ...(forNodes?.length > MOST.nodes
      ? [tooMany(`${at}.forNodes`, forNodes.length, MOST.nodes)]
      : namedOnce(forNodes ?? [], `${at}.forNodes`, (name) => nameProblems(name, undefined))),
  ];
}

function namedOnce(
  items: readonly Fields[],
  field: string,
  problemsOf: (name: string) => readonly string[],
): FieldError[] {
  const seen = new Set<string>();
  return items.flatMap(({ name = '' }, i) => {
    const at = `${field}[${i}].name`;
    const errors = seen.has(name) ? [duplicate(at, name)] : [];
    seen.add(name);
    return [...errors, ...problemsOf(name).map((problem) => invalidValue(at, name, problem))];
  });
}

function slicePortErrors(ports: readonly Fields[]): FieldError[] {
  const seen = new Set<string>();
  return limited(ports, 'ports', MOST.ports, (port, at) => {
    const name: string = port.name ?? '';
    const errors = name === '' ? [] : labelNameErrors(name, `${at}.name`);
    if (seen.has(name)) errors.push(duplicate(`${at}.name`, name));
    seen.add(name);
    return [
      ...errors,
      ...(port.protocol == null || PROTOCOLS.includes(port.protocol)
        ? []
        : [notSupported(`${at}.protocol`, port.protocol, PROTOCOLS)]),
      ...appProtocolErrors(port.appProtocol, `${at}.appProtocol`),
    ];
  });
}

function appProtocolErrors(protocol: string | null | undefined, field: string): FieldError[] {
  if (protocol == null) return [];
  return qualifiedNameErrors(protocol, field);
}
