/** Which images change, out of the fields that do. */
import { formatKey } from '../../lib/objects/index.ts';
import type { PlannedChange } from '../../lib/plan/index.ts';
import type { ImageCommits } from './image-commits.ts';

export interface ImageChange {
  readonly before: string;
  readonly after: string;
  /** As `formatKey` writes them. */
  readonly objects: readonly string[];
  /** What they were built from, where that is known. */
  readonly commits?: ImageCommits;
}

const IMAGE = /(?:^|\.)(?:initContainers|containers|ephemeralContainers)\[[^\]]*\]\.image$/;

export function imageChanges(
  changes: readonly Pick<PlannedChange, 'key' | 'changes'>[],
): readonly ImageChange[] {
  const found = changes.flatMap(({ key, changes: fields }) =>
    fields.flatMap(({ path, before, after }) =>
      IMAGE.test(path) && typeof before === 'string' && typeof after === 'string'
        ? [{ before, after, object: formatKey(key) }]
        : [],
    ),
  );
  return [...Map.groupBy(found, ({ before, after }) => `${before}\n${after}`).values()].map((group) => ({
    before: group[0]!.before,
    after: group[0]!.after,
    objects: [...new Set(group.map(({ object }) => object))],
  }));
}
