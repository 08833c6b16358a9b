/** What is known of the order of objects that leave. Their content is not read. */
import type { DependencyEdge } from '../objects/index.ts';
import { formatKey, readAfter } from '../objects/index.ts';
import { KeyIndex } from './key-index.ts';
import type { LiveObject } from './live.ts';
import type { Plan, PlannedChange } from './plan.ts';

/** Edges between objects that are to be deleted: those that they carry as `truekeel.dev/after`, and those of an earlier
 * release, where somebody has it. */
export async function formerEdges(
  changes: readonly PlannedChange[],
  live: ReadonlyMap<string, LiveObject>,
  earlier: (() => Promise<readonly DependencyEdge[]>) | undefined,
): Promise<Plan['formerEdges']> {
  const leaving = changes.flatMap(({ action, key }) => (action === 'delete' ? [key] : []));
  if (leaving.length < 2) return [];
  const known = new KeyIndex(leaving);
  const annotated = leaving.flatMap((from) => {
    const object = live.get(formatKey(from))?.object;
    return object ? readAfter(object).keys.map((to) => ({ from, to })) : [];
  });
  const all = [...annotated, ...((await earlier?.()) ?? [])];
  return all.flatMap(({ from, to }) =>
    known.find(from) === undefined || known.find(to) === undefined ? [] : [{ from, to }],
  );
}
