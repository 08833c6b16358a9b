/** Values → the text of literals. Whatever a cluster holds comes out as one literal of that value, and as nothing else. */
import type { JsonValue } from '../../lib/objects/index.ts';

export type Quote = "'" | '"';

export interface LiteralStyle {
  readonly language: 'script' | 'json';
  readonly quote: Quote;
}

/** On one line. */
export function literalText(value: JsonValue, style: LiteralStyle): string {
  if (typeof value === 'string') return quoted(value, style);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => literalText(item, style)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [memberText(name, member, style)],
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

const WIDTH = 100;

/** On one line where that is short, else with a line for each member and item.
 * @param indent what the line begins with that it stands on */
export function brokenText(value: JsonValue, style: LiteralStyle, indent: string): string {
  const line = literalText(value, style);
  if (indent.length + line.length <= WIDTH || typeof value !== 'object' || value === null) return line;
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item: JsonValue) => brokenText(item, style, inner))
    : Object.entries(value).flatMap(([name, member]) =>
        member === undefined ? [] : [`${nameText(name, style)}: ${brokenText(member, style, inner)}`],
      );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const comma = style.language === 'json' ? '' : ',';
  return `${open}\n${items.map((item) => inner + item).join(',\n')}${comma}\n${indent}${close}`;
}

/** `name: value`, as it stands in an object. */
export function memberText(name: string, value: JsonValue, style: LiteralStyle): string {
  return `${nameText(name, style)}: ${literalText(value, style)}`;
}

function nameText(name: string, style: LiteralStyle): string {
  if (style.language === 'json') return JSON.stringify(name);
  // Otherwise it would be the prototype.
  if (name === '__proto__') return `[${quoted(name, style)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name, style);
}

function quoted(value: string, { language, quote }: LiteralStyle): string {
  const text = JSON.stringify(value);
  if (language === 'json' || quote === '"') return text;
  const inner = text
    .slice(1, -1)
    .replace(/\\(.)|'/g, (found, escaped) => (found === "'" ? "\\'" : escaped === '"' ? '"' : found));
  return `'${inner}'`;
}

/** A part of a template literal. */
export function templateText(value: string): string {
  return value.replace(/\\|`|\$\{|\r/g, (found) => (found === '\r' ? '\\r' : `\\${found}`));
}
