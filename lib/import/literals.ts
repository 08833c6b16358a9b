/** Values as literals of TypeScript, formatted as people's formatters do. */
import type { JsonValue } from '../objects/index.ts';
import { LINE_WIDTH } from './line-width.ts';

/** A string, number, truth value or null, strings in the quotes that need fewer escapes. */
export function literal(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  const doubled = JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const [singles, doubles] = [value.split("'").length, value.split('"').length];
  if (singles > doubles) return doubled;
  return `'${doubled.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The name of a property, in quotes where it needs them. */
export function propertyKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

/** Any JSON value, one field a line; texts of several lines as template literals.
 * @param indent of the line on which it begins
 * @param column at which it begins */
export function jsonLiteral(value: JsonValue, indent = '', column = indent.length): string {
  if (typeof value === 'string') return isBlock(value) ? block(value) : literal(value);
  if (value === null || typeof value !== 'object') return literal(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((item: JsonValue) => isShort(item))) {
      const line = `[${value.map((item: JsonValue) => jsonLiteral(item)).join(', ')}]`;
      if (column + line.length + 1 <= LINE_WIDTH) return line;
    }
    return `[\n${value.map((item: JsonValue) => `${inner}${jsonLiteral(item, inner)},\n`).join('')}${indent}]`;
  }
  const lines = Object.entries(value).flatMap(([name, field]) => {
    if (field === undefined) return [];
    const start = `${inner}${propertyKey(name)}: `;
    const text = jsonLiteral(field, inner, start.length);
    // A text that does not fit stands on a line of its own.
    const breaks =
      typeof field === 'string' && !isBlock(field) && start.length + text.length + 1 > LINE_WIDTH;
    return [breaks ? `${start.trimEnd()}\n${inner}  ${text},\n` : `${start}${text},\n`];
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;
}

function isShort(value: JsonValue): boolean {
  return value === null || typeof value !== 'object' || (Array.isArray(value) && value.length === 0);
}

/** Whether a text has several lines that a template literal shows as they are. */
function isBlock(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return /\n./s.test(text) && !/[ \t](?:\n|$)|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]/.test(text);
}

function block(text: string): string {
  return `\`${text.replace(/[\\`]|\$(?=\{)/g, '\\$&')}\``;
}
