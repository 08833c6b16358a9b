/** Guesses for a field that somebody removed: members of objects and items of lists that it may come from. */

import { constantOf } from './constant.ts';
import { isSameValue } from './derived-value.ts';
import type { Guess } from './guess.ts';
import { distance, namesOf, propertyName, reach } from './nearness.ts';
import type { ProgramSource } from './program-source.ts';
import { withoutItem, withoutMember } from './punctuation.ts';
import type { TextEdit } from './text-edit.ts';
import type { Wish } from './wish.ts';

export function* removals(source: ProgramSource, wish: Wish): Generator<Guess> {
  const [name] = namesOf(wish.path);
  const isItem = !('field' in (wish.path.at(-1) ?? {}));
  for (const place of source.places) {
    const { node } = place;
    const guess = (likelihood: number, edit: TextEdit | undefined): Guess[] =>
      edit
        ? [
            {
              source,
              edit,
              likely: [likelihood, reach(source, place, wish)],
              distance: distance(source, place, wish),
            },
          ]
        : [];
    if (node.type === 'ObjectExpression') {
      for (const property of node.properties) {
        if (name === undefined || propertyName(property) !== name) continue;
        const value = property.type === 'Property' ? constantOf(property.value) : undefined;
        yield* guess(isSameValue(value, wish.before) ? 0 : 1, withoutMember(source, node, property));
      }
    } else if (node.type === 'ArrayExpression' && isItem) {
      for (const element of node.elements) {
        if (!element) continue;
        const text = source.code.slice(element.start, element.end);
        if (name === undefined || !(text.includes(`'${name}'`) || text.includes(`"${name}"`))) continue;
        yield* guess(0, withoutItem(source, node, element));
      }
    }
  }
}
