/** One object through the commits of a rendered branch. Of each commit its root is read, and below that only the directories
 * that lead to the object's file, each once: the files themselves are named and not read. */
import { type Commit, isGitError, type Oid, type Repository, type TreeEntry } from '../git/index.ts';
import { type ObjectKey, objectPath } from '../objects/index.ts';

/** Where a commit has the object. */
export interface PlacedObject {
  readonly commit: Commit;
  /** Absent where the commit does not have it. */
  readonly file?: { readonly path: string; readonly blob: Oid };
}

/** Commits that are looked at together; twice as many each time. */
const FIRST = 32;
const MOST = 512;

/** The commits of a branch, newest first, each with where it has the object: also when it was another application's then. It
 * ends with the first commit, or where a shallow clone ends.
 * @throws GitError `OBJECT_MISSING` */
export async function* objectHistory(
  repository: Repository,
  tip: Oid,
  key: ObjectKey,
): AsyncGenerator<PlacedObject> {
  const finder = new Finder(repository, key);
  let next: Oid | undefined = tip;
  for (let limit = FIRST; next !== undefined; limit = Math.min(MOST, limit * 2)) {
    const commits = await firstParents(repository, { tip, from: next, limit });
    next = commits.length < limit ? undefined : commits.at(-1)?.parents[0];
    const files = await finder.find(commits);
    for (const [index, commit] of commits.entries()) {
      const file = files[index];
      yield { commit, ...(file && { file }) };
    }
  }
}

/** Commits are read here one by one: a process that lists them takes longer to start than hundreds of them. */
async function firstParents(
  repository: Repository,
  { tip, from, limit }: { readonly tip: Oid; readonly from: Oid; readonly limit: number },
): Promise<readonly Commit[]> {
  const commits: Commit[] = [];
  let next: Oid | undefined = from;
  while (next !== undefined && commits.length < limit) {
    try {
      const [commit] = await repository.commits([next]);
      commits.push(commit!);
      next = commit!.parents[0];
    } catch (error) {
      // A shallow clone says which parents its last commits have, and does not have them.
      if (next !== tip && isGitError(error, 'OBJECT_MISSING') && (await repository.isShallow())) break;
      throw error;
    }
  }
  return commits;
}

class Finder {
  readonly #repository: Repository;
  /** Below the directory of an application it is the same for all of them. */
  readonly #below: readonly string[];
  /** What a tree has of a name: undefined for nothing. */
  readonly #known = new Map<string, TreeEntry | undefined>();
  /** The directory of the application that had it last. */
  #directory: string | undefined;

  constructor(repository: Repository, key: ObjectKey) {
    this.#repository = repository;
    this.#below = objectPath('application', key).split('/').slice(1);
  }

  async find(commits: readonly Commit[]): Promise<readonly PlacedObject['file'][]> {
    const found = await this.#inOne(commits.map(({ tree }) => tree));
    // It has moved, or is not there: then any application may have it.
    const elsewhere = [...found.entries()].flatMap(([index, file]) => (file ? [] : [index]));
    for (const index of elsewhere) found[index] = await this.#inAny(commits[index]!.tree);
    return found;
  }

  /** Looks where it was last. */
  async #inOne(roots: readonly Oid[]): Promise<PlacedObject['file'][]> {
    if (this.#directory === undefined) return roots.map(() => undefined);
    const entries = await this.#repository.findTreeEntries(roots, this.#directory);
    return this.#descend(entries.map((entry) => (entry?.mode === '40000' ? entry : undefined)));
  }

  async #inAny(root: Oid): Promise<PlacedObject['file']> {
    const [entries = []] = await this.#repository.readTreeEntries([root]);
    const directories = entries.filter(({ mode }) => mode === '40000');
    const found = (await this.#descend(directories)).find((file) => file !== undefined);
    if (found) this.#directory = found.path.split('/')[0];
    return found;
  }

  /** @returns for each directory the file below it */
  async #descend(directories: readonly (TreeEntry | undefined)[]): Promise<PlacedObject['file'][]> {
    let here = directories;
    for (const [depth, name] of this.#below.entries()) {
      const mode = depth === this.#below.length - 1 ? '100644' : '40000';
      here = (await this.#step(here, name)).map((entry) => (entry?.mode === mode ? entry : undefined));
    }
    return here.map((entry, index) => {
      const application = directories[index];
      return entry && application && { path: [application.name, ...this.#below].join('/'), blob: entry.oid };
    });
  }

  async #step(
    trees: readonly (TreeEntry | undefined)[],
    name: string,
  ): Promise<readonly (TreeEntry | undefined)[]> {
    const place = (tree: Oid) => `${tree}/${name}`;
    const unread = [
      ...new Set(trees.flatMap((entry) => (entry && !this.#known.has(place(entry.oid)) ? [entry.oid] : []))),
    ];
    for (const [index, entry] of (await this.#repository.findTreeEntries(unread, name)).entries())
      this.#known.set(place(unread[index]!), entry);
    return trees.map((entry) => entry && this.#known.get(place(entry.oid)));
  }
}
