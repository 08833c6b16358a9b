/** Ports of all nodes that services are given, or ask for (pkg/registry/core/service/storage/alloc.go). */
import { invalidValue } from '../../kinds/index.ts';
import type { MutableObject } from '../mutable.ts';
import { ApiError, invalid } from '../status.ts';
import { NODE_PORTS } from './address-pool.ts';
import type { Surroundings } from './rules.ts';

export interface ServicePort {
  name?: string;
  protocol?: string;
  port: number;
  targetPort?: number | string;
  nodePort?: number;
}

type Spec = MutableObject['spec'];

export function portsOf({ ports }: Spec): ServicePort[] {
  return ports ?? [];
}

/** Whether it is given node ports without asking for any. */
export function wantsNodePorts({ type, allocateLoadBalancerNodePorts }: Spec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

/** Whether load balancers ask each node if it has a pod of it. */
export function isHealthChecked({ type, externalTrafficPolicy }: Spec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

function mayHaveNodePorts({ type }: Spec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

/** All that a service holds, each once: TCP and UDP may have the same one. */
export function nodePortsOf(spec: Spec): ReadonlySet<number> {
  const ports = portsOf(spec).flatMap(({ nodePort }) => nodePort || []);
  return new Set([...ports, ...(spec.healthCheckNodePort ? [spec.healthCheckNodePort as number] : [])]);
}

/** @throws ApiError 422 for a port that is taken or is none; 500, as the server, for one of the health check */
export function assignNodePorts(object: MutableObject, old: Spec | undefined, place: Surroundings): void {
  const { spec } = object;
  const own = new Set(old && mayHaveNodePorts(old) ? nodePortsOf(old) : []);
  if (mayHaveNodePorts(spec)) {
    if (old) claimChanged(object, old, place);
    else claimNew(object, place);
  }
  if (isHealthChecked(spec) && !(old && isHealthChecked(old))) claimHealthCheck(spec, place);
  const kept = nodePortsOf(spec);
  for (const port of own) if (!kept.has(port)) place.nodePorts.release(String(port));
}

/** Ports of a service that differ in the protocol alone share a node port, unless they ask for others. */
function claimNew(object: MutableObject, place: Surroundings): void {
  const { spec } = object;
  const ports = portsOf(spec);
  const given = new Map<number, number>();
  for (const [index, port] of ports.entries()) {
    if (!port.nodePort && !wantsNodePorts(spec)) continue;
    const shared = given.get(port.port);
    const asked =
      shared === undefined
        ? ports.slice(index).find((one) => one.port === port.port && one.nodePort)?.nodePort
        : port.nodePort;
    if (asked && asked !== shared) claim(object, index, asked, place);
    port.nodePort = asked || shared || Number(place.nodePorts.allocate());
    if (shared === undefined) given.set(port.port, port.nodePort);
  }
}

function claimChanged(object: MutableObject, old: Spec, place: Surroundings): void {
  const { spec } = object;
  const claimed = new Set(mayHaveNodePorts(old) ? portsOf(old).map(({ nodePort }) => nodePort) : []);
  for (const [index, port] of portsOf(spec).entries()) {
    if (!port.nodePort) {
      if (wantsNodePorts(spec)) port.nodePort = Number(place.nodePorts.allocate());
    } else if (!claimed.has(port.nodePort)) claim(object, index, port.nodePort, place);
    if (port.nodePort) claimed.add(port.nodePort);
  }
}

function claim({ metadata }: MutableObject, index: number, port: number, place: Surroundings): void {
  const why = refusal(port, place);
  if (why === undefined) return;
  throw invalid({ group: '', kind: 'Service' }, metadata.name ?? '', [
    invalidValue(`spec.ports[${index}].nodePort`, port, why),
  ]);
}

function claimHealthCheck(spec: Spec, place: Surroundings): void {
  const asked: number | undefined = spec.healthCheckNodePort;
  if (!asked) {
    spec.healthCheckNodePort = Number(place.nodePorts.allocate());
    return;
  }
  const why = refusal(asked, place);
  if (why === undefined) return;
  const message = `failed to allocate requested HealthCheck NodePort ${asked}: ${why}`;
  throw new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  });
}

/** Takes a port. @returns why it cannot be had */
function refusal(port: number, { nodePorts }: Surroundings): string | undefined {
  if (!nodePorts.includes(String(port)))
    return `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.join('-')}`;
  return nodePorts.claim(String(port)) ? undefined : 'provided port is already allocated';
}
