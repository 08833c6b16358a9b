/** A snapshot → a client that answers as the cluster would have, then. */
import { clusterImage } from '../cluster/index.ts';
import { connectInProcess, type KubeClient, KubeError, type RawRequest } from '../kube/index.ts';
import { formatKey, type KubernetesObject, keyOf } from '../objects/index.ts';
import { formatGroupKind } from '../plan/index.ts';
import type { Snapshot, UnreadPlace } from './snapshot.ts';

/** For planning: it reads, and tries writes. What the snapshot has nothing of, nobody may read here.
 * @returns a client that throws KubeError `FORBIDDEN` for that */
export function snapshotClient(snapshot: Snapshot): KubeClient {
  const { cluster, kinds } = snapshot;
  const holes = new Holes(snapshot);
  const image = clusterImage({ kinds, objects: [...placeholders(snapshot), ...snapshot.objects] });
  return connectInProcess({
    server: cluster.server,
    context: cluster.context,
    answer: (request) => {
      const hole = holes.at(request);
      return hole ? Promise.reject(hole) : image.answer(request);
    },
  });
}

/** Where namespaces could not be read, those that objects are in: nothing can be tried in a namespace that is not there. */
function placeholders({ objects, unread }: Snapshot): readonly KubernetesObject[] {
  if (!unread.some(({ kind }) => kind === 'Namespace')) return [];
  const names = new Set(
    objects.map(({ metadata }) => metadata.namespace ?? '').filter((name) => name !== ''),
  );
  return [...names].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

/** `/api/v1/namespaces/web/configmaps/settings`, `/apis/apps/v1/deployments`; a Namespace itself is of no namespace. */
const PATH =
  /^\/(?:api\/(?<core>[^/]+)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))\/(?:namespaces\/(?<namespace>[^/]+)\/)?(?<plural>[^/]+)(?:\/(?<name>[^/]+))?$/;

/** What was not looked at when the snapshot was taken. */
class Holes {
  readonly #snapshot: Snapshot;
  readonly #kinds: ReadonlyMap<string, Snapshot['kinds'][number]>;
  readonly #unread: ReadonlyMap<string, UnreadPlace['because']>;
  readonly #namespaces: ReadonlySet<string>;
  readonly #existing: ReadonlySet<string>;
  readonly #held: ReadonlySet<string>;

  constructor(snapshot: Snapshot) {
    const { kinds, unread, namespaces, objects } = snapshot;
    this.#snapshot = snapshot;
    this.#kinds = new Map(kinds.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind]));
    this.#unread = new Map(unread.map((place) => [placeName(place.kind, place.namespace), place.because]));
    this.#namespaces = new Set(namespaces);
    this.#existing = new Set(
      objects.flatMap(({ kind, apiVersion, metadata }) =>
        kind === 'Namespace' && apiVersion === 'v1' ? [metadata.name] : [],
      ),
    );
    this.#held = new Set(objects.map((object) => formatKey(keyOf(object))));
  }

  at({ method, path }: RawRequest): KubeError | undefined {
    if (method !== 'GET') return undefined;
    const [where = '', query = ''] = path.split('?', 2);
    const found = PATH.exec(where)?.groups;
    if (!found) return undefined;
    const { core, group = '', version = core, plural = '' } = found;
    const [namespace, name] = [decoded(found.namespace), decoded(found.name)];
    const resource = this.#kinds.get(`${group}/${version}/${plural}`);
    if (!resource) return undefined;
    const kind = formatGroupKind(resource);
    if (name !== undefined) {
      const key = { group, kind: resource.kind, namespace: namespace ?? '', name };
      if (this.#held.has(formatKey(key))) return undefined;
    }
    const because =
      this.#unread.get(placeName(kind, undefined)) ??
      (namespace === undefined ? undefined : this.#unread.get(placeName(kind, namespace)));
    if (because !== undefined) return this.#refusal(kind, namespace, because);
    if (!resource.namespaced) return undefined;
    if (namespace === undefined) {
      // By label everything was read that can be of the environment.
      return new URLSearchParams(query).has('labelSelector')
        ? undefined
        : this.#refusal(kind, undefined, 'elsewhere');
    }
    const isKnown = this.#namespaces.has(namespace) || !this.#existing.has(namespace);
    return isKnown ? undefined : this.#refusal(kind, namespace, 'elsewhere');
  }

  #refusal(
    kind: string,
    namespace: string | undefined,
    because: UnreadPlace['because'] | 'elsewhere',
  ): KubeError {
    const where = namespace === undefined ? 'of the whole cluster' : `in namespace ${namespace}`;
    const taken = new Date(this.#snapshot.takenAt).toISOString();
    return new KubeError(`the snapshot of ${taken} does not show what there is of ${kind} ${where}`, {
      code: 'FORBIDDEN',
      hint: HINTS[because](namespace),
    });
  }
}

const HINTS = {
  skipped: () =>
    'Take a snapshot once the program that has such an object is rendered, or plan against the cluster.',
  forbidden: () => 'Let whoever takes the snapshot list it.',
  elsewhere: (namespace: string | undefined) =>
    namespace === undefined
      ? 'Plan against the cluster.'
      : `Take the snapshot with --namespace ${namespace}, or plan against the cluster.`,
} as const;

function decoded(part: string | undefined): string | undefined {
  return part === undefined ? undefined : decodeURIComponent(part);
}

function placeName(kind: string, namespace: string | undefined): string {
  return namespace === undefined ? kind : `${kind} ${namespace}`;
}
