/** The files that a program consists of: from its entry along the paths that stand in it. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type ProgramSource, parseSource } from './program-source.ts';

const MOST_FILES = 300;
const LARGEST = 1_000_000;

/** Written by tools, or not about objects. */
const NOT_WRITTEN =
  /(?:^|\/)(?:[^/]*\.lock\.json|package(?:-lock)?\.json|tsconfig[^/]*\.json)$|(?:^|\/)node_modules\//;

/** @param root of the repository; no file outside of it is read
 * @param program the entry, relative to the root
 * @param texts of files that were edited, by path */
export function programFiles(
  root: string,
  program: string,
  texts: ReadonlyMap<string, string> = new Map(),
): readonly ProgramSource[] {
  const base = realpathSync(root);
  const sources: ProgramSource[] = [];
  const seen = new Set([program]);
  for (const path of seen) {
    if (seen.size > MOST_FILES) break;
    const text = texts.get(path) ?? readText(base, path);
    const source = text === undefined ? undefined : parseSource(path, text);
    if (!source) continue;
    sources.push(source);
    for (const named of pathsIn(source)) {
      const found = [resolve(base, dirname(path), named), join(base, named)].map((file) =>
        relative(base, file).replaceAll(sep, '/'),
      );
      const target = found.find((one) => !one.startsWith('../') && readText(base, one) !== undefined);
      if (target !== undefined) seen.add(target);
    }
  }
  return sources;
}

/** Imports, and other texts that could be paths of files that hold values. */
function* pathsIn({ places, style }: ProgramSource): Generator<string> {
  if (style.language === 'json') return;
  for (const { node } of places) {
    if (node.type !== 'Literal' || typeof node.value !== 'string') continue;
    if (/^[^\n:]{1,400}\.(?:[cm]?[jt]s|json)$/.test(node.value)) yield node.value;
  }
}

/** undefined for what is no file of the repository that people write. Links are not followed: what is edited has to be what
 * Git keeps. */
function readText(root: string, path: string): string | undefined {
  if (NOT_WRITTEN.test(path)) return undefined;
  const file = join(root, path);
  try {
    const { size } = statSync(file);
    if (!file.startsWith(root + sep) || realpathSync(file) !== file || size > LARGEST) return undefined;
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch {
    return undefined;
  }
}
