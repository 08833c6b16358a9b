/** Writes inventories: widened before the first member is written, narrowed after the last, and left alone when they
 * say already what they have to. Each write names the version that it was made from, so that two engines at work on one
 * application never take back what the other one has written down. */
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { Label } from '../objects/index.ts';
import type { InventoryRef, InventoryScope, PlannedInventory } from '../plan/index.ts';
import {
  INVENTORY_KIND,
  InventoryMark,
  parseInventory,
  sameScope,
  TOOLING,
  uniteScopes,
  withoutScope,
} from '../plan/index.ts';
import type { RecordedApproval } from './approvals.ts';
import { addToRecord } from './approvals.ts';

/** What an inventory says, in the version in which it was last seen or written. */
interface State {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly scope: InventoryScope;
  readonly approvals: string | undefined;
}

const ANNOTATOR = 'truekeel-hooks';

/** How often a write is tried when others write the same inventory. */
const TRIES = 5;

/** Codes that mean that the inventory is not as it was seen. */
const OVERTAKEN: ReadonlySet<string> = new Set(['CONFLICT', 'ALREADY_EXISTS', 'NOT_FOUND']);

export class InventoryWriter {
  readonly #client: KubeClient;
  readonly #environment: string;
  /** By id; undefined where there is none. */
  readonly #states = new Map<string, State | undefined>();
  /** For inventories that are not there yet, by id: written with them. */
  readonly #pending = new Map<string, readonly RecordedApproval[]>();
  #annotating: Promise<void> = Promise.resolve();

  constructor(client: KubeClient, environment: string) {
    this.#client = client;
    this.#environment = environment;
  }

  /** Whether it has to be written before anything else is. */
  mustWiden(inventory: PlannedInventory): boolean {
    return inventory.live === undefined || !sameScope(inventory.recorded, inventory.intended);
  }

