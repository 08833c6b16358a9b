/** Planning: desired applications and a cluster come in, a plan goes out ({@link planApplications}): what is created,
 * changed, replaced, deleted, adopted, detached, in what order, with what effects, and what is refused. Reads
 * metadata; nothing is written. */
export { movedToUs } from './adoption.ts';
export type { ApprovedChange, ApprovedPlan } from './approved-plan.ts';
export { approvedPlanOf, planDifferences } from './approved-plan.ts';
export { withRecord } from './baseline.ts';
export { comparePlanNames } from './cluster-mark.ts';
export { compareRendered } from './compare-rendered.ts';
export { mapConcurrent } from './concurrent.ts';
export type { HeldField } from './conflicts.ts';
export { conflictsOf, mustForce, withoutYielded } from './conflicts.ts';
export { contentOf, forgetContent } from './content.ts';
export { desiredFromRendered } from './desired.ts';
export type { Difference } from './diff.ts';
export { differences, diffObjects, isLastApplied } from './diff.ts';
export { outcomeDigest } from './digest.ts';
export { findEdges } from './edges/index.ts';
export { podSpecOf } from './edges/pod-spec.ts';
export type { AddressPart, FieldAddress, FieldStep } from './field-address.ts';
export {
  fieldAddresses,
  formatAddress,
  heldPath,
  parseAddress,
  resolveAddress,
  valueAtAddress,
} from './field-address.ts';
export type { FieldPath, PathStep } from './field-path.ts';
export { fieldOf, formatPath, isMap, itemMatches, stringOf, valueAt } from './field-path.ts';
export { orderGraph, reachable } from './graph.ts';
export { guard, weighApprovals } from './guards.ts';
export { formatRelease, RECORD_OWNER } from './helm-record.ts';
export type { HookRuns } from './hook-runs.ts';
export { forgottenRuns, formatRuns, runMark, shortRun, withRun } from './hook-runs.ts';
export {
  environmentId,
  inventoryName,
  isOurMark,
  marked,
  OUR_MARKS,
  settingOf,
  TOOLING,
} from './identity.ts';
export type { Inventory } from './inventory.ts';
export { INVENTORY_KIND, InventoryMark, parseInventory } from './inventory.ts';
export type { Irreversible } from './irreversible.ts';
export { irreversible } from './irreversible.ts';
export { KeyIndex } from './key-index.ts';
export type { LiveObject } from './live.ts';
export { formatGroupKind } from './live.ts';
export type { LiveAnswer, LiveQuestion, LiveView, SettledObject, SettledObjects } from './live-view.ts';
export { type MayIntercept, readInterceptors } from './local/interceptors.ts';
export { foreignEntries, heldFields, holds, ownEntry } from './managed-fields.ts';
export { isPeoplesTool } from './managers.ts';
export { maskChanges } from './mask.ts';
export type { Place } from './place.ts';
export { located, placeOf } from './place.ts';
export * from './plan.ts';
export type { PlanOptions, PlanRequest } from './plan-applications.ts';
export { countActions, planApplications } from './plan-applications.ts';
export { sameScope, uniteScopes, withoutScope } from './planned-inventories.ts';
export { sealError } from './seals.ts';
