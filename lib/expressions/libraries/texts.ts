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
      return text.replaceAll(from, () => to);
    })
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => {
      const chars = [...text];
      if (at < 0n || at > chars.length) throw new Error(`there is no character ${at}`);
      return chars[Number(at)] ?? '';
    })
    .registerFunction('string.reverse(): string', (text: string) => [...text].reverse().join(''))
    .registerFunction('string.format(list): string', format);
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

/** Texts, whole numbers and truth values; others, which are written in ways of their own, are left to the server. */
function format(template: string, values: readonly unknown[] | ReadonlySet<unknown>): string {
  const rest = [...values];
  return template.replaceAll(/%(.)/g, (_, verb: string) => {
    if (verb === '%') return '%';
    const value = rest.shift();
    const isText = verb === 's' && (typeof value === 'string' || typeof value === 'boolean');
    if (isText || ((verb === 's' || verb === 'd') && typeof value === 'bigint')) return String(value);
    throw new Error(`%${verb} is left to the server`);
  });
}
