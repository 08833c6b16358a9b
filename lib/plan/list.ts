/** Lists by label, also for who may not read the whole cluster. */
import type { ApiResource, KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { ObjectMetadata } from '../objects/index.ts';

/** Names in one selector; a longer selector is split, since it travels in the URL. */
const VALUES_A_SELECTOR = 100;
/** Metadata is small: fewer, larger pages than the client's default. */
const PAGE = 2000;

/** `label in (a,b,c)`, as many as it takes. */
export function selectValues(label: string, values: readonly string[]): readonly string[] {
  const selectors: string[] = [];
  for (let start = 0; start < values.length; start += VALUES_A_SELECTOR) {
    selectors.push(`${label} in (${values.slice(start, start + VALUES_A_SELECTOR).join(',')})`);
  }
  return selectors;
}

/** Metadata of the objects of a kind that a selector finds, in the whole cluster. Where that is forbidden, in the
 * namespaces that are known to matter, one by one. */
export async function listMembers(
  client: KubeClient,
  resource: ApiResource,
  options: { readonly labelSelector?: string; readonly namespaces: readonly string[] },
): Promise<readonly ObjectMetadata[]> {
  const query = {
    limit: PAGE,
    ...(options.labelSelector !== undefined && { labelSelector: options.labelSelector }),
  };
  try {
    return (await client.listMetadata(resource, query)).items;
  } catch (error) {
    if (!(error instanceof KubeError) || error.code !== 'FORBIDDEN' || !resource.namespaced) throw error;
    if (options.namespaces.length === 0) throw error;
    const lists = await Promise.all(
      options.namespaces.map((namespace) => client.listMetadata(resource, { ...query, namespace })),
    );
    return lists.flatMap(({ items }) => items);
  }
}
