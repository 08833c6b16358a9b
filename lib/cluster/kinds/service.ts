/** Services: ports, and the addresses that they are given. */
import { type FieldError, forbidden, invalidValue, serviceErrors } from '../../kinds/index.ts';
import type { MutableObject } from '../mutable.ts';
import { invalid } from '../status.ts';
import type { KindRules, Surroundings } from './rules.ts';
import { assignNodePorts, isHealthChecked, nodePortsOf, portsOf } from './service-ports.ts';
import { dropWithType, keepAssigned } from './service-update.ts';

const NO_ADDRESS = 'None';

export const service: KindRules = {
  nameFormat: 'dns-1123-label',
  createOnUpdate: true,
  setDefaults(object) {
    const { spec } = object;
    spec.sessionAffinity ||= 'None';
    spec.type ||= 'ClusterIP';
    if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
    if (spec.sessionAffinity === 'ClientIP') {
      spec.sessionAffinityConfig ??= { clientIP: { timeoutSeconds: 10_800 } };
    }
    for (const port of portsOf(spec)) {
      port.protocol ||= 'TCP';
      port.targetPort ||= port.port;
    }
    if (spec.type === 'ExternalName') return;
    spec.internalTrafficPolicy ||= 'Cluster';
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ||= 'Cluster';
    if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  },
  prepareCreate(object, place) {
    object.status = { loadBalancer: {} };
    if (isSound(object)) assign(object, undefined, place);
  },
  prepareUpdate(object, old, place) {
    keepAssigned(object.spec, old.spec);
    dropWithType(object.spec, old.spec);
    if (isSound(object)) assign(object, old.spec, place);
  },
  validateUpdate(object, old) {
    const [before, after] = [old.spec, object.spec];
    const keepsAddress = before.type !== 'ExternalName' && after.type !== 'ExternalName';
    const keepsCheck = isHealthChecked(before) && isHealthChecked(after);
    return [
      ...(keepsAddress && before.clusterIP && before.clusterIP !== after.clusterIP
        ? [invalidValue('spec.clusterIPs[0]', after.clusterIPs, 'may not change once set')]
        : []),
      ...(keepsCheck && before.healthCheckNodePort !== after.healthCheckNodePort
        ? [forbidden('spec.healthCheckNodePort', 'field is immutable')]
        : []),
    ];
  },
  held(object, place) {
    const { clusterIP } = object.spec;
    if (clusterIP && clusterIP !== NO_ADDRESS) place.serviceAddresses.claim(clusterIP);
    for (const port of nodePortsOf(object.spec)) place.nodePorts.claim(String(port));
  },
  released(object, place) {
    const { clusterIP } = object.spec;
    if (clusterIP && clusterIP !== NO_ADDRESS) place.serviceAddresses.release(clusterIP);
    for (const port of nodePortsOf(object.spec)) place.nodePorts.release(String(port));
  },
};

/** A node port that is there twice is found to be taken first. */
function isSound(object: MutableObject): boolean {
  return serviceErrors(object).every(
    ({ type, field }) => type === 'FieldValueDuplicate' && field.startsWith('spec.ports'),
  );
}

function assign(object: MutableObject, old: MutableObject['spec'] | undefined, place: Surroundings): void {
  if (object.spec.type !== 'ExternalName') assignAddress(object, old, place);
  else if (old?.clusterIP && old.clusterIP !== NO_ADDRESS) place.serviceAddresses.release(old.clusterIP);
  assignNodePorts(object, old, place);
}

function assignAddress(
  { metadata, spec }: MutableObject,
  old: MutableObject['spec'] | undefined,
  place: Surroundings,
): void {
  const isNew = old === undefined;
  const unfit = familyErrors(spec);
  const errors = unfit.length === 0 && isNew ? rangeErrors(spec, place) : unfit;
  if (errors.length > 0) throw invalid({ group: '', kind: 'Service' }, metadata.name ?? '', errors);
  assignFamilies(spec);
  if (!spec.clusterIP) spec.clusterIP = place.serviceAddresses.allocate();
  else if (spec.clusterIP !== NO_ADDRESS && isNew && !place.serviceAddresses.claim(spec.clusterIP)) {
    throw invalid({ group: '', kind: 'Service' }, metadata.name ?? '', [
      notAllocated(spec.clusterIP, 'provided IP is already allocated'),
    ]);
  }
  spec.clusterIPs ??= [spec.clusterIP];
}

/** A headless service without selector names addresses that others look after. */
function isOfOthers({ clusterIP, selector }: MutableObject['spec']): boolean {
  return clusterIP === NO_ADDRESS && Object.keys(selector ?? {}).length === 0;
}

const FAMILIES = ['IPv4', 'IPv6'];

function assignFamilies(spec: MutableObject['spec']): void {
  const isDual = isOfOthers(spec);
  spec.ipFamilyPolicy ||= isDual ? 'RequireDualStack' : 'SingleStack';
  spec.ipFamilies ??= ['IPv4'];
  if (isDual && spec.ipFamilyPolicy !== 'SingleStack' && spec.ipFamilies.length < 2) {
    spec.ipFamilies = [...spec.ipFamilies, ...FAMILIES.filter((family) => !spec.ipFamilies.includes(family))];
  }
}

/** What a cluster of one family of addresses, the fourth version's, cannot give. */
function familyErrors(spec: MutableObject['spec']): FieldError[] {
  const families: readonly string[] = spec.ipFamilies ?? [];
  const addresses: readonly string[] = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  const policy: string = spec.ipFamilyPolicy ?? 'SingleStack';
  const field = 'spec.ipFamilyPolicy';
  const several = (what: string) =>
    invalidValue(
      field,
      policy,
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
    );
  if (isOfOthers(spec) && spec.ipFamilyPolicy === undefined) return [];
  const errors = [
    ...(policy === 'SingleStack' && addresses.length === 2 ? [several('cluster IPs')] : []),
    ...(policy === 'SingleStack' && families.length === 2 ? [several('IP families')] : []),
    ...addresses.flatMap((address, i) =>
      address.includes(':') && families[i] === undefined
        ? [invalidValue(`spec.clusterIPs[${i}]`, addresses, 'IPv6 is not configured on this cluster')]
        : [],
    ),
  ];
  if (errors.length > 0 || isOfOthers(spec)) return errors;
  return [
    ...(policy === 'RequireDualStack'
      ? [invalidValue(field, policy, 'this cluster is not configured for dual-stack services')]
      : []),
    ...families.flatMap((family, i) =>
      family === 'IPv6'
        ? [invalidValue(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster')]
        : [],
    ),
  ];
}

function rangeErrors({ clusterIP }: MutableObject['spec'], place: Surroundings): FieldError[] {
  return clusterIP && clusterIP !== NO_ADDRESS && !place.serviceAddresses.includes(clusterIP)
    ? [notAllocated(clusterIP, 'the provided network does not match the current range')]
    : [];
}

function notAllocated(address: string, why: string): FieldError {
  return invalidValue('spec.clusterIPs', [address], `failed to allocate IP ${address}: ${why}`);
}
