/** Promotion of source commits from environment to environment: reads what the environments upstream have and how they are, asks
 * lib/promotion what may pass, proposes it as a pull request, and moves the rendered branch. The command line and the agent
 * share it. Whatever it was interrupted in, doing it again comes to the same. */
export { observe, promote } from './promote.ts';
export type { Promotion, PromotionRequest, PromotionState, UpstreamRequest } from './promotion.ts';
export { Renders } from './renders.ts';
export { postProposalReview, postReviewAnew, reviewProposal } from './review-proposal.ts';
