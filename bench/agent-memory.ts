/** What an agent keeps in memory for each object that it holds: heap after garbage collection, with the desired state read
 * as from a rendered commit, and with everything followed. The cluster is made up, a page at a time, as JSON.
 *
 *     node --expose-gc bench/agent-memory.ts [--objects 100000] */
import type { ApiResource, KubeClient, Page, WatchEvent } from '../lib/kube/index.ts';
import type {
  DesiredApplication,
  DesiredObject,
  KubernetesObject,
  ObjectMetadata,
} from '../lib/objects/index.ts';
import { ClusterView } from '../lib/observe/index.ts';
import { formatGroupKind } from '../lib/plan/index.ts';
import { desiredWorkload } from './desired-workload.ts';
import { report, settingsFrom } from './harness.ts';
import { stubCluster } from './stub-cluster.ts';

const ENVIRONMENT = 'bench';
const PAGE = 500;
/** Applications of one set: so many objects are made up at a time. */
const BATCH = 10_000;

const settings = settingsFrom(process.argv.slice(2), { objects: 100_000, rounds: 1 });

await report('agent-memory', settings, async (progress) => {
  // Once at a small size, so that all code is loaded and every cache of it filled.
  await measure(1_000);
  progress(`${settings.objects} objects`);
  return { target: 'under 1,536 bytes an object', ...(await measure(settings.objects)) };
});

async function measure(objects: number): Promise<object> {
  const source = await pagesOf(objects);
  const base = heap();
  const applications = readDesired(source.manifests);
  const desired = heap();
  const stop = new AbortController();
  const view = new ClusterView(clientOf(source), {
    environment: ENVIRONMENT,
    signal: stop.signal,
    onUnsettled: () => {},
  });
  const reading = (async () => {
    for await (const _event of view);
  })();
  view.expect(applications);
  await view.follow();
  await view.whenRead(stop.signal);
  await view.follow();
  if (!view.isComplete || view.unsettled.size > 0)
    throw new Error(`${view.unsettled.size} objects are not as they shall be`);
  const followed = heap();
  const perObject = (bytes: number) => Math.round(bytes / objects);
  const result = {
    objects,
    bytesPerObject: {
      desired: perObject(desired - base),
      live: perObject(followed - desired),
      total: perObject(followed - base),
    },
    heapMiB: Math.round(followed / 2 ** 20),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  // Alive until here.
  if (applications.length === 0) throw new Error('there are no applications');
  stop.abort();
  await reading;
  return result;
}

/** Bytes that are in use: on the heap, and outside of it. */
function heap(): number {
  if (!globalThis.gc) throw new Error('run it with --expose-gc');
  for (let round = 0; round < 3; round += 1) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

interface Made {
  readonly resources: ReadonlyMap<string, ApiResource>;
  /** JSON of each application as its file in a rendered commit has it. */
  readonly manifests: readonly Buffer[];
  /** JSON of the pages of a kind, by group kind. */
  readonly pages: ReadonlyMap<string, readonly Buffer[]>;
}

/** Everything as bytes outside of the heap, so that nothing of it is shared with what is measured. */
async function pagesOf(objects: number): Promise<Made> {
  const manifests: Buffer[] = [];
  const pages = new Map<string, Buffer[]>();
  const resources = new Map<string, ApiResource>();
  for (let start = 0; start < objects; start += BATCH) {
    const applications = desiredWorkload(`set-${start / BATCH}`, Math.min(BATCH, objects - start));
    for (const { name, objects: own } of applications)
      manifests.push(Buffer.from(JSON.stringify({ name, objects: own.map(withPlace) })));
    const { client } = await stubCluster(ENVIRONMENT, applications);
    for (const resource of await client.resources()) {
      if (!['ConfigMap', 'Service', 'Deployment'].includes(resource.kind)) continue;
      const kind = formatGroupKind(resource);
      resources.set(kind, resource);
      const { items } = await client.list(resource, {});
      for (let first = 0; first < items.length; first += PAGE) {
        const page = items.slice(first, first + PAGE).map(metadataOf);
        pages.set(kind, [...(pages.get(kind) ?? []), Buffer.from(JSON.stringify(page))]);
      }
    }
  }
  return { resources, manifests, pages };
}

function metadataOf({ metadata }: KubernetesObject): object {
  // As long as the server's: 36 characters, and a number of seven digits.
  const uid = `00000000-0000-4000-8000-${metadata.uid?.replace(/\D/g, '').padStart(12, '0')}`;
  return {
    metadata: { ...metadata, uid, resourceVersion: '1000001', creationTimestamp: '2026-01-01T00:00:00Z' },
  };
}

function withPlace(object: DesiredObject, index: number): object {
  const { settings: _none, ...rest } = object;
  const { kind, name } = object.key;
  const source = { file: 'apps/web/main.ts', line: 10 + (index % 300), column: 5 };
  return { ...rest, constructPath: `shop/web/${name}/${kind}`, source };
}

function readDesired(manifests: readonly Buffer[]): readonly DesiredApplication[] {
  return manifests.map((bytes) => {
    const { name, objects } = JSON.parse(bytes.toString('utf8'));
    const settings = {
      apply: 'always',
      prune: 'allow',
      conflicts: 'report',
      drift: 'correct',
      wait: 'ready',
    };
    return {
      name,
      dependsOn: [],
      edges: [],
      objects: objects.map((object: object) => ({ ...object, settings })),
      load: () => Promise.reject(new Error('nothing is written here')),
    };
  });
}

/** A client that lists what was made up, and then tells nothing. */
function clientOf({ resources, pages }: Made): KubeClient {
  const client: Partial<KubeClient> = {
    resource: async ({ group, version, kind }) =>
      resources.get(formatGroupKind({ group, kind })) ?? {
        group,
        version,
        kind,
        plural: `${kind.toLowerCase()}s`,
        namespaced: false,
        verbs: ['list', 'watch'],
      },
    resources: async () => [...resources.values()],
    metadataPages: (resource) => read(resource, pages.get(formatGroupKind(resource)) ?? []),
    watchMetadata: (_resource, options) => silent(options?.signal, options?.onOpen),
  };
  // Following asks for nothing else; what it should not ask for would throw.
  return client as KubeClient;
}

async function* read(resource: ApiResource, pages: readonly Buffer[]): AsyncGenerator<Page<ObjectMetadata>> {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  for (const page of pages.length > 0 ? pages : [Buffer.from('[]')]) {
    const items = (JSON.parse(page.toString('utf8')) as ObjectMetadata[]).map((item) => ({
      apiVersion,
      kind: resource.kind,
      metadata: item.metadata,
    }));
    yield { items, resourceVersion: '1000002', isRestart: false };
  }
}

async function* silent(
  signal: AbortSignal | undefined,
  onOpen: (() => void) | undefined,
): AsyncGenerator<WatchEvent<ObjectMetadata>> {
  onOpen?.();
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}
