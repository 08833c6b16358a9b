/** What is to be done in a run of a CI system. */
import type { CiRun, CiTrigger } from '../../lib/forge/index.ts';

export type Decision = { /** Why, for people. */ readonly because: string } & (
  | {
      readonly action: 'review';
      /** The branch that the change is to be merged into. */
      readonly base: string;
      /** Whether the pull request gets the comment and the statuses. */
      readonly post: boolean;
      /** Whether who wrote it may write to the repository. Otherwise nothing of it runs outside of the sandbox, and no
       * cluster is asked, whatever the flags say. */
      readonly trusted: boolean;
    }
  | { readonly action: 'render' }
  | { readonly action: 'none' }
);

export interface Circumstances {
  /** The branch whose commits are rendered. */
  readonly branch: string;
  /** Whether there is a token of a forge. */
  readonly hasToken: boolean;
}

export function decide(run: CiRun, trigger: CiTrigger, { branch, hasToken }: Circumstances): Decision {
  switch (trigger.kind) {
    case 'pull-request':
      return reviewed(run, trigger.fromFork, hasToken);
    case 'merge-queue':
      return trigger.base === branch
        ? {
            action: 'review',
            base: trigger.base,
            post: false,
            trusted: true,
            because: `changes are queued for ${trigger.base}; none of them has a pull request of its own any more`,
          }
        : { action: 'none', because: `changes are queued for ${trigger.base}, and ${branch} is rendered` };
    case 'push':
      return trigger.branch === branch
        ? { action: 'render', because: `${branch} has a new commit` }
        : { action: 'none', because: `${trigger.branch} has a new commit, and ${branch} is rendered` };
    case 'other':
      return { action: 'none', because: `nothing is to be done for ${trigger.event}` };
  }
}

function reviewed(run: CiRun, fromFork: boolean | undefined, hasToken: boolean): Decision {
  const { pullRequest: number, baseBranch: base, system } = run;
  if (number === undefined || base === undefined)
    return { action: 'none', because: 'the run does not say which pull request it is for' };
  const what = { action: 'review', base } as const;
  if (fromFork === false)
    return { ...what, post: true, trusted: true, because: `it runs for pull request ${number}` };
  const whose = fromFork ? 'of a fork' : 'of whom nothing is known';
  const because = `it runs for pull request ${number} ${whose}: no cluster is asked`;
  // What Actions hand out in such a run may only read.
  const readOnly = system === 'github-actions' || system === 'gitea-actions';
  if (hasToken && !(fromFork && readOnly)) return { ...what, post: true, trusted: false, because };
  return { ...what, post: false, trusted: false, because: `${because}, and nothing is posted` };
}
