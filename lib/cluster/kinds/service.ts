/** Services: ports, and the addresses that they are given. */
import { type FieldError, invalidValue, serviceErrors } from '../../kinds/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import type { MutableObject } from '../mutable.ts';
import { invalid } from '../status.ts';
import { NODE_PORTS } from './address-pool.ts';
import type { KindRules, Surroundings } from './rules.ts';

const NO_ADDRESS = 'None';

interface ServicePort {
  name?: string;
  protocol?: string;
  port: number;
  targetPort?: number | string;
  nodePort?: number;
}

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
    for (const port of (spec.ports ?? []) as ServicePort[]) {
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
    if (serviceErrors(object).length === 0) assignAddresses(object, place);
  },
  prepareUpdate(object, old, place) {
    const { spec } = object;
    if (spec.type === 'ExternalName') {
      for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete spec[field];
      return;
    }
    keepAssigned(object, old);
    if (serviceErrors(object).length === 0) assignAddresses(object, place);
  },
  validateUpdate(object, old) {
    const [before, after] = [old.spec.clusterIP, object.spec.clusterIP];
    const keepsAddress = old.spec.type !== 'ExternalName' && object.spec.type !== 'ExternalName';
    return keepsAddress && before && before !== after
      ? [invalidValue('spec.clusterIPs[0]', object.spec.clusterIPs, 'may not change once set')]
      : [];
  },
  released(object, place) {
    if (object.spec.clusterIP && object.spec.clusterIP !== NO_ADDRESS) {
      place.serviceAddresses.release(object.spec.clusterIP);
    }
    for (const port of (object.spec.ports ?? []) as readonly ServicePort[]) {
      if (port.nodePort !== undefined) place.nodePorts.release(String(port.nodePort));
    }
  },
};

/** What the server assigned stays when the client leaves it out. */
function keepAssigned(object: MutableObject, old: KubernetesObject): void {
  const { spec } = object;
  const before = old.spec;
  if (before.type === 'ExternalName') return;
  if (!spec.clusterIP && !spec.clusterIPs) {
    spec.clusterIP = before.clusterIP;
    spec.clusterIPs = before.clusterIPs;
  } else if (spec.clusterIP !== before.clusterIP) spec.clusterIPs = [spec.clusterIP];
  else spec.clusterIPs ??= before.clusterIPs;
  spec.ipFamilies ??= before.ipFamilies;
  spec.ipFamilyPolicy ??= before.ipFamilyPolicy;
  if (spec.type === 'ClusterIP') return;
  for (const port of (spec.ports ?? []) as ServicePort[]) {
    const same = ((before.ports ?? []) as readonly ServicePort[]).find(
      (other) => other.port === port.port && other.protocol === port.protocol,
    );
    if (port.nodePort === undefined && same?.nodePort !== undefined) port.nodePort = same.nodePort;
  }
}

function assignAddresses(object: MutableObject, place: Surroundings): void {
  const { spec } = object;
  if (spec.type === 'ExternalName') return;
  const isNew = object.metadata.resourceVersion === undefined;
  const unfit = familyErrors(spec);
  const errors = unfit.length === 0 && isNew ? claimErrors(spec, place) : unfit;
  if (errors.length > 0) throw invalid({ group: '', kind: 'Service' }, object.metadata.name, errors);
  assignFamilies(spec);
  if (!spec.clusterIP) spec.clusterIP = place.serviceAddresses.allocate();
  else if (spec.clusterIP !== NO_ADDRESS && isNew && !place.serviceAddresses.claim(spec.clusterIP)) {
    throw invalid({ group: '', kind: 'Service' }, object.metadata.name, [
      notAllocated(spec.clusterIP, 'provided IP is already allocated'),
    ]);
  }
  spec.clusterIPs ??= [spec.clusterIP];
  if (!wantsNodePorts(spec)) return;
  for (const port of (spec.ports ?? []) as ServicePort[]) {
    port.nodePort ||= Number(place.nodePorts.allocate());
    place.nodePorts.claim(String(port.nodePort));
  }
}

function wantsNodePorts({ type, allocateLoadBalancerNodePorts }: MutableObject['spec']): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
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

/** Of addresses and ports that are asked for. */
function claimErrors(spec: MutableObject['spec'], place: Surroundings): FieldError[] {
  const { clusterIP } = spec;
  if (clusterIP && clusterIP !== NO_ADDRESS && !place.serviceAddresses.includes(clusterIP)) {
    return [notAllocated(clusterIP, 'the provided network does not match the current range')];
  }
  if (!wantsNodePorts(spec)) return [];
  const why = `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.join('-')}`;
  return ((spec.ports ?? []) as readonly ServicePort[]).flatMap(({ nodePort }, i) =>
    nodePort && !place.nodePorts.includes(String(nodePort))
      ? [invalidValue(`spec.ports[${i}].nodePort`, nodePort, why)]
      : [],
  );
}

function notAllocated(address: string, why: string): FieldError {
  return invalidValue('spec.clusterIPs', [address], `failed to allocate IP ${address}: ${why}`);
}
