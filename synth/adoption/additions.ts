/** Guesses for a field that the program does not set: objects and lists that it may belong to. */
import type { AnyNode, ObjectExpression } from 'acorn';
import type { JsonObject, JsonValue } from '../../lib/objects/index.ts';
import { type FieldPath, isMap } from '../../lib/plan/index.ts';
import type { Guess } from './guess.ts';
import { literalText, memberText } from './literal-text.ts';
import { distance, isAnchor, likeness, namesOf, propertyName, reach } from './nearness.ts';
import { around, type Place, type ProgramSource } from './program-source.ts';
import { withItems, withMember } from './punctuation.ts';
import type { TextEdit } from './text-edit.ts';
import type { Wish } from './wish.ts';

/** How many steps of a path may be made new: `labels: { tier: 'gold' }` are two. */
const DEEPEST = 3;

export function* additions(source: ProgramSource, wish: Wish): Generator<Guess> {
  const after = wish.after as JsonValue;
  const names = namesOf(wish.path);
  const members = membersFor(wish, after);
  for (const place of source.places) {
    const { node } = place;
    const guess = (likelihood: number, edit: TextEdit): Guess => ({
      source,
      edit,
      likely: [likelihood, likeness(place, names.slice(1)), reach(source, place, wish)],
      distance: distance(source, place, wish),
    });
    if (node.type === 'ObjectExpression') {
      const isArgument = isArgumentOfAnchor(source, place, wish);
      for (const [depth, { name, value, parent }] of members.entries()) {
        if (has(node, name)) continue;
        // Beside what it belongs to, or what the construct is given.
        const isBeside = parent !== undefined && holderName(place) === parent;
        if (!isBeside && !isArgument) continue;
        yield guess(
          isBeside ? depth : DEEPEST + depth,
          withMember(source, node, memberText(name, value, source.style)),
        );
      }
    } else if (node.type === 'ArrayExpression' && isItem(wish)) {
      const isBeside = names.slice(1).includes(holderName(place) ?? '');
      if (!isBeside && reach(source, place, wish) > 0) continue;
      const edit = withItems(source, node, node.elements.length, [literalText(after, source.style)]);
      if (edit) yield guess(isBeside ? 0 : DEEPEST, edit);
    }
  }
}

function isItem({ path }: Wish): boolean {
  const last = path.at(-1);
  return last !== undefined && !('field' in last);
}

interface Member {
  readonly name: string;
  readonly value: JsonValue;
  /** What an object that it belongs to would be the value of. */
  readonly parent: string | undefined;
}

/** What could be put into an object: the field itself, or what it is in as far as nothing is there yet. */
function membersFor({ path }: Wish, after: JsonValue): readonly Member[] {
  const last = path.at(-1);
  if (last === undefined) return [];
  if (!('field' in last)) return itemMembers(lastField(path), after);
  const members: Member[] = [];
  let value = after;
  for (let depth = 1; depth <= Math.min(DEEPEST, path.length); depth += 1) {
    const step = path.at(-depth);
    if (!step || !('field' in step)) break;
    members.push({ name: step.field, value, parent: lastField(path.slice(0, -depth)) });
    value = { [step.field]: value };
  }
  return members;
}

/** Items with a name and a value (variables) are often written as members. */
function itemMembers(parent: string | undefined, after: JsonValue): readonly Member[] {
  if (!isMap(after)) return [];
  const { name, value, ...rest }: JsonObject = after;
  if (typeof name !== 'string' || value === undefined || Object.keys(rest).length > 0) return [];
  return [{ name, value, parent }];
}

/** What a path leads to, or the list that it leads into. */
function lastField(path: FieldPath): string | undefined {
  const step = path.findLast((one) => 'field' in one);
  return step?.field;
}

function has({ properties }: ObjectExpression, name: string): boolean {
  return properties.some((property) => propertyName(property) === name);
}

/** The name of the property that an expression is the value of, or an item of. */
function holderName({ node, parent }: Place): string | undefined {
  const holder = parent?.node;
  if (holder?.type === 'ArrayExpression') return parent && holderName(parent);
  return holder?.type === 'Property' && holder.value === node ? propertyName(holder) : undefined;
}

/** An object that a construct around the object is given, or one that stands in such a one. */
function isArgumentOfAnchor(source: ProgramSource, place: Place, wish: Wish): boolean {
  for (const { node } of around(place)) {
    if (isTransparent(node)) continue;
    return isAnchor(source, node, wish);
  }
  return false;
}

function isTransparent({ type }: AnyNode): boolean {
  return type === 'Property' || type === 'ObjectExpression' || type === 'ArrayExpression';
}
