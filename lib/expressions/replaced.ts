/** Functions of the library that do something else than a server's, and cannot be registered anew: calls of them become calls of
 * ours before the expression is checked. */
import { renameFunctions } from './syntax.ts';

const OURS: ReadonlyMap<string, string> = new Map([
  // The library's has JavaScript's patterns.
  ['matches', 'matchesPattern'],
  // The library's change every letter.
  ['lowerAscii', 'asciiToLower'],
  ['upperAscii', 'asciiToUpper'],
  // The library's count UTF-16's units.
  ['indexOf', 'placeOf'],
  ['lastIndexOf', 'lastPlaceOf'],
  ['split', 'partsOf'],
  ['substring', 'partOf'],
  // The library's takes an empty text for zero.
  ['int', 'toInt'],
]);

const THEIRS: ReadonlyMap<string, string> = new Map([...OURS].map(([theirs, ours]) => [ours, theirs]));

export function replaceFunctions(ast: unknown): void {
  renameFunctions(ast, OURS);
}

/** The name that people wrote. */
export function writtenName(name: string): string {
  return THEIRS.get(name) ?? name;
}
