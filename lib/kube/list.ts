import type { KubernetesObject } from '../objects/index.ts';
import type { ListOptions, ListResult } from './client.ts';
import { KubeError } from './errors.ts';

/** One page, as the server sends it. */
export interface ListPage {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly KubernetesObject[] | null;
}

type PageQuery = Readonly<Record<string, string | number | undefined>>;

const PAGE = 500;
/** How often a list is begun anew whose continue token has expired, before it is asked for in one piece. */
const RESTARTS = 2;

/** Reads page after page until the end. Pages belong to one moment; when the server no longer remembers
 * that moment (410), the list begins anew. */
export async function listAll<T>(
  options: ListOptions,
  read: (item: KubernetesObject) => T,
  fetchPage: (query: PageQuery) => Promise<ListPage>,
): Promise<ListResult<T>> {
  for (let restart = 0; ; restart += 1) {
    try {
      return await readPages(
        options,
        restart > RESTARTS ? undefined : (options.limit ?? PAGE),
        read,
        fetchPage,
      );
    } catch (error) {
      const isExpired = error instanceof KubeError && error.code === 'GONE';
      if (!isExpired || restart > RESTARTS) throw error;
    }
  }
}

async function readPages<T>(
  options: ListOptions,
  limit: number | undefined,
  read: (item: KubernetesObject) => T,
  fetchPage: (query: PageQuery) => Promise<ListPage>,
): Promise<ListResult<T>> {
  const items: T[] = [];
  const { labelSelector, fieldSelector, resourceVersion } = options;
  let next: string | undefined;
  for (;;) {
    const page = await fetchPage({
      labelSelector,
      fieldSelector,
      limit,
      // The token carries the version; the server refuses both together.
      ...(next === undefined ? { resourceVersion } : { continue: next }),
    });
    for (const item of page.items ?? []) items.push(read(item));
    next = page.metadata.continue || undefined;
    if (next === undefined) return { items, resourceVersion: page.metadata.resourceVersion ?? '' };
  }
}
