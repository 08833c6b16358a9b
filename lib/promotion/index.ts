/** Promotion: in come the environments of a program, what each of them was given and when that was ready, and the gates of the
 * one that is to get something; out come the source commit that it may get next, and of each gate whether it lets that pass,
 * why, and until when. Nothing is written here but the Job of a gate; who asks decides what becomes of the answer
 * (synth/promotion). */
export { checkApproval } from './approval.ts';
export {
  type Candidate,
  type CandidateQuery,
  type Choice,
  chooseCandidate,
  type PassedOver,
  type UpstreamRun,
  type UpstreamRuns,
} from './candidate.ts';
export type { Approver, CheckPorts } from './check-ports.ts';
export { evaluateGates, type GateFacts } from './evaluate.ts';
export type { GateResult } from './gate-result.ts';
export { inPromotionOrder, movesByPromotion, type PromotedEnvironment, upstreamOf } from './graph.ts';
export { jobOutcome } from './job.ts';
export { readSecretKey } from './secret.ts';
export { unavailableOn } from './unavailable.ts';
