/** Whether something can be reached that could not before. */
import type { JsonObject, JsonValue } from '../../objects/index.ts';
import { fieldOf, itemsOf, stringOf } from '../field-path.ts';
import { formatGroupKind } from '../live.ts';
import type { Effect } from '../plan.ts';
import type { Consequence } from './consequence.ts';
import { opens } from './network-policy.ts';

export function exposes({ key, action, live, after }: Consequence): Effect | undefined {
  const find = FINDERS[formatGroupKind(key)];
  if (!find) return;
  if (action === 'delete') {
    if (formatGroupKind(key) !== 'NetworkPolicy.networking.k8s.io') return;
    return { kind: 'exposes', message: 'no longer restricts the traffic of the pods that it selects' };
  }
  if (!after || action === 'detach' || action === 'none') return;
  // Objects are JSON.
  const found = find(live as JsonObject | undefined, after as JsonObject);
  return found.length === 0 ? undefined : { kind: 'exposes', message: found.join('; ') };
}

type Find = (before: JsonObject | undefined, after: JsonObject) => readonly string[];

const FINDERS: Readonly<Record<string, Find>> = {
  Service: (before, after) => {
    const type = stringOf(after, 'spec', 'type');
    const [old, now] = [stringsAt(before, 'externalIPs'), stringsAt(after, 'externalIPs')];
    const addresses = now.filter((address) => !old.includes(address));
    return [
      ...(isOutside(type) && reach(type) > reach(stringOf(before, 'spec', 'type'))
        ? [`can be reached from outside of the cluster (${type})`]
        : []),
      ...(addresses.length > 0 ? [`can be reached at ${addresses.join(', ')}`] : []),
      ...openedRanges(before, after),
    ];
  },
  'Ingress.networking.k8s.io': (before, after) => {
    const old = new Set(hostsOf(before));
    const added = hostsOf(after).filter((host) => !old.has(host));
    return added.length === 0 ? [] : [`can be reached as ${added.join(', ')}`];
  },
  'NetworkPolicy.networking.k8s.io': opens,
};

/** How far a type of Service reaches: a load balancer has node ports, too. */
const REACH: Readonly<Record<string, number>> = { NodePort: 1, LoadBalancer: 2 };

function reach(type: string | undefined): number {
  return REACH[type ?? ''] ?? 0;
}

function isOutside(type: string | undefined): boolean {
  return reach(type) > 0;
}

/** Without source ranges, a load balancer takes everybody. */
function openedRanges(before: JsonObject | undefined, after: JsonObject): readonly string[] {
  const old = stringsAt(before, 'loadBalancerSourceRanges');
  if (old.length === 0 || stringOf(after, 'spec', 'type') !== 'LoadBalancer') return [];
  const now = stringsAt(after, 'loadBalancerSourceRanges');
  if (now.length === 0) return ['can be reached from every address'];
  const added = now.filter((range) => !old.includes(range));
  return added.length === 0 ? [] : [`can be reached from ${added.join(', ')}`];
}

function hostsOf(ingress: JsonObject | undefined): readonly string[] {
  const hosts = itemsOf(ingress, 'spec', 'rules').map((rule) => stringOf(rule, 'host') ?? 'every host');
  return fieldOf(ingress, 'spec', 'defaultBackend') === undefined ? hosts : [...hosts, 'every host'];
}

function stringsAt(service: JsonObject | undefined, field: string): readonly string[] {
  const list: JsonValue | undefined = fieldOf(service, 'spec', field);
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
