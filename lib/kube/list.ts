import type { ListOptions, ListResult, Page } from './client.ts';
import { KubeError } from './errors.ts';

/** One page, as the server sends it. */
export interface ListPage<I> {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly I[] | null;
}

export type PageQuery = Readonly<Record<string, string | number | undefined>>;

const PAGE = 500;
/** How often a list is begun anew whose continue token has expired, before it is asked for in one piece. */
const RESTARTS = 2;

/** Reads page after page until the end, and holds one at a time. Pages belong to one moment; when the server no longer
 * remembers that moment (410), the list begins anew. */
export async function* listPages<I, T>(
  options: ListOptions,
  read: (item: I) => T,
  fetchPage: (query: PageQuery) => Promise<ListPage<I>>,
): AsyncGenerator<Page<T>, void> {
  const { labelSelector, fieldSelector, resourceVersion } = options;
  let next: string | undefined;
  let isRestart = false;
  for (let restarts = 0; ; ) {
    try {
      const page = await fetchPage({
        labelSelector,
        fieldSelector,
        limit: restarts > RESTARTS ? undefined : (options.limit ?? PAGE),
        // The token carries the version; the server refuses both together.
        ...(next === undefined ? from(resourceVersion) : { continue: next }),
      });
      const items = (page.items ?? []).map(read);
      yield { items, resourceVersion: page.metadata.resourceVersion ?? '', isRestart };
      next = page.metadata.continue || undefined;
      isRestart = false;
      if (next === undefined) return;
    } catch (error) {
      const isExpired = error instanceof KubeError && error.code === 'GONE';
      if (!isExpired || restarts > RESTARTS) throw error;
      restarts += 1;
      next = undefined;
      isRestart = true;
    }
  }
}

/** Asked for a version alone, the server takes a list with a limit to mean exactly that one, without a limit any that is
 * not older ("Resource versions", Kubernetes' documentation of the API concepts): so it is told. */
function from(resourceVersion: string | undefined): PageQuery {
  return resourceVersion === undefined ? {} : { resourceVersion, resourceVersionMatch: 'NotOlderThan' };
}

/** The whole of a list. */
export async function listAll<I, T>(
  options: ListOptions,
  read: (item: I) => T,
  fetchPage: (query: PageQuery) => Promise<ListPage<I>>,
): Promise<ListResult<T>> {
  let items: T[] = [];
  let resourceVersion = '';
  for await (const page of listPages(options, read, fetchPage)) {
    if (page.isRestart) items = [];
    for (const item of page.items) items.push(item);
    resourceVersion = page.resourceVersion;
  }
  return { items, resourceVersion };
}
