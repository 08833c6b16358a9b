/** What is approved, as a commit status says it: only who may write to the repository can set one, nobody can edit it, and it
 * belongs to the commit that was reviewed. */
import type { NewCommitStatus } from '../../lib/forge/index.ts';
import { countsText } from './counts.ts';
import type { EnvironmentReview, Review } from './review.ts';

export type Approves = EnvironmentReview['approves'];

export function statusContext(environment: string): string {
  return `truekeel/${environment}`;
}

/** `plan sha256:51ac… · 1 to create`: 140 characters at most, as GitHub has it. */
export function approvalText({ kind, digest }: Approves, says: string): string {
  return `${kind} ${digest} · ${says}`.slice(0, 140);
}

/** @returns undefined for what {@link approvalText} did not write */
export function readApprovalText(description: string): Approves | undefined {
  const match = /^(plan|rendered) (sha256:[0-9a-f]{64}(?:@[0-9a-f]{8})?) · /.exec(description);
  // The expression says what they are.
  return match ? { kind: match[1] as Approves['kind'], digest: match[2] as Approves['digest'] } : undefined;
}

/** The status of an environment on the head of its pull request. What has no plan, or one that a guard refuses, is not there to
 * be approved. */
export function statusOf(environment: EnvironmentReview, url: string | undefined): NewCommitStatus {
  const { name, errors, refusals, approves, counts } = environment;
  const context = { context: statusContext(name), ...(url !== undefined && { url }) };
  if (errors.length > 0) {
    const what = `${errors.length} ${errors.length === 1 ? 'object' : 'objects'} cannot be planned`;
    return { ...context, state: 'failure', description: what };
  }
  const [refusal] = refusals;
  if (refusal) return { ...context, state: 'failure', description: `refused by a guard: ${refusal.code}` };
  return { ...context, state: 'success', description: approvalText(approves, countsText(counts)) };
}

/** The status of a head that does not render, which is of no single environment. */
export function failedStatus({ errors }: Review, url: string | undefined): NewCommitStatus {
  const description = `does not render: ${errors[0]?.code ?? 'failed'}`;
  return { context: 'truekeel', state: 'failure', description, ...(url !== undefined && { url }) };
}
