/** Which applications work is about: those of which something differs that is written in a file that it touched. What is written
 * elsewhere and has to do with them all the same (a shared setting, a lockfile) is said of none. */
import type { Repository } from '../../lib/git/index.ts';
import { compareText, type SourceLocation } from '../../lib/objects/index.ts';
import type { ChangelogEntry } from './entries.ts';

/** By application, in which files of the repository that is written of it which differs. */
export type WrittenIn = ReadonlyMap<string, ReadonlySet<string>>;

/** Entries that are looked at, newest first: each costs a comparison of two trees. */
const LOOKED_AT = 100;

export function writtenIn(
  differs: Iterable<{ readonly application: string; readonly source?: SourceLocation | undefined }>,
): WrittenIn {
  const found = new Map<string, Set<string>>();
  for (const { application, source } of differs) {
    if (source) found.set(application, (found.get(application) ?? new Set()).add(source.file));
  }
  return found;
}

/** The same entries, with the applications that they are about. */
export async function withApplications(
  repository: Repository,
  entries: readonly ChangelogEntry[],
  written: WrittenIn,
): Promise<readonly ChangelogEntry[]> {
  if (written.size === 0) return entries;
  return Promise.all(
    entries.map(async (entry, index) => {
      if (index >= LOOKED_AT) return entry;
      const touched = await touchedBy(repository, entry);
      const applications = [...written.keys()]
        .filter((name) => [...written.get(name)!].some((file) => touched.has(file)))
        .sort(compareText);
      return applications.length === 0 ? entry : { ...entry, applications };
    }),
  );
}

/** Of a merge, what all of it changed. */
async function touchedBy(repository: Repository, { commit }: ChangelogEntry): Promise<ReadonlySet<string>> {
  const [made] = await repository.commits([commit]);
  const changes = await repository.diffTrees(made?.parents[0], commit);
  return new Set(changes.map(({ path }) => path));
}
