/** Services: ports, and the addresses that they are given. */
import { invalidValue, serviceErrors } from '../../kinds/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import type { MutableObject } from '../mutable.ts';
import { invalid } from '../status.ts';
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
    if (spec.sessionAffinity === 'ClientIP') {
      spec.sessionAffinityConfig ??= { clientIP: { timeoutSeconds: 10_800 } };
    }
    for (const port of (spec.ports ?? []) as ServicePort[]) {
      port.protocol ||= 'TCP';
      port.targetPort ??= port.port;
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
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ||= 'SingleStack';
  if (!spec.clusterIP && spec.clusterIPs?.length) spec.clusterIP = spec.clusterIPs[0];
  if (!spec.clusterIP) spec.clusterIP = place.serviceAddresses.allocate();
  else if (spec.clusterIP !== NO_ADDRESS && object.metadata.resourceVersion === undefined) {
    if (!place.serviceAddresses.claim(spec.clusterIP)) {
      throw invalid({ group: '', kind: 'Service' }, object.metadata.name, [
        invalidValue(
          'spec.clusterIPs',
          [spec.clusterIP],
          `failed to allocate IP ${spec.clusterIP}: provided IP is already allocated`,
        ),
      ]);
    }
  }
  spec.clusterIPs ??= [spec.clusterIP];
  const wantsNodePorts =
    spec.type === 'NodePort' ||
    (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
  if (!wantsNodePorts) return;
  for (const port of (spec.ports ?? []) as ServicePort[]) {
    port.nodePort ??= Number(place.nodePorts.allocate());
    place.nodePorts.claim(String(port.nodePort));
  }
}
