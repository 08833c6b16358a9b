/** Pull requests that Truekeel keeps to propose a rendered commit: told by their branch, which only who may write to the repository
 * can push. Those of forks are none, whatever they are called. */
import { promotionBranch, proposalBranch } from '../../../lib/branch/index.ts';

export interface Proposed {
  readonly kind: 'promotion' | 'rollback';
  readonly environment: string;
}

/** @param branch the head */
export function proposedBy(branch: string): Proposed | undefined {
  const environment = branch.split('/').at(-1) ?? '';
  if (branch === promotionBranch(environment)) return { kind: 'promotion', environment };
  return branch === proposalBranch(environment) ? { kind: 'rollback', environment } : undefined;
}
