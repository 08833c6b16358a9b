/** A file of a program as a tree in which every node knows where it stands in the text that people wrote. */
import { type AnyNode, parse, parseExpressionAt } from 'acorn';
import { stripTypes } from '../program/index.ts';
import type { LiteralStyle, Quote } from './literal-text.ts';

export interface ProgramSource {
  /** Relative to the root of the repository. */
  readonly path: string;
  /** As it was written, with its types. */
  readonly text: string;
  /** The same without its types: each character stands where it stands in `text`. */
  readonly code: string;
  readonly style: LiteralStyle;
  /** In the order of the text, those that hold others before these. */
  readonly places: readonly Place[];
}

/** A node, and what it stands in. */
export interface Place {
  readonly node: AnyNode;
  readonly parent: Place | undefined;
}

/** @returns undefined for what is no TypeScript, JavaScript or JSON, or has syntax that Node would not run either */
export function parseSource(path: string, text: string): ProgramSource | undefined {
  const language = path.endsWith('.json') ? 'json' : 'script';
  try {
    const code = /\.[cm]?ts$/.test(path) ? stripTypes(text) : text;
    if (code.length !== text.length) return undefined;
    const root: AnyNode =
      language === 'json'
        ? parseExpressionAt(code, 0, { ecmaVersion: 'latest' })
        : parse(code, {
            ecmaVersion: 'latest',
            sourceType: path.endsWith('.cjs') || path.endsWith('.cts') ? 'commonjs' : 'module',
            allowHashBang: true,
          });
    const style = { language, quote: language === 'json' ? '"' : quoteOf(code) } as const;
    return { path, text, code, style, places: [...placesIn(root, undefined)] };
  } catch {
    return undefined;
  }
}

/** Counts from 1. */
export function lineAt({ text }: Pick<ProgramSource, 'text'>, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** The places that one stands in, from the inside out. */
export function* around(place: Place): Generator<Place> {
  for (let at = place.parent; at; at = at.parent) yield at;
}

function* placesIn(node: AnyNode, parent: Place | undefined): Generator<Place> {
  const place = { node, parent };
  yield place;
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) {
      if (isNode(child)) yield* placesIn(child, place);
    }
  }
}

/** Nothing else in acorn's trees has a type. */
function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The one that the file uses more. */
function quoteOf(code: string): Quote {
  const count = (quote: Quote) => code.split(quote).length;
  return count('"') > count("'") ? '"' : "'";
}
