/** Finds packages and their modules, as Node would. */
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Guards against packages that are not what they seem. */
const MOST_FILES = 2_000;

/** The package of that name that the program gets: its real directory. Undefined when there is none. */
export function packageDirectory(name: string, program: string): string | undefined {
  for (let at = dirname(program); ; at = dirname(at)) {
    try {
      return realpathSync(join(at, 'node_modules', name));
    } catch {
      if (dirname(at) === at) return undefined;
    }
  }
}

/** `require("…")` with the name written out. */
const REQUIRE = /\brequire\(\s*(["'])([^"'\n]+)\1\s*\)/g;

/** A module by what it requires and where that leads. */
export type Requires = Readonly<Record<string, string>>;

/** The CommonJS files that are loaded with the packages, as far as their text tells, with what they require: real paths. */
export function commonJsFiles(directories: readonly string[]): ReadonlyMap<string, Requires> {
  const files = new Map<string, Requires>();
  const queue = directories.flatMap((directory) => resolved('.', join(directory, 'package.json')) ?? []);
  for (let file = queue.pop(); file !== undefined && files.size < MOST_FILES; file = queue.pop()) {
    if (files.has(file)) continue;
    const text = textOf(file);
    if (text === undefined) continue;
    const requires: Record<string, string> = {};
    for (const [, , id = ''] of text.matchAll(REQUIRE)) {
      const found = resolved(id, file);
      if (found !== undefined) requires[id] = found;
    }
    files.set(file, requires);
    queue.push(...Object.values(requires));
  }
  return files;
}

/** Undefined where it may not be read. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function resolved(id: string, from: string): string | undefined {
  try {
    const found = createRequire(from).resolve(id);
    return found.endsWith('.js') ? realpathSync(found) : undefined;
  } catch {
    return undefined;
  }
}
