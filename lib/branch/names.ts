/** How the rendered branch is called, and the words of its commits. */
import { branchRef } from '../git/index.ts';

/** An environment: its name, whose branch is then `rendered/<name>`; or its name and branch, as a rendered
 * environment has them. */
export type EnvironmentRef = string | { readonly name: string; readonly branch: string };

export function environmentName(environment: EnvironmentRef): string {
  return typeof environment === 'string' ? environment : environment.name;
}

export function renderedBranch(environment: EnvironmentRef): string {
  return typeof environment === 'string' ? `rendered/${environment}` : environment.branch;
}

/** @throws GitError `INVALID_REF_NAME` */
export function renderedRef(environment: EnvironmentRef): string {
  return branchRef(renderedBranch(environment));
}

/** The branch that a rollback is proposed on: one for each environment. */
export function proposalBranch(environment: EnvironmentRef): string {
  return `truekeel/rollback/${environmentName(environment)}`;
}

/** The branch that the next release of an environment is proposed on. */
export function promotionBranch(environment: EnvironmentRef): string {
  return `truekeel/promote/${environmentName(environment)}`;
}

/** Notes on source commits: which environments saw them, and what came of it. */
export const NOTES_REF = 'refs/notes/truekeel';

/** Notes on rendered commits: what they were made of. */
export const PROVENANCE_REF = 'refs/notes/truekeel-provenance';

/** Notes on rendered commits: what came of applying them. */
export const RUNS_REF = 'refs/notes/truekeel-runs';

/** Notes on rendered commits: since when everything of them was ready. */
export const READY_REF = 'refs/notes/truekeel-ready';

/** Notes on rendered commits that were promoted: from where, and what let them pass. */
export const PROMOTIONS_REF = 'refs/notes/truekeel-promotions';

/** Trailers of rendered commits. */
export const TrailerName = {
  source: 'Truekeel-Source',
  environment: 'Truekeel-Environment',
  digest: 'Truekeel-Digest',
  dirty: 'Truekeel-Dirty',
  plan: 'Truekeel-Plan',
  approvedBy: 'Truekeel-Approved-By',
  reverts: 'Truekeel-Reverts',
  restores: 'Truekeel-Restores',
  application: 'Truekeel-Application',
  pullRequest: 'Truekeel-Pull-Request',
  images: 'Truekeel-Images',
  promotedFrom: 'Truekeel-Promoted-From',
} as const;
