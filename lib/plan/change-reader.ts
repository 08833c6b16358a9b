/** Reads what the changes of a plan need from the cluster, with as few requests as their number allows: live objects one
 * by one or by one list of their kind, and, where that pays, what lets changes be computed without a dry run. */
import type { ApiResource, KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { DesiredObject, KubernetesObject } from '../objects/index.ts';
import { formatKey, keyOf, Label } from '../objects/index.ts';
import type { Detail } from './detail.ts';
import { detailChange } from './detail.ts';
import { selectValues } from './list.ts';
import { formatGroupKind } from './live.ts';
import type { MayIntercept } from './local/interceptors.ts';
import { readInterceptors } from './local/interceptors.ts';
import { hasPlainFields } from './local/plain-fields.ts';
import { withLiveValues } from './seals.ts';

/** An object that is there and changes. */
export interface Change {
  readonly application: string;
  readonly desired: DesiredObject;
  /** What would be sent. */
  readonly object: KubernetesObject;
  readonly resource: ApiResource;
  /** A sealed Secret that was not opened. */
  readonly isClosed: boolean;
}

export interface ChangeReaderOptions {
  /** `always`: the server is asked about each change. `when-needed`: only where something else could come out. */
  readonly dryRun: 'always' | 'when-needed';
  /** How many objects of ours there are of a kind (`Deployment.apps`). */
  readonly countLive: (groupKind: string) => number;
}

/** From here on, and from this share of a kind on, one list costs less than single reads. */
const LISTED = { least: 10, share: 0.25, most: 5_000 } as const;
/** Lists that tell who intercepts writes: two kinds of webhooks, two of policies. */
const INTERCEPTOR_LISTS = 4;

export class ChangeReader {
  readonly #client: KubeClient;
  /** Kinds and namespaces with so many changes that it pays to ask what we may do there. */
  readonly #worthwhile: ReadonlySet<string>;
  /** Changes of kinds that are read by one list. */
  readonly #listed = new Map<string, readonly Change[]>();
  readonly #lists = new Map<string, Promise<ReadonlyMap<string, KubernetesObject>>>();
  readonly #allowed = new Map<string, Promise<boolean>>();
  #interceptors: Promise<MayIntercept | undefined> | undefined;

  constructor(client: KubeClient, changes: readonly Change[], options: ChangeReaderOptions) {
    this.#client = client;
    this.#worthwhile = options.dryRun === 'always' ? new Set() : worthwhileScopes(changes);
    for (const [kind, group] of Map.groupBy(changes, ({ desired }) => formatGroupKind(desired.key))) {
      if (group.length >= LISTED.least && isListed(group.length, options.countLive(kind)))
        this.#listed.set(kind, group);
    }
  }

  async detail(change: Change): Promise<Detail> {
    const { desired, object, resource, isClosed } = change;
    const live = await this.#read(change);
    return detailChange(this.#client, {
      desired,
      object: isClosed ? withLiveValues(object, live) : object,
      // Whoever else holds a value that is not known holds it against us.
      claimed: object,
      live,
      read: () => this.#client.get(resource, desired.key),
      ...(this.#worthwhile.has(scopeOf(change)) && { mayCompute: () => this.#mayCompute(change) }),
    });
  }

  async #read({ desired, resource }: Change): Promise<KubernetesObject | undefined> {
    const kind = formatGroupKind(desired.key);
    const group = this.#listed.get(kind);
    if (group && !this.#lists.has(kind)) this.#lists.set(kind, this.#list(group));
    const listed = await this.#lists.get(kind);
    return listed?.get(formatKey(desired.key)) ?? (await this.#client.get(resource, desired.key));
  }

  /** Changed objects of one kind by key, as far as they carry our label. */
  async #list(changes: readonly Change[]): Promise<ReadonlyMap<string, KubernetesObject>> {
    const wanted = new Set(changes.map(({ desired }) => formatKey(desired.key)));
    const { resource } = changes[0]!;
    const names = [...new Set(changes.map(({ application }) => application))];
    try {
      const lists = await Promise.all(
        selectValues(Label.application, names).map((labelSelector) =>
          this.#client.list(resource, { labelSelector }),
        ),
      );
      const found = lists.flatMap(({ items }) =>
        items.map((item) => [formatKey(keyOf(item)), item] as const),
      );
      return new Map(found.filter(([name]) => wanted.has(name)));
    } catch (error) {
      // Who may not list everywhere may read single objects.
      if (error instanceof KubeError && error.code === 'FORBIDDEN') return new Map();
      throw error;
    }
  }

  async #mayCompute(change: Change): Promise<boolean> {
    const scope = scopeOf(change);
    this.#interceptors ??= readInterceptors(this.#client);
    const mayIntercept = await this.#interceptors;
    if (!mayIntercept || mayIntercept(change.resource)) return false;
    let allowed = this.#allowed.get(scope);
    if (!allowed) {
      const { namespace } = change.desired.key;
      allowed = this.#client.can('patch', change.resource, namespace === '' ? undefined : namespace);
      this.#allowed.set(scope, allowed);
    }
    return allowed;
  }
}

function isListed(changed: number, live: number): boolean {
  return live <= LISTED.most && changed >= live * LISTED.share;
}

function scopeOf({ desired }: Pick<Change, 'desired'>): string {
  return `${formatGroupKind(desired.key)} ${desired.key.namespace}`;
}

/** Scopes whose dry runs are clearly more requests than those that take their place. */
function worthwhileScopes(changes: readonly Change[]): ReadonlySet<string> {
  const plain = changes.filter(({ desired }) => hasPlainFields(desired.key));
  const scopes = [...Map.groupBy(plain, scopeOf)].filter(([, group]) => group.length > 1);
  const saved = scopes.reduce((sum, [, group]) => sum + group.length - 1, 0);
  return saved > 2 * INTERCEPTOR_LISTS ? new Set(scopes.map(([scope]) => scope)) : new Set();
}
