/** Which objects the other side lacks: those of new commits that the trees of its own commits do not hold. */
import { type Commit, decodeCommit } from './commit.ts';
import type { GitContext } from './context.ts';
import { GitError } from './errors.ts';
import type { Oid } from './oid.ts';
import { decodeTree, type TreeEntry } from './tree.ts';

export interface MissingObjects {
  readonly oids: ReadonlySet<Oid>;
  /** Commits among them whose parents we do not hold either. */
  readonly shallow: readonly Oid[];
}

/** @param tips commits that the other side is to have
 * @param theirs objects that it has, as far as they are known here
 * @param boundary commits whose parents are not here
 * @throws GitError `OBJECT_MISSING` */
export async function missingObjects(
  context: GitContext,
  tips: readonly Oid[],
  theirs: readonly Oid[],
  boundary: ReadonlySet<Oid>,
): Promise<MissingObjects> {
  const { commits, edge } = newCommits(context, tips, theirs, boundary);
  const walk = new TreeWalk(context);
  // The oldest first: what a commit shares with its parent is found there.
  for (const commit of commits.toReversed()) {
    walk.oids.add(commit.oid);
    const bases = commit.parents.flatMap((parent) => treesOf(context, parent, boundary.has(commit.oid)));
    await walk.visit(commit.tree, [...bases, ...edge]);
  }
  return { oids: walk.oids, shallow: commits.map(({ oid }) => oid).filter((oid) => boundary.has(oid)) };
}

function treesOf(context: GitContext, commit: Oid, mayBeMissing: boolean): readonly Oid[] {
  return mayBeMissing && !context.reader.hasNow(commit) ? [] : [readCommit(context, commit).tree];
}

function readCommit(context: GitContext, oid: Oid): Commit {
  const object = context.reader.readNow(oid);
  if (object?.type !== 'commit') throw missing(context, oid);
  return decodeCommit(oid, object.body);
}

/** Commits that the tips reach and theirs do not, newest first, by the dates in them (as "git rev-list A ^B" walks).
 * `edge` has the trees of commits of theirs that a tip may resemble though it does not descend from them. */
function newCommits(
  context: GitContext,
  tips: readonly Oid[],
  theirs: readonly Oid[],
  boundary: ReadonlySet<Oid>,
): { readonly commits: readonly Commit[]; readonly edge: readonly Oid[] } {
  const queue: Commit[] = [];
  const known = new Set<Oid>();
  const seen = new Set<Oid>();
  const enqueue = (oid: Oid) => {
    if (seen.has(oid)) return;
    seen.add(oid);
    const commit = readCommit(context, oid);
    const at = queue.findLastIndex((other) => other.committer.seconds >= commit.committer.seconds);
    queue.splice(at + 1, 0, commit);
  };
  for (const oid of theirs) {
    if (context.reader.readNow(oid)?.type !== 'commit') continue;
    known.add(oid);
    enqueue(oid);
  }
  const edge = theirs.length > 0 ? queue.slice(0, 1).map(({ tree }) => tree) : [];
  for (const oid of tips) enqueue(oid);
  const commits: Commit[] = [];
  while (queue.some(({ oid }) => !known.has(oid))) {
    const commit = queue.shift()!;
    const theirsToo = known.has(commit.oid);
    if (!theirsToo) commits.push(commit);
    for (const parent of commit.parents) {
      if (theirsToo) known.add(parent);
      if (boundary.has(commit.oid) && !context.reader.hasNow(parent)) continue;
      if (theirsToo && !context.reader.hasNow(parent)) continue;
      enqueue(parent);
    }
  }
  return { commits: commits.filter(({ oid }) => !known.has(oid)), edge };
}

/** Objects between two breaths. */
const BREATH = 256;

class TreeWalk {
  readonly oids = new Set<Oid>();
  readonly #context: GitContext;
  #steps = 0;

  constructor(context: GitContext) {
    this.#context = context;
  }

  /** Adds a tree with all below that the bases, at the same place, do not hold. */
  async visit(tree: Oid, bases: readonly Oid[]): Promise<void> {
    if (bases.includes(tree) || this.oids.has(tree)) return;
    if (++this.#steps % BREATH === 0) await new Promise(setImmediate);
    this.oids.add(tree);
    const known = bases.map((base) => new Map(this.#entries(base).map((entry) => [entry.name, entry])));
    for (const entry of this.#entries(tree)) {
      const same = known.flatMap((entries) => entries.get(entry.name) ?? []);
      if (entry.mode === '160000' || same.some(({ oid }) => oid === entry.oid)) continue;
      if (entry.mode !== '40000') this.oids.add(entry.oid);
      else
        await this.visit(
          entry.oid,
          same.filter(({ mode }) => mode === '40000').map(({ oid }) => oid),
        );
    }
  }

  #entries(tree: Oid): readonly TreeEntry[] {
    const object = this.#context.reader.readNow(tree);
    if (object?.type !== 'tree') throw missing(this.#context, tree);
    return decodeTree(object.body);
  }
}

function missing(context: GitContext, oid: Oid): GitError {
  return new GitError('OBJECT_MISSING', `${oid} is not in ${context.gitDirectory}`, {
    hint: 'The repository is incomplete: fetch again, or run "git fsck".',
  });
}
