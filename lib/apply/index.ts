/** Applying: a plan comes in and is carried out ({@link applyPlan}): everything at once that may be, one request an
 * object, waits by watches, inventories kept; what happens goes out as a stream of events that ends with the result.
 * {@link applyObjects} does all of it, planning included, for a list of objects. */
export type { ApplyObjectsRequest } from './apply-objects.ts';
export { applyObjects } from './apply-objects.ts';
export type { ApplyOptions, ApplyRequest, ApprovedRelease } from './apply-plan.ts';
export { applyPlan, checkApprovedRelease, runToEnd } from './apply-plan.ts';
export type { RecordedApproval } from './approvals.ts';
export type { ConcurrencyOptions } from './concurrency.ts';
export * from './events.ts';
export { InventoryWriter } from './inventory.ts';
