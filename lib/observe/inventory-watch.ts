/** The inventories of an environment, as far as the watch of ConfigMaps tells of them. */
import type { ObjectMetadata } from '../objects/index.ts';
import { Label } from '../objects/index.ts';
import type { Inventory } from '../plan/index.ts';
import { InventoryMark, parseInventory } from '../plan/index.ts';

export class InventoryWatch {
  readonly #environment: string;
  readonly #byName = new Map<string, Inventory>();
  /** What looks like an inventory of the environment and is none of ours: a plan by lists says so. */
  readonly #foreign = new Set<string>();

  /** @param environment as `environmentId` gives it */
  constructor(environment: string) {
    this.#environment = environment;
  }

  get all(): readonly Inventory[] {
    return [...this.#byName.values()];
  }

  get hasForeign(): boolean {
    return this.#foreign.size > 0;
  }

  of(application: string): readonly Inventory[] {
    return this.all.filter((inventory) => inventory.application === application);
  }

  /** @param name as `formatKey` writes it
   * @param object undefined: it is gone
   * @returns applications whose inventories are others now */
  note(name: string, object: ObjectMetadata | undefined): readonly string[] {
    if (!name.startsWith('ConfigMap ')) return [];
    const before = this.#byName.get(name);
    this.#byName.delete(name);
    this.#foreign.delete(name);
    const now = object && this.#read(name, object);
    return [before, now].flatMap((inventory) => inventory?.application ?? []);
  }

  #read(name: string, object: ObjectMetadata): Inventory | undefined {
    const { labels } = object.metadata;
    if (labels?.[Label.applySetId] === undefined) return undefined;
    if (labels[InventoryMark.environment] !== this.#environment) return undefined;
    try {
      const inventory = parseInventory(object);
      this.#byName.set(name, inventory);
      return inventory;
    } catch {
      this.#foreign.add(name);
      return undefined;
    }
  }
}
