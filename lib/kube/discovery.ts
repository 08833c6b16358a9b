/** Which kinds a server knows, and how they are served. Aggregated discovery (Kubernetes API concepts,
 * "Aggregated discovery") needs two requests; the older form is understood too. */
import type { GroupVersionKind } from '../objects/index.ts';
import { formatApiVersion, nearest } from '../objects/index.ts';
import type { ApiResource } from './client.ts';
import type { Clock } from './clock.ts';
import { KubeError } from './errors.ts';

const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;q=0.9';

/** Unknown kinds make us ask again at most this often, unless a definition was written meanwhile. */
const REFRESH_MS = 1_000;
/** After a definition was written, its kinds may be missing from discovery for a moment, also when it is
 * established already. There is nothing to watch, so we ask again, after these pauses. */
const SETTLING_MS: readonly number[] = [25, 50, 100, 200, 400, 800];
/** For how long after the write that is done. */
const EXPECTED_MS = 60_000;

/** Fetches a discovery document. */
export type FetchJson = (path: string, accept: string) => Promise<unknown>;

export interface Discovery {
  /** @throws KubeError `UNKNOWN_KIND` */
  resource(gvk: GroupVersionKind): Promise<ApiResource>;
  /** Every listable resource, in its group's preferred version. */
  preferred(): Promise<readonly ApiResource[]>;
  /** Every kind in every version. */
  everyVersion(): Promise<readonly ApiResource[]>;
  /** To be called when something was written that adds kinds to a group. */
  expectKinds(group: string): void;
}

interface Served {
  readonly byKind: ReadonlyMap<string, ApiResource>;
  readonly preferred: readonly ApiResource[];
  readonly readAt: number;
}

export function discovery(fetchJson: FetchJson, server: string, clock: Clock): Discovery {
  let current: Promise<Served> | undefined;
  let refreshing = false;
  /** Groups of definitions that were written, and until when their kinds may be late. */
  const expected = new Map<string, number>();

  const read = (): Promise<Served> => {
    const reading = readAll(fetchJson).then((resources) => index(resources, clock.now()));
    current = reading;
    reading.catch(() => {
      if (current === reading) current = undefined;
    });
    return reading;
  };

  const isExpected = (group: string) => {
    const left = (expected.get(group) ?? 0) - clock.now();
    // More than all of it: the clock was set back meanwhile.
    return left > 0 && left <= EXPECTED_MS;
  };

  const refresh = (seen: Served, group: string): Promise<Served> => {
    if (refreshing && current) return current;
    const age = clock.now() - seen.readAt;
    // An age below zero: the clock was set back, and would hide new kinds until it is where it was.
    if (age >= 0 && age < REFRESH_MS && !isExpected(group)) return Promise.resolve(seen);
    refreshing = true;
    return read().finally(() => {
      refreshing = false;
    });
  };

  return {
    async resource(gvk) {
      const key = kindKey(gvk);
      let served = await (current ?? read());
      if (!served.byKind.has(key)) served = await refresh(served, gvk.group);
      for (const pauseMs of SETTLING_MS) {
        if (served.byKind.has(key) || !isExpected(gvk.group)) break;
        await clock.sleep(pauseMs);
        served = await refresh(served, gvk.group);
      }
      const found = served.byKind.get(key);
      if (!found) throw unknownKind(gvk, served, server);
      return found;
    },
    async preferred() {
      return (await (current ?? read())).preferred;
    },
    async everyVersion() {
      return [...(await (current ?? read())).byKind.values()];
    },
    expectKinds(group) {
      expected.set(group, clock.now() + EXPECTED_MS);
    },
  };
}

function kindKey(gvk: GroupVersionKind): string {
  return `${gvk.group}/${gvk.version}/${gvk.kind}`;
}

/** @param resources in order of preference of their versions */
function index(resources: readonly ApiResource[], readAt: number): Served {
  const byKind = new Map<string, ApiResource>();
  const preferred = new Map<string, ApiResource>();
  for (const resource of resources) {
    const key = kindKey(resource);
    if (!byKind.has(key)) byKind.set(key, resource);
    const plural = `${resource.group}/${resource.plural}`;
    if (!preferred.has(plural) && resource.verbs.includes('list')) preferred.set(plural, resource);
  }
  return { byKind, preferred: [...preferred.values()], readAt };
}

