/** What Kubernetes has for texts (ext.Strings, its regular expressions) and the CEL library does not. */
import type { Environment } from '@marcbachmann/cel-js';
import { javaScriptPattern } from '../pattern.ts';

export function registerTexts(environment: Environment): void {
  environment
    .registerFunction('string.matchesPattern(string): bool', (text: string, pattern: string) =>
      compiled(pattern).test(text),
    )
    .registerFunction('matchesPattern(string, string): bool', (text: string, pattern: string) =>
      compiled(pattern).test(text),
    )
    .registerFunction('string.asciiToLower(): string', (text: string) =>
      text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()),
    )
    .registerFunction('string.asciiToUpper(): string', (text: string) =>
      text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()),
    )
    .registerFunction('string.find(string): string', (text: string, pattern: string) => {
      return compiled(pattern).exec(text)?.[0] ?? '';
    })
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
      allOf(text, pattern),
    )
    .registerFunction(
      'string.findAll(string, int): list<string>',
      (text: string, pattern: string, most: bigint) =>
        most < 0n ? allOf(text, pattern) : allOf(text, pattern).slice(0, Number(most)),
    )
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) => {
      return text.replaceAll(searched(from), () => to);
    })
    .registerFunction(
      'string.replace(string, string, int): string',
      (text: string, from: string, to: string, most: bigint) => {
        if (most < 0n) return text.replaceAll(searched(from), () => to);
        let left = most;
        return text.replaceAll(searched(from), (found) => {
          left -= 1n;
          return left >= 0n ? to : found;
        });
      },
    )
    .registerType('Strings', { ctor: Strings, fields: {} })
    .registerConstant('strings', 'Strings', new Strings())
    .registerFunction('Strings.quote(string): string', (_: Strings, text: string) => quoted(text))
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => {
      const chars = [...text];
      if (at < 0n || at > chars.length) throw new Error(`there is no character ${at}`);
      return chars[Number(at)] ?? '';
    })
    .registerFunction('string.reverse(): string', (text: string) => [...text].reverse().join(''))
    .registerFunction('string.format(list): string', format);
}

/** An empty text stands between characters, and not between UTF-16's units. */
function searched(text: string): string | RegExp {
  return text === '' ? /(?:)/gu : text;
}

/** By pattern, as most rules are asked often. */
const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known) return known;
  const source = javaScriptPattern(pattern);
  if (source === undefined) throw new Error(`the pattern ${pattern} is left to the server`);
  const made = new RegExp(source, 'u');
  patterns.set(pattern, made);
  return made;
}

function allOf(text: string, pattern: string): string[] {
  return [...text.matchAll(new RegExp(compiled(pattern), 'gu'))].map(([found]) => found);
}

class Strings {}

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': 'a',
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\v': 'v',
  '\\': '\\',
  '"': '"',
};

function quoted(text: string): string {
  return `"${[...text].map((sign) => (Object.hasOwn(ESCAPES, sign) ? `\\${ESCAPES[sign]}` : sign)).join('')}"`;
}

/** What is written in ways of its own is left to the server: doubles as texts, exponents, lists and maps. */
function format(template: string, values: readonly unknown[] | ReadonlySet<unknown>): string {
  const rest = [...values];
  return template.replaceAll(/%(?:\.(\d+))?(.)/g, (_, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    if (rest.length === 0) throw new Error('too few values are formatted');
    const made = formatted(verb, rest.shift(), precision);
    if (made === undefined) throw new Error(`%${verb} is left to the server`);
    return made;
  });
}

const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

function formatted(verb: string, value: unknown, precision: string | undefined): string | undefined {
  if (verb === 'f') {
    // From a thousand on, the server puts commas between digits or not, as its version has it.
    const isPlain = typeof value === 'number' && Math.abs(value) < 1000;
    return isPlain ? value.toFixed(Math.min(Number(precision ?? 6), 20)) : undefined;
  }
  if (precision !== undefined) return undefined;
  if (verb === 's' && (typeof value === 'string' || typeof value === 'boolean')) return String(value);
  if ((verb === 's' || verb === 'd') && typeof value === 'bigint') return String(value);
  const base = BASES[verb];
  if (base === undefined) return undefined;
  if (typeof value === 'bigint') {
    const digits = value.toString(base);
    return verb === 'X' ? digits.toUpperCase() : digits;
  }
  if (verb === 'b' && typeof value === 'boolean') return value ? '1' : '0';
  if (base !== 16 || typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value).toString('hex');
  return verb === 'X' ? bytes.toUpperCase() : bytes;
}
