/** Kinds that inventories name and the server does not serve. Most often their definition was deleted, and every object
 * with it. But an aggregated API whose server is down, or a definition that is not served for a moment, hides objects that
 * are still there: then the inventory goes on naming the kind. */
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import { unlessForbidden } from './unreadable.ts';

const DEFINITION = { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' } as const;
const API_SERVICE = { group: 'apiregistration.k8s.io', kind: 'APIService' } as const;

/** On APIServices that the API server keeps for what it serves itself: they tell nothing about other servers. */
const AUTOMANAGED = 'kube-aggregator.kubernetes.io/automanaged';

/** Those of some kinds of which objects may still be there.
 * @param kinds none of which is served, as `formatGroupKind` writes them */
export async function stillInDoubt(
  client: KubeClient,
  kinds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (kinds.length === 0) return new Set();
  const [definitions, services] = await Promise.all([
    groupsOf(client, DEFINITION),
    groupsOf(client, API_SERVICE),
  ]);
  return new Set(
    kinds.filter((kind) => {
      const group = kind.split('.').slice(1).join('.');
      return [definitions, services].some((groups) => groups === 'unknown' || groups.has(group));
    }),
  );
}

/** The groups of what is called `<something>.<group>`, as definitions and APIServices are. */
async function groupsOf(
  client: KubeClient,
  kind: typeof DEFINITION | typeof API_SERVICE,
): Promise<ReadonlySet<string> | 'unknown'> {
  const resource = (await client.resources()).find(
    (one) => one.group === kind.group && one.kind === kind.kind,
  );
  if (!resource) return new Set();
  const list = await unlessForbidden(async () => (await client.listMetadata(resource)).items);
  if (list instanceof KubeError) return 'unknown';
  return new Set(
    list
      .filter(({ metadata }) => metadata.labels?.[AUTOMANAGED] === undefined)
      .map(({ metadata }) => metadata.name.split('.').slice(1).join('.')),
  );
}
