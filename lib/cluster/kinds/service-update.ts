/** What a changed service keeps of what the server gave it, and what it loses with its type (pkg/registry/core/service,
 * patchAllocatedValues and dropTypeDependentFields). */
import type { MutableObject } from '../mutable.ts';
import { isHealthChecked, nodePortsOf, portsOf, wantsNodePorts } from './service-ports.ts';

type Spec = MutableObject['spec'];

/** What the server assigned stays when the client leaves it out. */
export function keepAssigned(spec: Spec, before: Spec): void {
  if (hasAddress(spec) && hasAddress(before)) {
    if (!spec.clusterIP && !spec.clusterIPs) {
      spec.clusterIP = before.clusterIP;
      spec.clusterIPs = before.clusterIPs;
    } else if (spec.clusterIP !== before.clusterIP) spec.clusterIPs = [spec.clusterIP];
    else spec.clusterIPs ??= before.clusterIPs;
    spec.ipFamilies ??= before.ipFamilies;
    spec.ipFamilyPolicy ??= before.ipFamilyPolicy;
  }
  if (wantsNodePorts(spec) && wantsNodePorts(before)) keepNodePorts(spec, before);
  if (isHealthChecked(spec) && isHealthChecked(before))
    spec.healthCheckNodePort ||= before.healthCheckNodePort;
}

/** By the names of the ports: whatever else of them changed. */
function keepNodePorts(spec: Spec, before: Spec): void {
  const used = new Set(portsOf(spec).map(({ nodePort }) => nodePort));
  const byName = new Map(portsOf(before).map(({ name = '', nodePort }) => [name, nodePort]));
  for (const port of portsOf(spec)) {
    const old = byName.get(port.name ?? '');
    if (!port.nodePort && old && !used.has(old)) port.nodePort = old;
  }
}

/** Fields that its new type cannot have go with the old one, unless the client changed them. */
export function dropWithType(spec: Spec, before: Spec): void {
  const drop = (fields: readonly string[]) => {
    for (const field of fields) if (isSame(spec[field], before[field])) delete spec[field];
  };
  if (hasAddress(before) && !hasAddress(spec))
    drop(['clusterIPs', 'clusterIP', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy']);
  if (wantsNodePorts(before) && !wantsNodePorts(spec)) {
    const had = nodePortsOf(before);
    if (portsOf(spec).every(({ nodePort }) => !nodePort || had.has(nodePort)))
      for (const port of portsOf(spec)) delete port.nodePort;
  }
  if (isHealthChecked(before) && !isHealthChecked(spec)) drop(['healthCheckNodePort']);
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer')
    drop(['allocateLoadBalancerNodePorts', 'loadBalancerClass']);
  if (isReachable(before) && !isReachable(spec)) drop(['externalTrafficPolicy']);
}

function hasAddress({ type }: Spec): boolean {
  return type !== 'ExternalName';
}

function isReachable({ type, externalIPs }: Spec): boolean {
  return type === 'LoadBalancer' || type === 'NodePort' || (hasAddress({ type }) && externalIPs?.length > 0);
}

function isSame(after: unknown, before: unknown): boolean {
  return JSON.stringify(after) === JSON.stringify(before);
}
