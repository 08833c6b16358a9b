import { javaScriptPattern } from '../../expressions/index.ts';

const patterns = new Map<string, RegExp | undefined>();

/** Patterns are those of Go's regexp; undefined for one that JavaScript has nothing like: then nothing is said of it. */
export function patternOf(pattern: string): RegExp | undefined {
  if (!patterns.has(pattern)) {
    const source = javaScriptPattern(pattern);
    patterns.set(pattern, source === undefined ? undefined : new RegExp(source, 'u'));
  }
  return patterns.get(pattern);
}
