/** What was rolled back. A rollback goes to an older release: what it names is taken back, and with it whatever lies between. Where
 * one application went back, so are these releases: they have it as it shall not be. */

/** A commit of a rendered branch. */
export interface ReleaseEntry {
  readonly commit: string;
  readonly source: string | undefined;
  readonly digest: string | undefined;
  /** The rendered commit that this one took back. */
  readonly reverts: string | undefined;
  /** The older one whose tree it has. */
  readonly restores: string | undefined;
  /** The one application that went back. */
  readonly application: string | undefined;
}

export interface TakenBack {
  readonly rendered: ReadonlySet<string>;
  readonly sources: ReadonlySet<string>;
}

/** @param history of one rendered branch, newest first */
export function takenBack(history: readonly ReleaseEntry[]): TakenBack {
  const rendered = new Set<string>();
  const sources = new Set<string>();
  for (const [index, entry] of history.entries()) {
    if (entry.reverts === undefined) continue;
    const older = history.slice(index + 1);
    const from = older.findIndex(({ commit }) => commit === entry.reverts);
    const to = older.findIndex((one, at) => at > from && isTargetOf(entry, one));
    rendered.add(entry.reverts);
    // What it went back to is beyond what was read where it is not found: all that was read lies between.
    for (const between of from < 0 ? [] : older.slice(from, to < 0 ? undefined : to)) {
      rendered.add(between.commit);
      // Where one application went back, the others are of the source commit that has it as it shall not be.
      const isGoneBackTo = between.source === entry.source && entry.application === undefined;
      if (between.source !== undefined && !isGoneBackTo) sources.add(between.source);
    }
  }
  return { rendered, sources };
}

/** The first versions of Truekeel did not name it: then it is the one that holds the same. */
function isTargetOf({ restores, digest, source }: ReleaseEntry, older: ReleaseEntry): boolean {
  if (restores !== undefined) return older.commit === restores;
  return older.digest === digest && older.source === source;
}
