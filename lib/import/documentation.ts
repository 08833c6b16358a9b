/** Documentation comments: what the definition says about a field, and what its values have to be. */

import { javaScriptPattern } from '../expressions/index.ts';
import { canonicalJson, type JsonValue } from '../objects/index.ts';
import type { SchemaNode } from '../schemas/index.ts';
import { LINE_WIDTH } from './line-width.ts';

/** A comment, or the empty text when there is nothing to say. Ends in a line feed.
 * @param paragraphs each broken into lines; line feeds in it stay
 * @param tags `@default 3` */
export function docComment(paragraphs: readonly string[], tags: readonly string[], indent: string): string {
  const width = LINE_WIDTH - indent.length - ' * '.length;
  const blocks = paragraphs.filter((text) => text.trim() !== '').map((text) => wrap(escapeText(text), width));
  if (tags.length > 0) blocks.push(tags.flatMap((tag) => wrap(escapeEnd(tag), width)));
  const lines = blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block]));
  const [only] = lines;
  if (only === undefined) return '';
  if (lines.length === 1 && only.length + 4 <= width) return `${indent}/** ${only} */\n`;
  const body = lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('');
  return `${indent}/**\n${body}${indent} */\n`;
}

/** What is checked when a value is given, and what the server checks beyond that. */
export function constraints(schema: SchemaNode): readonly string[] {
  const lines: string[] = [];
  const item = schema.items;
  const say = (condition: unknown, text: string): void => {
    if (condition !== undefined && condition !== false && condition !== '') lines.push(text);
  };
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, pattern, format } = schema;
  say(format, `Format: ${format}.`);
  say(minimum, `${exclusiveMinimum ? 'More than' : 'At least'} ${minimum}.`);
  say(maximum, `${exclusiveMaximum ? 'Less than' : 'At most'} ${maximum}.`);
  say(multipleOf, `A multiple of ${multipleOf}.`);
  lines.push(...between(schema.minLength, schema.maxLength, 'character', 'characters'));
  lines.push(...between(schema.minItems, schema.maxItems, 'item', 'items'));
  lines.push(...between(schema.minProperties, schema.maxProperties, 'entry', 'entries'));
  if (pattern !== undefined) {
    const where = javaScriptPattern(pattern) === undefined ? ' (checked by the server only)' : '';
    lines.push(`Pattern: ${code(pattern)}${where}.`);
  }
  if (item) for (const line of constraints(item)) lines.push(`Each item: ${line}`);
  const listType = schema['x-kubernetes-list-type'];
  if (listType === 'set') lines.push('No item stands twice.');
  const keys = schema['x-kubernetes-list-map-keys'];
  if (listType === 'map' && keys) lines.push(`No two items have the same ${keys.join(', ')}.`);
  for (const { rule, message } of schema['x-kubernetes-validations'] ?? []) {
    const text = message ?? rule;
    // What may change, only the server knows.
    const label = rule?.includes('oldSelf') ? 'Checked by the server' : 'Has to hold';
    if (text !== undefined) lines.push(`${label}: ${message === undefined ? code(text) : text}`);
  }
  return lines;
}

/** `@default` and what the server fills in. */
export function defaultTag(of: { readonly default: unknown }): readonly string[] {
  const text = defaultText(of);
  return text === undefined ? [] : [`@default ${text}`.trimEnd()];
}

/** What the server fills in, where it does. */
export function defaultText({ default: value }: { readonly default: unknown }): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : canonicalJson(value as JsonValue); // JSON, as it came out of one
}

function between(
  least: number | undefined,
  most: number | undefined,
  one: string,
  many: string,
): readonly string[] {
  const counted = (number: number): string => `${number} ${number === 1 ? one : many}`;
  if (least === undefined) return most === undefined ? [] : [`At most ${counted(most)}.`];
  if (most === undefined) return least === 0 ? [] : [`At least ${counted(least)}.`];
  return [least === most ? `Exactly ${counted(most)}.` : `${least} to ${counted(most)}.`];
}

function code(text: string): string {
  return text.includes('`') ? text : `\`${text}\``;
}

/** Words that begin with `@` would be taken for tags. */
function escapeText(text: string): string {
  return escapeEnd(text).replace(/(^|\s)@/g, '$1\\@');
}

function escapeEnd(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
  return text.replaceAll('*/', '*\\/').replace(/[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]/g, ' ');
}

/** Each line by itself, so that lists and samples stay what they are. */
function wrap(text: string, width: number): readonly string[] {
  return text
    .trim()
    .split('\n')
    .flatMap((line) => wrapLine(line.trimEnd(), width));
}

function wrapLine(line: string, width: number): readonly string[] {
  if (line.length <= width) return [line];
  const indent = /^\s*(?:[-*] )?/.exec(line)![0].length;
  const lines: string[] = [];
  let current = '';
  for (const word of line.trimStart().split(/ +/)) {
    const prefix = ' '.repeat(
      lines.length === 0 ? line.length - line.trimStart().length : Math.min(indent, 20),
    );
    if (current === '') current = prefix + word;
    else if (current.length + 1 + word.length <= width) current += ` ${word}`;
    else {
      lines.push(current);
      current = ' '.repeat(Math.min(indent, 20)) + word;
    }
  }
  return [...lines, current];
}
