/** An adoption → one pull request, which is kept up to date: opened, changed with the live change, closed when that is gone. */
import { createHash } from 'node:crypto';
import {
  commentMarker,
  type Forge,
  type Kept,
  keepComment,
  keepPullRequest,
  type PullRequest,
} from '../../lib/forge/index.ts';
import {
  branchRef,
  type Commit,
  type Identity,
  isOid,
  type NewFile,
  type Oid,
  type Repository,
  trailer,
} from '../../lib/git/index.ts';
import { formatKey, type ObjectKey, TruekeelError } from '../../lib/objects/index.ts';
import type { Adoption } from './adopt.ts';
import { ADOPTS, commitMessage, editDigest, proposalText, titleOf } from './proposal.ts';

export interface ProposeRequest {
  readonly repository: Repository;
  readonly forge: Forge;
  /** Name of the remote. */
  readonly remote: string;
  /** The branch that the edits are for. */
  readonly baseBranch: string;
  /** The object that was asked for; all of the environment when absent. */
  readonly object?: ObjectKey;
  /** Who writes the commit. */
  readonly by: Identity;
}

export interface Proposed {
  readonly branch: string;
  /** Absent when there is nothing to propose. */
  readonly proposal?: {
    readonly commit: Oid;
    readonly number: number;
    readonly url: string;
    /** `declined`: somebody closed it, and it is not opened again. */
    readonly kept: Kept | 'declined';
  };
  /** Pull requests that have nothing to propose any more. */
  readonly closed: readonly { readonly number: number; readonly url: string }[];
}

const CLOSED = 'adopt closed';

/** @throws TruekeelError `ADOPT_LIVE_CHANGED`, `ADOPT_BASE_MOVED`, `ADOPT_BRANCH_FOREIGN`
 * @throws ForgeError
 * @throws GitError */
export async function propose(adoption: Adoption, request: ProposeRequest): Promise<Proposed> {
  const proposer = new Proposer(adoption, request);
  return adoption.adopted.length === 0 ? proposer.withdraw() : proposer.keep();
}

/** `truekeel/adopt/production/everything`, or one of an object. */
export function proposalBranch(environment: string, object: ObjectKey | undefined): string {
  return `${prefixOf(environment)}${object === undefined ? 'everything' : slug(object)}`;
}

function prefixOf(environment: string): string {
  return `truekeel/adopt/${environment}/`;
}

