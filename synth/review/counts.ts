import type { ActionCounts } from '../../lib/plan/index.ts';

const WORDS: readonly (readonly [keyof ActionCounts, string])[] = [
  ['create', 'to create'],
  ['change', 'to change'],
  ['replace', 'to replace'],
  ['adopt', 'to adopt'],
  ['detach', 'to detach'],
  ['delete', 'to delete'],
];

/** `1 to create, 2 to change`; `nothing to do`. */
export function countsText(counts: ActionCounts): string {
  const parts = WORDS.filter(([action]) => counts[action] > 0).map(
    ([action, word]) => `${counts[action]} ${word}`,
  );
  return parts.length === 0 ? 'nothing to do' : parts.join(', ');
}
