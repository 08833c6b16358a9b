import type { ForgeKind } from './forge.ts';

/** The ref by which a forge has the newest commit of a pull request, also where it comes from a fork. */
export function pullRequestRef(kind: ForgeKind, number: number): string {
  return kind === 'gitlab' ? `refs/merge-requests/${number}/head` : `refs/pull/${number}/head`;
}