function unknownKind(gvk: GroupVersionKind, served: Served, server: string): KubeError {
  const apiVersion = formatApiVersion(gvk.group, gvk.version);
  const all = [...served.byKind.values()];
  const sameKind = all.filter((resource) => resource.kind === gvk.kind);
  const guess = nearest(gvk.kind, new Set(all.map((resource) => resource.kind)));
  const hint =
    sameKind.length > 0
      ? `It serves ${gvk.kind} as ${sameKind.map((r) => formatApiVersion(r.group, r.version)).join(', ')}.`
      : guess !== undefined
        ? `Did you mean ${guess}?`
        : 'Install the CustomResourceDefinition that defines it, or add it to the program.';
  return new KubeError(`${server} serves no ${gvk.kind} of ${apiVersion}`, {
    code: 'UNKNOWN_KIND',
    family: 'validation',
    hint,
  });
}

async function readAll(fetchJson: FetchJson): Promise<readonly ApiResource[]> {
  const [core, groups] = await Promise.all([
    fetchJson('/api', AGGREGATED) as Promise<RootDocument>,
    fetchJson('/apis', AGGREGATED) as Promise<RootDocument>,
  ]);
  if (isAggregated(core) && isAggregated(groups)) return [...aggregated(core), ...aggregated(groups)];
  return readPlain(fetchJson, core, groups);
}

/** The members of the discovery documents that are read. */
interface AggregatedList {
  readonly kind: 'APIGroupDiscoveryList';
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly responseKind?: { readonly group?: string; readonly version?: string; readonly kind: string };
        readonly scope: 'Namespaced' | 'Cluster';
        readonly verbs?: readonly string[];
      }[];
    }[];
  }[];
}
interface VersionList {
  readonly kind: 'APIVersions' | 'APIGroupList';
  readonly versions?: readonly string[];
  readonly groups?: readonly {
    readonly name: string;
    readonly versions?: readonly { readonly groupVersion: string; readonly version: string }[];
    readonly preferredVersion?: { readonly version: string };
  }[];
}
type RootDocument = AggregatedList | VersionList;
interface ResourceList {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs?: readonly string[];
  }[];
}

function isAggregated(document: RootDocument): document is AggregatedList {
  return document.kind === 'APIGroupDiscoveryList';
}

/** Versions stand in order of preference. */
function aggregated(list: AggregatedList): ApiResource[] {
  return (list.items ?? []).flatMap((group) =>
    (group.versions ?? []).flatMap(({ version, resources = [] }) =>
      resources.map((resource) => ({
        group: group.metadata?.name ?? '',
        version,
        kind: resource.responseKind?.kind ?? '',
        plural: resource.resource,
        namespaced: resource.scope === 'Namespaced',
        verbs: resource.verbs ?? [],
      })),
    ),
  );
}

async function readPlain(
  fetchJson: FetchJson,
  core: RootDocument,
  groups: RootDocument,
): Promise<readonly ApiResource[]> {
  const versions: { group: string; version: string; path: string }[] = [];
  if (!isAggregated(core)) {
    for (const version of core.versions ?? []) versions.push({ group: '', version, path: `/api/${version}` });
  }
  if (!isAggregated(groups)) {
    for (const group of groups.groups ?? []) {
      const first = group.preferredVersion?.version;
      const sorted = (group.versions ?? []).toSorted(
        (a, b) => Number(b.version === first) - Number(a.version === first),
      );
      for (const { version, groupVersion } of sorted) {
        versions.push({ group: group.name, version, path: `/apis/${groupVersion}` });
      }
    }
  }
  const lists = await Promise.all(
    versions.map(async ({ group, version, path }) => {
      let list: ResourceList;
      try {
        list = (await fetchJson(path, 'application/json')) as ResourceList;
      } catch (error) {
        // An aggregated API whose server is down answers 503 for its own group; the others are still there.
        if (error instanceof KubeError && error.status !== undefined) return [];
        throw error;
      }
      return (list.resources ?? [])
        .filter((resource) => !resource.name.includes('/'))
        .map((resource) => ({
          group,
          version,
          kind: resource.kind,
          plural: resource.name,
          namespaced: resource.namespaced,
          verbs: resource.verbs ?? [],
        }));
    }),
  );
  return lists.flat();
}
