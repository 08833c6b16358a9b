/** Lists by label, also for who may not read the whole cluster. */
import type { ApiResource, KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { ObjectMetadata } from '../objects/index.ts';
import { unlessForbidden } from './unreadable.ts';

/** Names in one selector; a longer selector is split, since it travels in the URL. */
const VALUES_A_SELECTOR = 100;
/** Metadata is small: fewer, larger pages than the client's default. */
export const PAGE = 2000;

/** `label in (a,b,c)`, as many as it takes. */
export function selectValues(label: string, values: readonly string[]): readonly string[] {
  const selectors: string[] = [];
  for (let start = 0; start < values.length; start += VALUES_A_SELECTOR) {
    selectors.push(`${label} in (${values.slice(start, start + VALUES_A_SELECTOR).join(',')})`);
  }
  return selectors;
}

export interface Listed {
  readonly items: readonly ObjectMetadata[];
  /** Namespaces that we may not list, with the error that says so; `undefined` for the whole cluster. */
  readonly forbidden: readonly { readonly namespace?: string; readonly error: KubeError }[];
}

/** Metadata of the objects of a kind that a selector finds, in the whole cluster. Where that is forbidden, in the
 * namespaces that are known to matter, one by one. */
export async function listMembers(
  client: KubeClient,
  resource: ApiResource,
  options: { readonly labelSelector?: string; readonly namespaces: readonly string[] },
): Promise<Listed> {
  const query = {
    limit: PAGE,
    ...(options.labelSelector !== undefined && { labelSelector: options.labelSelector }),
  };
  const all = await unlessForbidden(() => client.listMetadata(resource, query));
  if (!(all instanceof KubeError)) return { items: all.items, forbidden: [] };
  if (!resource.namespaced || options.namespaces.length === 0)
    return { items: [], forbidden: [{ error: all }] };
  const lists = await Promise.all(
    options.namespaces.map(async (namespace) => {
      const list = await unlessForbidden(() => client.listMetadata(resource, { ...query, namespace }));
      return list instanceof KubeError
        ? { items: [], forbidden: [{ namespace, error: list }] }
        : { items: list.items, forbidden: [] };
    }),
  );
  return {
    items: lists.flatMap(({ items }) => items),
    forbidden: lists.flatMap(({ forbidden }) => forbidden),
  };
}