/** For people to recognise, and with a digest, as names may have what branches cannot. */
function slug(key: ObjectKey): string {
  const name = formatKey(key);
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 80)
    .replace(/^-|-$/g, '');
  return `${readable}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

class Proposer {
  readonly #adoption: Adoption;
  readonly #request: ProposeRequest;
  readonly #branch: string;

  constructor(adoption: Adoption, request: ProposeRequest) {
    this.#adoption = adoption;
    this.#request = request;
    this.#branch = proposalBranch(adoption.environment, request.object);
  }

  async keep(): Promise<Proposed> {
    const { forge, baseBranch, object } = this.#request;
    await this.#checkStillSo();
    const there = await this.#fetch(this.#branch);
    const commit = await this.#commit(there);
    if (commit !== there) await this.#push(this.#branch, commit, there);
    const branch = this.#branch;
    const declined = await this.#declined(commit);
    if (declined) {
      const { number, url } = declined;
      return { branch, proposal: { commit, number, url, kept: 'declined' }, closed: [] };
    }
    const { pullRequest, kept } = await keepPullRequest(forge, {
      title: titleOf(this.#adoption),
      body: clip(proposalText(this.#adoption), forge.limits.comment),
      head: branch,
      base: baseBranch,
    });
    const { number, url } = pullRequest;
    // What it says of everything, others need not say of one object.
    const closed =
      object === undefined ? await this.#closeOthers(`#${number} has it, with what else changed.`) : [];
    const isNew = kept === 'unchanged' && commit !== there ? 'updated' : kept;
    return { branch, proposal: { commit, number, url, kept: isNew }, closed };
  }

  async withdraw(): Promise<Proposed> {
    const { unplaced } = this.#adoption;
    const why =
      unplaced.length > 0
        ? 'No edit of the program makes what is live any more.'
        : 'What runs is as the program has it, or as it will be once it is rendered and applied.';
    const closed = (await this.#open()).filter(
      ({ head }) => head.branch === this.#branch || this.#request.object === undefined,
    );
    for (const pullRequest of closed) await this.#close(pullRequest, why);
    await this.#drop(this.#branch);
    return { branch: this.#branch, closed: closed.map(({ number, url }) => ({ number, url })) };
  }

  /** Nothing is proposed that was overtaken while it was worked out. */
  async #checkStillSo(): Promise<void> {
    const { repository, remote, baseBranch } = this.#request;
    const { base } = this.#adoption;
    const [changed, { refs }] = await Promise.all([
      this.#adoption.changedSince(),
      repository.lsRemote(remote, [branchRef(baseBranch)]),
    ]);
    const [first] = changed;
    if (first) {
      throw new TruekeelError(`${first.field} changed while its edit was looked for`, {
        code: 'ADOPT_LIVE_CHANGED',
        family: 'conflict',
        key: first.key,
        field: first.field,
        hint: 'Run it again.',
      });
    }
    if (refs.get(branchRef(baseBranch)) === base.oid) return;
    throw new TruekeelError(`${baseBranch} moved on while edits for it were looked for`, {
      code: 'ADOPT_BASE_MOVED',
      family: 'conflict',
      hint: 'Run it again.',
    });
  }

  /** The tip of a branch of ours on the remote.
   * @throws TruekeelError `ADOPT_BRANCH_FOREIGN` when somebody else worked on it */
  async #fetch(branch: string): Promise<Oid | undefined> {
    const { repository, remote } = this.#request;
    const tip = await repository.fetchRef(remote, branchRef(branch), `refs/truekeel/${branch}`);
    if (tip === undefined || (await this.#isOurs(tip))) return tip;
    throw new TruekeelError(`somebody else pushed to ${branch}`, {
      code: 'ADOPT_BRANCH_FOREIGN',
      family: 'conflict',
      hint: `Merge or close its pull request, or delete ${branch}: what others wrote there is not overwritten.`,
    });
  }

  /** Whether a commit is as a run of ours wrote it. */
  async #isOurs(tip: Oid): Promise<boolean> {
    const { repository } = this.#request;
    const proposed = proposedIn(await repository.commit(tip));
    if (!proposed || proposed.environment !== this.#adoption.environment) return false;
    const { base, digest } = proposed;
    if (!(await repository.has(base)) || !(await repository.isAncestor(base, tip))) return false;
    const paths = (await repository.diffTrees(base, tip)).map(({ path }) => path);
    const texts = await repository.readFiles(tip, paths);
    return (
      digest === editDigest(paths.map((path, index) => ({ path, after: texts[index]?.toString() ?? '' })))
    );
  }

  /** The commit to propose: the one that is there, as long as it says the same of the same files. */
  async #commit(there: Oid | undefined): Promise<Oid> {
    const { repository, by } = this.#request;
    const { base, files } = this.#adoption;
    if (there !== undefined && (await this.#saysTheSame(there))) return there;
    const tree = await repository.readTree(base.oid);
    const edited = new Map<string, NewFile>([
      ...tree,
      ...files.map(({ path, after }) => [path, Buffer.from(after)] as const),
    ]);
    // The same edits of the same commit are the same commit, whenever they are found.
    const identity = { ...by, seconds: base.committer.seconds, timezone: base.committer.timezone };
    const message = commitMessage(this.#adoption);
    const parents = await this.#parents(there);
    const parts = { parents, author: identity, committer: identity, message };
    const { commit } = await repository.writeCommit({ ...parts, files: edited });
    const modes = files.filter(({ path }) => (tree.get(path)?.mode ?? '100644') !== '100644');
    if (modes.length === 0) return commit;
    const written = await repository.readTree(commit);
    for (const { path } of modes) {
      edited.set(path, { mode: tree.get(path)!.mode, oid: written.get(path)!.oid });
    }
    return (await repository.writeCommit({ ...parts, files: edited })).commit;
  }

  /** Follows what is there, so that nothing that was reviewed is lost, and the base. */
  async #parents(there: Oid | undefined): Promise<readonly Oid[]> {
    const { repository } = this.#request;
    const { oid: base } = this.#adoption.base;
    if (there === undefined || (await repository.isAncestor(there, base))) return [base];
    return (await repository.isAncestor(base, there)) ? [there] : [there, base];
  }

  /** Whether a commit of ours has these edits of files that are still what they were. */
  async #saysTheSame(there: Oid): Promise<boolean> {
    const { repository } = this.#request;
    const { base, files } = this.#adoption;
    const commit = await repository.commit(there);
    const proposed = proposedIn(commit);
    if (proposed?.digest !== editDigest(files) || commit.subject !== titleOf(this.#adoption)) return false;
    if (!(await repository.isAncestor(proposed.base, base.oid))) return false;
    const paths = files.map(({ path }) => path);
    const [old, now] = await Promise.all([
      repository.readFiles(proposed.base, paths),
      repository.readFiles(base.oid, paths),
    ]);
    return old.every((text, index) => text !== undefined && now[index]?.equals(text) === true);
  }

  async #push(branch: string, commit: Oid | undefined, expected: Oid | undefined): Promise<void> {
    const { repository, remote } = this.#request;
    await repository.pushRefs(remote, [{ ref: branchRef(branch), commit, expected }]);
  }

  /** The same proposal, which somebody closed. One that we closed ourselves says so. */
  async #declined(commit: Oid): Promise<PullRequest | undefined> {
    const { forge, baseBranch } = this.#request;
    const all = await forge.pullRequests({ state: 'closed', head: this.#branch, base: baseBranch });
    const last = all.find(({ head }) => !head.isFork);
    if (last?.state !== 'closed' || last.head.commit !== commit) return undefined;
    const marker = commentMarker(CLOSED);
    const us = await forge.user();
    const comments = await forge.comments(last.number);
    return comments.some(({ author, body }) => author.login === us.login && body.startsWith(marker))
      ? undefined
      : last;
  }

  /** Open ones of this environment that we opened. */
  async #open(): Promise<readonly PullRequest[]> {
    const { forge, baseBranch } = this.#request;
    const [all, us] = await Promise.all([
      forge.pullRequests({ state: 'open', base: baseBranch }),
      forge.user(),
    ]);
    const prefix = prefixOf(this.#adoption.environment);
    return all.filter(
      ({ head, author }) => !head.isFork && author.login === us.login && head.branch.startsWith(prefix),
    );
  }

  async #closeOthers(why: string): Promise<Proposed['closed']> {
    const others = (await this.#open()).filter(({ head }) => head.branch !== this.#branch);
    for (const other of others) await this.#close(other, why);
    return others.map(({ number, url }) => ({ number, url }));
  }

  /** Says why first: what is closed without a word was closed by somebody. */
  async #close({ number, head }: PullRequest, why: string): Promise<void> {
    const { forge } = this.#request;
    await keepComment(forge, number, { subject: CLOSED, body: why });
    await forge.updatePullRequest(number, { state: 'closed' });
    await this.#drop(head.branch);
  }

  /** Deletes a branch, unless somebody else worked on it. */
  async #drop(branch: string): Promise<void> {
    const { repository, remote } = this.#request;
    const tip = await repository.fetchRef(remote, branchRef(branch), `refs/truekeel/${branch}`);
    if (tip !== undefined && (await this.#isOurs(tip))) await this.#push(branch, undefined, tip);
  }
}

interface ProposedEdit {
  readonly environment: string;
  /** The source commit that it is for. */
  readonly base: Oid;
  readonly digest: string;
}

function proposedIn({ trailers }: Commit): ProposedEdit | undefined {
  const [environment, base, digest, ...more] = (trailer(trailers, ADOPTS) ?? '').split(' ');
  if (!environment || base === undefined || !isOid(base) || digest === undefined || more.length > 0)
    return undefined;
  return { environment, base, digest };
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
