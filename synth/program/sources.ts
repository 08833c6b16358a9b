/** Finds the TypeScript files that a program will load, and leaves their types out. A guess: what is missing is
 * compiled by the process that loads it, what is too much is not used. */
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Sources } from './boot.ts';
import { SourceCache } from './source-cache.ts';
import { stripTypes } from './strip-types.ts';

/** More than this is not worth waiting for. */
const MOST_FILES = 200;

/** `from './web.ts'`, `import './web.ts'`: imports of values, as those of types are gone when this looks. */
const IMPORT = /\b(?:from|import)\s*(['"])(\.\.?\/[^'"\n]+\.ts|truekeel)\1/g;

/** @param entries URLs of TypeScript files
 * @param packages URLs of what packages' names lead to
 * @param cache of who asks more than once */
export function strippedSources(
  entries: readonly string[],
  packages: Readonly<Record<string, string>> = {},
  cache = new SourceCache(),
): Sources {
  const sources: Record<string, string> = {};
  const seen = new Set(entries);
  for (const url of seen) {
    if (seen.size > MOST_FILES) break;
    const source = strippedSource(url, cache);
    if (source === undefined) continue;
    sources[url] = source;
    for (const [, , specifier = ''] of source.matchAll(IMPORT)) {
      const target = specifier.startsWith('.') ? resolved(specifier, url) : packages[specifier];
      if (target !== undefined) seen.add(target);
    }
  }
  cache.save();
  return sources;
}

function resolved(specifier: string, from: string): string | undefined {
  try {
    return pathToFileURL(realpathSync(fileURLToPath(new URL(specifier, from)))).href;
  } catch {
    return undefined;
  }
}

/** Undefined when the file cannot be read or has syntax that cannot be left out: whoever loads it says so. */
function strippedSource(url: string, cache: SourceCache): string | undefined {
  try {
    return cache.get(readFileSync(fileURLToPath(url), 'utf8'), stripTypes);
  } catch {
    return undefined;
  }
}
