/** The rendered branch: in goes a rendered environment with the source commit it came from, out comes a commit
 * on `rendered/<environment>`; and the other way round, in goes that branch, out comes the desired state for
 * planning and applying. Commits are deterministic, follow each other, are never built upon a commit that
 * Truekeel did not write, and never go back to an older source commit unless somebody rolls back.
 * The contract for readers of the branch is in docs/rendered-branch.md. */

export { applicationSource } from './application-source.ts';
export { readApprovalGates } from './approval-gates.ts';
export {
  type CommitOptions,
  type CommitResult,
  commitRendered,
  type FileCounts,
  type ProposedCommit,
  proposeRendered,
} from './commit.ts';
export { type ChangedObject, diffReleases, type ObjectInRelease, type ReleaseDiff } from './diff.ts';
export { type Provenance, renderedDigest, renderedFiles } from './files.ts';
export { ForeignCommitError } from './foreign.ts';
export { type HistoryEntry, history } from './history.ts';
export {
  type HoldOptions,
  type HoldResult,
  hold,
  holdAllows,
  type ReleaseHoldResult,
  releaseHold,
} from './hold.ts';
export type { ApplicationManifest, EnvironmentManifest, Hold } from './manifest.ts';
export {
  type EnvironmentRef,
  environmentName,
  NOTES_REF,
  PROMOTIONS_REF,
  PROVENANCE_REF,
  promotionBranch,
  proposalBranch,
  READY_REF,
  RUNS_REF,
  renderedBranch,
  renderedRef,
  TrailerName,
} from './names.ts';
export { followNotes } from './notes.ts';
export { readObjectEntry } from './object-entry.ts';
export { objectHistory, type PlacedObject } from './object-history.ts';
export { fetchOlder, fetchRollbackTarget } from './older.ts';
export { notePromotion, type PromotionNote, readPromotion, withPromotion } from './promotion-note.ts';
export { type CheckedProvenance, checkProvenance } from './provenance.ts';
export { branchTip, type RemoteTarget } from './publish.ts';
export { noteReadiness, type Readiness, readReadiness } from './ready.ts';
export { type ReadOptions, type RenderedRelease, readRendered } from './release.ts';
export { type RetryOptions, withRetry } from './retry.ts';
export {
  type PreparedRollback,
  prepareRollback,
  type RollbackOptions,
  type RollbackResult,
  rollback,
} from './rollback.ts';
export { rollbackTarget } from './rollback-target.ts';
export { type NewRun, noteRun, type ReleaseRun, readRuns } from './runs.ts';
export { readSeen, type Seen } from './seen.ts';
export { type TakenBack, takenBack } from './taken-back.ts';
export { type DifferingPath, type Verification, type VerifyOptions, verifyRendered } from './verify.ts';
