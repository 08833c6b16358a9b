/** Commits → what was done, one entry for each pull request, and for each commit that came without one. Pure. */
import type { Commit, Oid } from '../../lib/git/index.ts';
import { mergedBy } from '../pipeline/merged.ts';
import { conventionalSubject, saysBreaking } from './conventional.ts';

export interface ChangelogEntry {
  readonly commit: Oid;
  /** What was done, in the words of the pull request or the commit, without what stands in the other members. */
  readonly description: string;
  /** As Conventional Commits have it: `feat`. */
  readonly type?: string;
  readonly scope?: string;
  readonly breaking: boolean;
  readonly pullRequest?: number;
  /** Names, in the order in which they first appear. */
  readonly authors: readonly string[];
  /** How many commits it stands for. */
  readonly commits: number;
  /** Applications of which something differs that is written in a file that it touched; absent where there is none. */
  readonly applications?: readonly string[];
}

/** @param chain what the branch became, one after the other: first parents, newest first
 * @param all those, and what merges brought
 * @returns newest first */
export function changelogEntries(
  chain: readonly Commit[],
  all: readonly Commit[],
): readonly ChangelogEntry[] {
  const brought = broughtBy(chain, all);
  return chain.flatMap((commit) => {
    const others = brought.get(commit.oid) ?? [];
    const isMerge = commit.parents.length > 1;
    // A merge of another sort is no work of its own: what it brought is.
    if (isMerge && !mergedBy(commit)) return others.map((other) => entryOf(other, []));
    return [entryOf(commit, others)];
  });
}

/** Of each merge, the commits that were not there before it; newest first, as they come. */
function broughtBy(chain: readonly Commit[], all: readonly Commit[]): ReadonlyMap<Oid, readonly Commit[]> {
  const byOid = new Map(all.map((commit) => [commit.oid, commit]));
  const owner = new Map<Oid, Oid>(chain.map(({ oid }) => [oid, oid]));
  for (const { oid, parents } of chain.toReversed()) {
    const stack = parents.slice(1);
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const commit = byOid.get(next);
      if (!commit || owner.has(next)) continue;
      owner.set(next, oid);
      stack.push(...commit.parents);
    }
  }
  // Merges of the main branch into a topic say nothing of what was done.
  const work = all.filter(({ oid, parents }) => owner.get(oid) !== oid && parents.length < 2);
  return Map.groupBy(
    work.filter(({ oid }) => owner.has(oid)),
    ({ oid }) => owner.get(oid)!,
  );
}

function entryOf(commit: Commit, others: readonly Commit[]): ChangelogEntry {
  const merged = mergedBy(commit);
  const { subject } = commit;
  const title = merged?.title ?? subject;
  const conventional = conventionalSubject(title);
  const work = others.length > 0 ? others : [commit];
  return {
    commit: commit.oid,
    description: conventional?.description ?? title,
    ...(conventional && { type: conventional.type }),
    ...(conventional?.scope !== undefined && { scope: conventional.scope }),
    breaking:
      conventional?.breaking === true ||
      [commit, ...others].some(
        (one) => saysBreaking(one.message) || conventionalSubject(one.subject)?.breaking === true,
      ),
    ...(merged && { pullRequest: merged.number }),
    authors: [...new Set(work.toReversed().flatMap(authorsOf))],
    commits: work.length,
  };
}

function authorsOf(commit: Commit): readonly string[] {
  const name = 'co-authored-by';
  const others = commit.trailers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  return [commit.author.name, ...others.map((other) => other.replace(/\s*<[^>]*>\s*$/, ''))];
}
