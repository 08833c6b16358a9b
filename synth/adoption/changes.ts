/** Guesses for a field that has another value: literals that it may be made of. */
import type { AnyNode } from 'acorn';
import type { JsonValue } from '../../lib/objects/index.ts';
import { constantOf } from './constant.ts';
import { derivedValues, isSameValue, isScalar, type Scalar } from './derived-value.ts';
import type { Guess } from './guess.ts';
import { literalText, type Quote, templateText } from './literal-text.ts';
import { distance, likeness, namesOf, propertyName, reach } from './nearness.ts';
import { onlyDifference } from './only-difference.ts';
import type { Place, ProgramSource } from './program-source.ts';
import { withItems, withoutItem } from './punctuation.ts';
import type { TextEdit } from './text-edit.ts';
import type { Wish } from './wish.ts';

export function* changes(source: ProgramSource, wish: Wish): Generator<Guess> {
  const { before, after } = wish as { readonly before: JsonValue; readonly after: JsonValue };
  const names = namesOf(wish.path);
  const single = singleChange(before, after);
  for (const place of source.places) {
    const guess = (exactness: number, edit: TextEdit): Guess => ({
      source,
      edit,
      likely: [exactness, likeness(place, names), reach(source, place, wish)],
      distance: distance(source, place, wish),
    });
    if (single) {
      const literal = isName(place) ? undefined : scalarOf(place.node);
      if (literal !== undefined) {
        for (const value of derivedValues(literal, single.before, single.after)) {
          if (value === literal) continue;
          const edit = replacement(source, place.node, value);
          if (edit) yield guess(literal === single.before ? 0 : 1, edit);
        }
      }
    }
    for (const edit of listEdits(source, place.node, before, after)) yield guess(0, edit);
    if (!isScalar(before) && isSameValue(constantOf(place.node), before)) {
      const { start, end } = place.node;
      // Beside changing one thing in it this changes more of the program.
      yield guess(single ? 1 : 0, { start, end, text: literalText(after, source.style) });
    }
  }
}

/** Where two values differ in one scalar, however deep in them. */
function singleChange(
  before: JsonValue,
  after: JsonValue,
): { readonly before: Scalar; readonly after: Scalar } | undefined {
  if (isScalar(before) && isScalar(after)) return { before, after };
  const step = onlyDifference(before, after);
  return step && singleChange(step.before, step.after);
}

/** A list with items added or taken out at one place, where the program has a list of as many items. */
function* listEdits(
  source: ProgramSource,
  node: AnyNode,
  before: JsonValue,
  after: JsonValue,
): Generator<TextEdit> {
  if (node.type !== 'ArrayExpression' || !Array.isArray(before) || !Array.isArray(after)) return;
  if (node.elements.length !== before.length || before.length === after.length) return;
  let head = 0;
  while (head < Math.min(before.length, after.length) && isSameValue(before[head], after[head])) head += 1;
  const grown = after.length - before.length;
  if (grown > 0) {
    if (!before.slice(head).every((item: JsonValue, index) => isSameValue(item, after[head + grown + index])))
      return;
    const texts = after.slice(head, head + grown).map((item: JsonValue) => literalText(item, source.style));
    const edit = withItems(source, node, head, texts);
    if (edit) yield edit;
  } else if (grown === -1) {
    if (!after.slice(head).every((item: JsonValue, index) => isSameValue(item, before[head + 1 + index])))
      return;
    const edit = withoutItem(source, node, node.elements[head] ?? undefined);
    if (edit) yield edit;
  }
}

/** What is no value of the program: names of properties and of modules. */
function isName({ node, parent }: Place): boolean {
  const holder = parent?.node;
  if (!holder) return false;
  if ('source' in holder && holder.source === node) return true;
  return propertyName(holder) !== undefined && holder.type === 'Property' && holder.key === node;
}

function scalarOf(node: AnyNode): Scalar | undefined {
  if (node.type === 'TemplateElement') return node.value.cooked ?? undefined;
  if (node.type !== 'Literal' && node.type !== 'UnaryExpression') return undefined;
  const value = constantOf(node);
  return isScalar(value) ? value : undefined;
}

function replacement({ style, text }: ProgramSource, node: AnyNode, value: Scalar): TextEdit | undefined {
  const { start, end } = node;
  if (node.type === 'TemplateElement')
    return typeof value === 'string' ? { start, end, text: templateText(value) } : undefined;
  const first = text[start];
  const quote: Quote = first === '"' || first === "'" ? first : style.quote;
  return { start, end, text: literalText(value, { ...style, quote }) };
}