  /** Writes down what an application is about to own, beside what it owns. */
  async widen(inventory: PlannedInventory): Promise<void> {
    await this.#write(inventory, (state) => ({
      scope: uniteScopes(state?.scope ?? NOTHING, inventory.intended),
      approvals: this.#withPending(inventory, state?.approvals),
    }));
    this.#pending.delete(inventory.id);
  }

  #withPending({ id }: PlannedInventory, approvals: string | undefined): string | undefined {
    const pending = this.#pending.get(id);
    return pending ? addToRecord(approvals, pending) : approvals;
  }

  /** Writes down what is about to begin: now, or where there is nothing to write it on, with the inventory, which is made
   * before the first of its members. */
  async recordBeginning(inventory: PlannedInventory, approvals: readonly RecordedApproval[]): Promise<void> {
    if (this.#stateOf(inventory)) await this.record(inventory, approvals);
    else this.#pending.set(inventory.id, approvals);
  }

  /** Writes down who let something pass that a guard refused. */
  async record(inventory: PlannedInventory, approvals: readonly RecordedApproval[]): Promise<void> {
    await this.#write(inventory, (state) => ({
      scope: uniteScopes(state?.scope ?? NOTHING, inventory.intended),
      approvals: addToRecord(state?.approvals, approvals),
    }));
  }

  /** Sets annotations that no scope decides, or takes them away with null: which hooks have run. They are another
   * manager's, so that an apply of the inventory leaves them alone. */
  async annotate(
    inventory: PlannedInventory,
    annotations: Readonly<Record<string, string | null>>,
  ): Promise<void> {
    // One after the other: each names the version that the one before has left.
    const turn = this.#annotating.then(() => this.#annotate(inventory, annotations));
    this.#annotating = turn.catch(() => {});
    await turn;
  }

  async #annotate(
    inventory: PlannedInventory,
    annotations: Readonly<Record<string, string | null>>,
  ): Promise<void> {
    const resource = await this.#client.resource(INVENTORY_KIND);
    let state = this.#stateOf(inventory);
    for (let attempt = 1; ; attempt += 1) {
      const metadata = { annotations, ...(state && { resourceVersion: state.resourceVersion }) };
      try {
        const written = await this.#client.patch(
          resource,
          inventory,
          { metadata },
          { type: 'merge', fieldManager: ANNOTATOR },
        );
        const { resourceVersion = '' } = written.metadata;
        if (state) this.#states.set(inventory.id, { ...state, resourceVersion });
        return;
      } catch (error) {
        if (!(error instanceof KubeError) || error.code !== 'CONFLICT' || attempt >= TRIES) throw error;
        state = await this.#read(inventory);
      }
    }
  }

  /** Brings inventories into line with what is left, once everything of a plan was carried out. What somebody else wrote
   * meanwhile stays: the next run sees to it. */
  async settle(inventories: readonly PlannedInventory[]): Promise<void> {
    for (const inventory of inventories) {
      const state = this.#stateOf(inventory);
      if (!state) continue;
      if (inventory.leaving) {
        await this.#remove({ ...inventory, ...state });
        continue;
      }
      // What the plan did not know of, another engine has added since.
      const scope = uniteScopes(inventory.target, withoutScope(state.scope, inventory.intended));
      if (!sameScope(state.scope, scope)) await this.#narrow(inventory, state, scope);
      for (const old of inventory.superseded) await this.#remove(old);
    }
  }

  #stateOf({ id, live, recorded, approvals }: PlannedInventory): State | undefined {
    return this.#states.has(id) ? this.#states.get(id) : live && { ...live, scope: recorded, approvals };
  }

  async #write(
    inventory: PlannedInventory,
    next: (state: State | undefined) => Pick<State, 'scope' | 'approvals'>,
  ): Promise<void> {
    let state = this.#stateOf(inventory);
    for (let attempt = 1; ; attempt += 1) {
      const wanted = next(state);
      if (state && sameScope(state.scope, wanted.scope) && state.approvals === wanted.approvals) break;
      try {
        state = await this.#send(inventory, state, wanted);
        break;
      } catch (error) {
        if (!(error instanceof KubeError) || !OVERTAKEN.has(error.code) || attempt >= TRIES) throw error;
        state = await this.#read(inventory);
      }
    }
    this.#states.set(inventory.id, state);
  }

  async #narrow(inventory: PlannedInventory, state: State, scope: InventoryScope): Promise<void> {
    try {
      await this.#send(inventory, state, { scope, approvals: state.approvals });
    } catch (error) {
      if (!(error instanceof KubeError) || !OVERTAKEN.has(error.code)) throw error;
    }
  }

  async #send(
    inventory: PlannedInventory,
    state: State | undefined,
    { scope, approvals }: Pick<State, 'scope' | 'approvals'>,
  ): Promise<State> {
    const bare = inventoryObject(this.#environment, inventory, scope, approvals);
    // What was there when it was created stays with an apply that leaves it out: it is emptied.
    const named = [scope, state?.scope].flatMap((one) => one?.releases ?? []);
    const object = named.length > 0 ? withReleases(bare, scope) : bare;
    const written = state
      ? await this.#client.apply(atVersion(object, state), { force: true })
      : await this.#client.create(object);
    const { uid = '', resourceVersion = '' } = written.metadata;
    return { uid, resourceVersion, scope, approvals };
  }

  /** @throws TruekeelError `FOREIGN_INVENTORY` when what is there is no inventory of ours */
  async #read(inventory: PlannedInventory): Promise<State | undefined> {
    const resource = await this.#client.resource(INVENTORY_KIND);
    const found = await this.#client.getMetadata(resource, inventory);
    if (!found) return undefined;
    const { uid, resourceVersion, kinds, namespaces, releases, approvals } = parseInventory(found);
    return { uid, resourceVersion, scope: { kinds, namespaces, releases }, approvals };
  }

  async #remove({ namespace, name, uid, resourceVersion }: InventoryRef): Promise<void> {
    const resource = await this.#client.resource(INVENTORY_KIND);
    try {
      await this.#client.delete(resource, { namespace, name }, { uid, resourceVersion });
    } catch (error) {
      if (!(error instanceof KubeError) || error.code !== 'CONFLICT') throw error;
    }
  }
}

function withReleases(object: KubernetesObject, { releases = [] }: InventoryScope): KubernetesObject {
  const { annotations } = object.metadata;
  const text = [...releases].sort().join(',');
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [InventoryMark.helmReleases]: text } },
  };
}

const NOTHING: InventoryScope = { kinds: [], namespaces: [], releases: [] };

/** Refused by the server when the object is another one, or has changed. */
function atVersion(object: KubernetesObject, { uid, resourceVersion }: State): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, uid, resourceVersion } };
}

function inventoryObject(
  environment: string,
  { application, namespace, name, id }: PlannedInventory,
  scope: InventoryScope,
  approvals: string | undefined,
): KubernetesObject {
  return {
    apiVersion: INVENTORY_KIND.version,
    kind: INVENTORY_KIND.kind,
    metadata: {
      name,
      namespace,
      labels: {
        [Label.applySetId]: id,
        [Label.application]: application,
        [InventoryMark.environment]: environment,
      },
      annotations: {
        [InventoryMark.tooling]: TOOLING,
        [InventoryMark.groupKinds]: [...scope.kinds].sort().join(','),
        [InventoryMark.additionalNamespaces]: [...scope.namespaces].sort().join(','),
        ...(approvals !== undefined && { [InventoryMark.approvals]: approvals }),
      },
    },
  };
}
