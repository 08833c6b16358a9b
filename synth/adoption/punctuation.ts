/** Members and items put into objects and lists of a program, and taken out, with the commas and lines that go with them. */
import type { ArrayExpression, Node, ObjectExpression } from 'acorn';
import type { ProgramSource } from './program-source.ts';
import type { TextEdit } from './text-edit.ts';

/** Puts members at the end of an object. */
export function withMember(source: ProgramSource, node: ObjectExpression, member: string): TextEdit {
  return inserted(source, node, node.properties, node.properties.length, [member]);
}

/** Puts items into a list, before the item of an index.
 * @returns undefined when there is a hole in the list */
export function withItems(
  source: ProgramSource,
  node: ArrayExpression,
  index: number,
  items: readonly string[],
): TextEdit | undefined {
  const elements = node.elements.flatMap((element) => (element ? [element] : []));
  return elements.length === node.elements.length
    ? inserted(source, node, elements, index, items)
    : undefined;
}

function inserted(
  source: ProgramSource,
  holder: Node,
  members: readonly Node[],
  index: number,
  texts: readonly string[],
): TextEdit {
  const [before, next] = [members[index - 1], members[index]];
  const [first] = members;
  if (!first) {
    const isObject = source.text[holder.start] === '{';
    const inner = texts.join(', ');
    return { start: holder.start, end: holder.end, text: isObject ? `{ ${inner} }` : `[${inner}]` };
  }
  const line = indentOf(source, first);
  const separator = line === undefined ? ', ' : `,${newline(source)}${line}`;
  const rest = before && !next && line !== undefined ? restOfLine(source, before) : undefined;
  if (before && rest !== undefined) {
    const end = before.end + rest.length;
    const lines = texts.map((text) => `${newline(source)}${line}${text}`);
    return rest.trimStart().startsWith(',')
      ? { start: end, end, text: lines.map((one) => `${one},`).join('') }
      : { start: before.end, end, text: `,${rest}${lines.join(',')}` };
  }
  if (before)
    return { start: before.end, end: before.end, text: texts.map((text) => separator + text).join('') };
  const start = (next ?? first).start;
  return { start, end: start, text: texts.map((text) => text + separator).join('') };
}

/** What stands behind a member on its line: a comma of its own, and what is remarked on it. undefined where it is more. */
function restOfLine({ text }: ProgramSource, member: Node): string | undefined {
  return /^[ \t]*,?[ \t]*(?:\/\/[^\n\r]*)?(?=\r?\n)/.exec(text.slice(member.end))?.[0];
}

/** Takes an item out of a list. */
export function withoutItem(
  source: ProgramSource,
  { elements }: ArrayExpression,
  item: Node | undefined,
): TextEdit | undefined {
  const items = elements.flatMap((element) => (element ? [element] : []));
  return item && removed(source, items, items.indexOf(item as (typeof items)[number]));
}

/** Takes a member out of an object. */
export function withoutMember(
  source: ProgramSource,
  { properties }: ObjectExpression,
  member: Node,
): TextEdit | undefined {
  return removed(source, properties, properties.indexOf(member as (typeof properties)[number]));
}

function removed(source: ProgramSource, members: readonly Node[], index: number): TextEdit | undefined {
  const member = members[index];
  if (!member) return undefined;
  const { code, text } = source;
  const comma = /^\s*,/.exec(code.slice(member.end));
  const before = members[index - 1];
  // The last one without a comma of its own takes the one before it along.
  if (!comma && before) return { start: before.end, end: member.end, text: '' };
  let end = member.end + (comma?.[0].length ?? 0);
  let { start } = member;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end));
  if (rest && text.slice(lineStart, start).trim() === '') {
    start = lineStart;
    end += rest[0].length;
  } else end += /^[ \t]*/.exec(text.slice(end))![0].length;
  return { start, end, text: '' };
}

/** The indentation of a member that begins its line; undefined when it does not. */
function indentOf({ text }: ProgramSource, member: Node): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', member.start - 1) + 1, member.start);
  return line.trim() === '' && text.lastIndexOf('\n', member.start - 1) >= 0 ? line : undefined;
}

export function newline({ text }: ProgramSource): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
