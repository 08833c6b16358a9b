/** Discovery: which groups, versions and resources there are, plain and aggregated (apidiscovery.k8s.io/v2). */
import type { JsonObject } from '../../objects/index.ts';
import type { Core } from '../core.ts';
import type { ApiRequest, Reply } from '../http/exchange.ts';
import { wantsAggregatedDiscovery } from '../http/media-type.ts';
import { apiVersionOf } from '../resources/registry.ts';
import { aggregatedGroup, resourceList } from './documents.ts';
import { type ApiGroup, groupsOf } from './groups.ts';
import { VERSION } from './version.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** False when the path is none of discovery. */
export function serveDiscovery(core: Core, request: ApiRequest, reply: Reply): boolean {
  if (request.method !== 'GET') return false;
  const parts = request.path.split('/').filter((part) => part !== '');
  const groups = groupsOf(core.resources);
  const json = (document: JsonObject) => {
    reply.send(200, 'application/json', JSON.stringify(document));
    return true;
  };
  const aggregated = (chosen: readonly ApiGroup[]) => {
    const document = {
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      metadata: {},
      items: chosen.map(aggregatedGroup),
    };
    reply.send(200, AGGREGATED, JSON.stringify(document));
    return true;
  };
  const asksAggregated = wantsAggregatedDiscovery(request.headers.accept);
  const [root, group, version, ...rest] = parts;
  if (rest.length > 0) return false;
  switch (root) {
    case 'version':
      return group === undefined && json({ ...VERSION });
    case 'api': {
      const core = groups.filter((candidate) => candidate.name === '');
      if (group === undefined) return asksAggregated ? aggregated(core) : json(apiVersions());
      return group === 'v1' && version === undefined && json(resourceList(core[0]!, 'v1')); // the core group is always there
    }
    case 'apis': {
      const named = groups.filter((candidate) => candidate.name !== '');
      if (group === undefined) return asksAggregated ? aggregated(named) : json(groupList(named));
      const found = named.find((candidate) => candidate.name === group);
      if (!found) return false;
      if (version === undefined) return json({ kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(found) });
      return found.versions.includes(version) && json(resourceList(found, version));
    }
    default:
      return false;
  }
}

function apiVersions(): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
  };
}

function groupList(groups: readonly ApiGroup[]): JsonObject {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupDocument) };
}

function groupDocument(group: ApiGroup): JsonObject {
  const versions = group.versions.map((version) => ({
    groupVersion: apiVersionOf({ group: group.name, version }),
    version,
  }));
  return { name: group.name, versions, preferredVersion: versions[0]! }; // a group has a version
}
