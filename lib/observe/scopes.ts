/** Which watches it takes to see everything that is ours or shall be, and no others. */
import type { ApiResource, InformerScope, KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { DesiredApplication, GroupVersionKind } from '../objects/index.ts';
import { Label } from '../objects/index.ts';
import type { Inventory } from '../plan/index.ts';
import { formatGroupKind, INVENTORY_KIND } from '../plan/index.ts';
import type { Follower } from './follow.ts';
import { footprintOf } from './footprint.ts';

/** What is followed whatever the program has: inventories, and namespaces, since one may have been made before the
 * inventory in it was. */
const ALWAYS: readonly GroupVersionKind[] = [INVENTORY_KIND, { group: '', version: 'v1', kind: 'Namespace' }];

export class Scopes {
  readonly #client: KubeClient;
  readonly #follower: Follower;
  readonly #followed = new Map<string, InformerScope>();
  /** Kinds that we may watch in single namespaces only. */
  readonly #narrow = new Set<string>();
  readonly #failed = new Set<string>();
  #applications: readonly DesiredApplication[] = [];
  #recorded: ReadonlySet<string> = new Set();
  /** Whether what is followed is all that has to be. */
  #isCurrent = false;
  /** Counts changes of what has to be followed. */
  #changes = 0;

  constructor(client: KubeClient, follower: Follower) {
    this.#client = client;
    this.#follower = follower;
  }

  /** Whether every kind and namespace that matters is followed. It may still be on its way. */
  get isCurrent(): boolean {
    return this.#isCurrent && this.#failed.size === 0;
  }

  /** Others are expected now, or an inventory names other kinds or namespaces. */
  outdate(applications?: readonly DesiredApplication[]): void {
    if (applications) this.#applications = applications;
    this.#changes += 1;
    this.#isCurrent = false;
  }

  /** A watch that is refused for the whole cluster may be allowed for namespaces. */
  failed({ resource, namespace }: InformerScope, error: Error): void {
    const kind = formatGroupKind(resource);
    const isForbidden = error instanceof KubeError && error.code === 'FORBIDDEN';
    // Who has no namespaces of his own and may not see them manages without.
    if (isForbidden && kind === 'Namespace' && !this.#needs(kind)) return;
    if (isForbidden && resource.namespaced && namespace === undefined) {
      this.#narrow.add(kind);
      this.outdate();
    } else this.#failed.add(idOf({ resource, ...(namespace !== undefined && { namespace }) }));
  }

  /** Follows what has to be followed and is not, gives up what need not be, and tries again what failed.
   * @throws KubeError when the server cannot be asked for its kinds */
  async follow(inventories: readonly Inventory[]): Promise<void> {
    const changes = this.#changes;
    this.#recorded = new Set(inventories.flatMap((inventory) => inventory.kinds));
    const { resources, isComplete } = await this.#resources();
    const wanted = new Map(
      [...resources.values()]
        .flatMap((resource) => this.#scopesOf(resource, inventories))
        .map((scope) => [idOf(scope), scope] as const),
    );
    for (const [id, scope] of this.#followed) {
      if (wanted.has(id) && !this.#failed.has(id)) continue;
      this.#follower.remove(scope);
      this.#followed.delete(id);
    }
    this.#failed.clear();
    for (const [id, scope] of wanted) {
      if (this.#followed.has(id)) continue;
      this.#followed.set(id, scope);
      this.#follower.add(scope);
    }
    if (changes === this.#changes) this.#isCurrent = isComplete;
  }

  #needs(kind: string): boolean {
    return (
      this.#recorded.has(kind) ||
      this.#applications.some((application) => footprintOf(application).kinds.has(kind))
    );
  }

  #scopesOf(resource: ApiResource, inventories: readonly Inventory[]): readonly InformerScope[] {
    const everywhere = { resource, labelSelector: Label.application };
    if (!this.#narrow.has(formatGroupKind(resource))) return [everywhere];
    const namespaces = new Set([
      ...this.#applications.flatMap((application) => [...footprintOf(application).namespaces]),
      ...inventories.flatMap((inventory) => [inventory.namespace, ...inventory.namespaces]),
    ]);
    return [...namespaces].map((namespace) => ({ ...everywhere, namespace }));
  }

  /** @returns by group kind; not complete while the server does not know a kind that is desired or that an inventory names */
  async #resources(): Promise<{
    readonly resources: ReadonlyMap<string, ApiResource>;
    readonly isComplete: boolean;
  }> {
    const resources = new Map<string, ApiResource>();
    let isComplete = true;
    const kinds = [...ALWAYS, ...this.#applications.flatMap((one) => [...footprintOf(one).kinds.values()])];
    for (const kind of kinds) {
      const name = formatGroupKind(kind);
      if (resources.has(name)) continue;
      try {
        resources.set(name, await this.#client.resource(kind));
      } catch (error) {
        if (!(error instanceof KubeError) || error.code !== 'UNKNOWN_KIND') throw error;
        isComplete = false;
      }
    }
    const unresolved = new Set([...this.#recorded].filter((kind) => !resources.has(kind)));
    for (const resource of unresolved.size > 0 ? await this.#client.resources() : []) {
      if (unresolved.delete(formatGroupKind(resource))) resources.set(formatGroupKind(resource), resource);
    }
    // Objects of a kind that is not served for the moment may be there all the same.
    isComplete &&= unresolved.size === 0;
    return { resources, isComplete };
  }
}

function idOf({ resource, namespace = '' }: Pick<InformerScope, 'resource' | 'namespace'>): string {
  return `${resource.group}/${resource.plural} ${namespace}`;
}
