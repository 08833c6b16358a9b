/** Live state that somebody holds ready, so that a plan need not list it: the memory of watches (`lib/observe`). What a
 * view says is settled, a plan does not look at, so that the work of a plan grows with what changed. */
import type { DesiredApplication, DesiredObject } from '../objects/index.ts';
import type { Inventory } from './inventory.ts';
import type { LiveObject } from './live.ts';
import type { InventoryScope, PlannedChange } from './plan.ts';

export interface LiveView {
  /** @returns undefined while some part of the answer cannot be seen, or is not certain to be all there is: then the
   *   plan reads lists */
  look(question: LiveQuestion): Promise<LiveAnswer | undefined>;
}

export interface LiveQuestion {
  /** As `environmentId` gives it. */
  readonly environment: string;
  readonly applications: readonly DesiredApplication[];
  /** Where inventories shall be, if somebody said so. */
  readonly namespace: string | undefined;
}

export interface LiveAnswer {
  /** Every inventory of the environment. */
  readonly inventories: readonly Inventory[];
  /** Every application of the question, with those of its objects that are not settled, and the declared edges that
   * lead from them, directly or through settled ones. */
  readonly applications: readonly DesiredApplication[];
  /** What is known to be there of those objects, and everything that is ours and no longer in the program. With whole
   * metadata wherever the digest annotation alone does not decide. */
  readonly members: readonly LiveObject[];
  readonly settled: SettledObjects;
}

/** Desired objects that are as they shall be. By key as `formatKey` writes it. A hook is among them only when a plan has
 * found it on record: whether it has to run is not seen from its Job, which may be gone or have failed. */
export interface SettledObjects {
  /** Only the objects of the question were looked at: nothing is known of what left the program, other applications
   * included. */
  readonly isPart: boolean;
  /** Of the applications of the question. */
  readonly count: number;
  get(name: string): SettledObject | undefined;
  of(application: string): Iterable<SettledObject>;
  /** How many live objects belong to an application, whether or not they are as they shall be. */
  liveCount(application: string): number;
  /** How many live objects of a kind (`Deployment.apps`) belong to any of them. */
  liveCountOfKind(groupKind: string): number;
  /** Kinds and namespaces that the inventory of an application has to keep for what the plan does not look at. */
  scope(application: string): InventoryScope;
}

export interface SettledObject {
  readonly application: string;
  readonly desired: DesiredObject;
  /** Absent: it is not there, and that is right so. */
  readonly live?: NonNullable<PlannedChange['live']>;
}
