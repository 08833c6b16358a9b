/** A directory of YAML files that were read by a person, and what is rendered now. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { RenderedObject } from '../../lib/objects/index.ts';

/** Text by path, with `/`. */
export type Files = ReadonlyMap<string, string>;

/** The files of the rendered branch, without its manifests, whose lines change with every edit of the program. Of more
 * than one environment, each in a directory of its name. */
export function goldenFiles(
  objects: readonly RenderedObject[],
  environmentOf: (object: RenderedObject) => string | undefined,
): Files {
  const environments = new Set(objects.map(environmentOf));
  return new Map(
    objects.map((object) => {
      const prefix = environments.size > 1 ? `${environmentOf(object) ?? ''}/` : '';
      return [`${prefix}${object.path}`, object.yaml];
    }),
  );
}

/** @returns undefined when there is no such directory */
export function readGolden(directory: string): Files | undefined {
  let paths: readonly string[];
  try {
    paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const files = paths.filter((path) => path.endsWith('.yaml')).sort();
  return new Map(
    files.map((path) => [path.replaceAll(sep, '/'), readFileSync(join(directory, path), 'utf8')]),
  );
}

/** Makes the directory hold these YAML files and no others. What else is in it stays. */
export function writeGolden(directory: string, files: Files, before: Files | undefined): void {
  mkdirSync(directory, { recursive: true });
  for (const path of before?.keys() ?? []) if (!files.has(path)) rmSync(join(directory, path));
  for (const [path, text] of files) {
    if (before?.get(path) === text) continue;
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}
