/** Writes down which hooks have run, on the inventory of their application. The record outlives the Job: it may be gone a
 * moment after it has succeeded. */
import type { DesiredApplication } from '../objects/index.ts';
import type { PlannedChange, PlannedInventory } from '../plan/index.ts';
import { forgottenRuns, formatRuns, runMark, shortRun, withRun } from '../plan/index.ts';
import type { InventoryWriter } from './inventory.ts';

export class HookRecords {
  readonly #writer: InventoryWriter;
  readonly #inventories: readonly PlannedInventory[];
  readonly #applications: ReadonlyMap<string, DesiredApplication>;
  /** What this run has recorded itself. */
  readonly #recorded = new Set<string>();

  constructor(
    writer: InventoryWriter,
    inventories: readonly PlannedInventory[],
    applications: ReadonlyMap<string, DesiredApplication>,
  ) {
    this.#writer = writer;
    this.#inventories = inventories;
    this.#applications = applications;
  }

  /** A hook has succeeded. */
  async succeeded({ application, key, desired }: PlannedChange): Promise<void> {
    const inventory = this.#inventories.find((one) => one.application === application && !one.leaving);
    if (!desired?.hook || !inventory) return;
    const name = runMark(key);
    this.#recorded.add(name);
    await this.#write(inventory, { [name]: withRun(inventory.runs[name], shortRun(desired.hook.run)) });
  }

  /** Takes records over that another inventory has, which is about to go, and drops those that are too old. */
  async settle(): Promise<void> {
    for (const inventory of this.#inventories) {
      if (inventory.leaving) continue;
      const { runs, recordedRuns } = inventory;
      const moved = Object.entries(runs).filter(
        ([name, some]) =>
          !this.#recorded.has(name) && formatRuns(some) !== formatRuns(recordedRuns[name] ?? []),
      );
      const current = new Set(
        this.#applications
          .get(inventory.application)
          ?.objects.flatMap(({ key, hook }) => (hook ? [runMark(key)] : [])),
      );
      const forgotten = forgottenRuns(runs, current).map((name) => [name, undefined] as const);
      const changes = Object.fromEntries([...moved, ...forgotten]);
      if (Object.keys(changes).length > 0) await this.#write(inventory, changes);
    }
  }

  /** @param runs by annotation; undefined: it goes */
  async #write(
    inventory: PlannedInventory,
    runs: Readonly<Record<string, readonly string[] | undefined>>,
  ): Promise<void> {
    await this.#writer.annotate(
      inventory,
      Object.fromEntries(
        Object.entries(runs).map(([mark, some]) => [mark, some === undefined ? null : formatRuns(some)]),
      ),
    );
  }
}
