/** The pull request of an environment: at most one, of one branch, whose only commit is the rendered commit that would be next. It
 * is approved and never merged by people: Truekeel moves the rendered branch to that very commit, and the forge finds it there. */
import { promotionBranch } from '../../lib/branch/index.ts';
import {
  type Forge,
  type ForgeUser,
  keepPullRequest,
  keepStatus,
  type PullRequest,
} from '../../lib/forge/index.ts';
import { asOid, type Oid, type Repository } from '../../lib/git/index.ts';
import type { RenderedEnvironment } from '../../lib/objects/index.ts';
import { approvedPlan, readReviews, upToDate } from '../review/index.ts';
import { promotionText, statusText, type Told, titleOf } from './describe.ts';
import type { PullRequestSummary } from './promotion.ts';

export interface PullRequestsOptions {
  readonly repository: Repository;
  readonly forge: Forge;
  readonly remote: string;
  readonly environment: Pick<RenderedEnvironment, 'name' | 'branch'>;
  readonly signal: AbortSignal;
}

/** What there is of a proposal, and who agrees with it. */
export interface Standing {
  readonly pullRequest: PullRequest | undefined;
  /** Those who approved exactly the commit, and what the review of it says now, where there is one. */
  readonly approvedBy: readonly ForgeUser[];
  /** Whether one of them may write to the repository. */
  readonly isApproved: boolean;
  /** Those who approved the commit, and saw nothing yet of what its review says now. */
  readonly outdatedBy?: readonly ForgeUser[];
  /** Digest of the plan that they saw, where there was a review of it. */
  readonly plan?: string;
}

export class PullRequests {
  readonly #options: PullRequestsOptions;
  readonly #head: string;

  constructor(options: PullRequestsOptions) {
    this.#options = options;
    this.#head = promotionBranch(options.environment);
  }

  /** The commit that was proposed last. */
  proposed(): Promise<Oid | undefined> {
    const { repository, remote, signal } = this.#options;
    const into = `refs/truekeel/remote/${this.#head}`;
    return repository.fetchRef(remote, `refs/heads/${this.#head}`, into, { signal });
  }

  /** What was approved before it was another commit does not count. A pull request of what the branch has by now is closed: most
   * forges find that out by themselves, Gitea does so where the repository is set to it.
   * @param tip what the branch has
   * @throws ForgeError */
  async standing(commit: Oid, tip: Oid | undefined): Promise<Standing> {
    const open = await this.#open();
    const isThere = open !== undefined && (await this.#isIn(open.head.commit, tip));
    if (isThere) await this.#options.forge.updatePullRequest(open.number, { state: 'closed' });
    const pullRequest = isThere ? undefined : open;
    // Forges take a moment until they have seen a push: what they say meanwhile is about the commit before.
    if (pullRequest?.head.commit !== commit) return { pullRequest, approvedBy: [], isApproved: false };
    const reviewed = await readReviews(this.#options.forge, pullRequest);
    const { name } = this.#options.environment;
    const plan = approvedPlan(reviewed, name);
    const seen = upToDate(reviewed, name);
    return {
      pullRequest,
      approvedBy: seen.map(({ user }) => user),
      isApproved: seen.some(({ counts }) => counts),
      outdatedBy: reviewed.given.filter((one) => !seen.includes(one)).map(({ user }) => user),
      ...(plan !== undefined && { plan }),
    };
  }

  /** Brings the branch to a commit, opens the pull request or brings it up to date: its text, and a status of its commit, which
   * rules of the forge can ask for.
   * @throws RefRaceError when somebody else proposes something at the same time; ForgeError */
  async propose(commit: Oid, told: Told): Promise<PullRequestSummary> {
    const { repository, remote, forge, environment, signal } = this.#options;
    const expected = await this.proposed();
    if (expected !== commit)
      await repository.push(remote, {
        ref: `refs/heads/${this.#head}`,
        commit,
        expected,
        rewrite: true,
        signal,
      });
    const { pullRequest, kept } = await keepPullRequest(forge, {
      title: titleOf(told),
      body: promotionText(told, forge.limits.comment),
      head: this.#head,
      base: environment.branch,
    });
    const { number, url } = pullRequest;
    await keepStatus(forge, commit, {
      context: `truekeel/promote/${environment.name}`,
      ...statusText(told),
      url,
    });
    return { number, url, kept };
  }

  /** There is nothing to propose: what was is no longer wanted, or is there. */
  async close(): Promise<void> {
    const open = await this.#open();
    if (open) await this.#options.forge.updatePullRequest(open.number, { state: 'closed' });
  }

  async #isIn(head: string, tip: Oid | undefined): Promise<boolean> {
    const { repository } = this.#options;
    const oid = asOid(head);
    return tip !== undefined && (await repository.has(oid)) && repository.isAncestor(oid, tip);
  }

  async #open(): Promise<PullRequest | undefined> {
    const { forge, environment } = this.#options;
    const open = await forge.pullRequests({ state: 'open', head: this.#head, base: environment.branch });
    return open.find(({ head }) => !head.isFork);
  }
}
