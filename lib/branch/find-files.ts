import type { Oid, Repository, TreeEntry } from '../git/index.ts';

/** So many files are looked up directory by directory; for more of them the whole tree is listed. */
const FEW = 100;

/** Finds files of a tree by their paths. What is not there is left out. Looking up a few reads the directories that they
 * are in, and nothing else, however large the tree is. */
export async function findFiles(
  repository: Repository,
  tree: Oid,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Pick<TreeEntry, 'mode' | 'oid'>>> {
  if (paths.length > FEW) return await repository.readTree(tree);
  const found = new Map<string, Pick<TreeEntry, 'mode' | 'oid'>>();
  let directories = new Map([['', tree]]);
  while (directories.size > 0) {
    const listings = await repository.readTreeEntries([...directories.values()]);
    const below = new Map<string, Oid>();
    for (const [index, directory] of [...directories.keys()].entries()) {
      for (const { name, mode, oid } of listings[index]!) {
        const path = `${directory}${name}`;
        if (mode !== '40000') found.set(path, { mode, oid });
        else if (paths.some((wanted) => wanted.startsWith(`${path}/`))) below.set(`${path}/`, oid);
      }
    }
    directories = below;
  }
  return new Map(paths.flatMap((path) => (found.has(path) ? [[path, found.get(path)!] as const] : [])));
}
