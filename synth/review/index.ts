/** Reviews: two commits come in, out comes what the one changes in each environment of the program, planned against its
 * cluster where that can be asked, compared with what the other renders where not; and that as a comment of Markdown. */
export { approvedPlan, ForgeApprovals, readReviews, releaseApproval, upToDate } from './approval.ts';
export { statusContext } from './approval-status.ts';
export { commentOf } from './comment.ts';
export { approvedByComment, reviewedEnvironments } from './comment-approval.ts';
export { type ImageCommits, withCommits } from './image-commits.ts';
export { type ImageChange, imageChanges } from './images.ts';
export { code, plain } from './markdown.ts';
export { pageOf } from './page.ts';
export { type Posted, postReview } from './post-review.ts';
export {
  type AwaitedWork,
  type EnvironmentReview,
  isPending,
  type Review,
  snapshotText,
  unaskedText,
  type WorkEntry,
} from './review.ts';
export { reviewChange } from './review-change.ts';
export type { PlanAccess } from './review-environment.ts';
export { reviewRelease } from './review-release.ts';
