/** The resources by group and version, in the order that discovery shows. */
import type { ResourceRegistry } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';

export interface ApiGroup {
  /** Empty for the core group. */
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly string[];
  readonly resources: readonly Resource[];
}

let cached:
  | { readonly registry: ResourceRegistry; readonly generation: number; readonly groups: readonly ApiGroup[] }
  | undefined;

export function groupsOf(registry: ResourceRegistry): readonly ApiGroup[] {
  if (cached?.registry === registry && cached.generation === registry.generation) return cached.groups;
  const groups = new Map<string, Resource[]>();
  for (const resource of registry.all()) {
    const members = groups.get(resource.group) ?? [];
    members.push(resource);
    groups.set(resource.group, members);
  }
  const result = [...groups]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(
      ([name, resources]): ApiGroup => ({
        name,
        versions: [...new Set(resources.map((resource) => resource.version))].sort(byPriority),
        resources,
      }),
    );
  cached = { registry, generation: registry.generation, groups: result };
  return result;
}

/** Kubernetes' own order, which kubectl uses when a short name stands for several kinds. */
const ORDER = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

function rank(group: string): number {
  const place = ORDER.indexOf(group);
  return place < 0 ? ORDER.length : place;
}

/** Newest stable version first, then beta, then alpha (apimachinery, CompareKubeAwareVersionStrings). */
function byPriority(a: string, b: string): number {
  const [left, right] = [weight(a), weight(b)];
  for (const [i, value] of left.entries()) {
    const difference = right[i]! - value; // both have three parts
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : 1;
}

function weight(version: string): readonly [number, number, number] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return [-1, 0, 0];
  const stability = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
  return [stability, Number(match[1]), Number(match[3] ?? 0)];
}
