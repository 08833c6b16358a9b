/** Fails when an import runs against the direction of the house (rooms.ts): a room that imports what it may
 * not, an import that enters a room by another way than its door, a cycle of files, a package that
 * package.json does not list. Tests may import what they like. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';
import { ROOMS, SIDE_DOORS } from './rooms.ts';

interface Import {
  readonly specifier: string;
  readonly line: number;
  /** A type-only import is erased, so it cannot close a cycle at run time. */
  readonly typeOnly: boolean;
}

/** The imports and re-exports of one source text. */
export function importsOf(file: string, text: string): Import[] {
  const { module } = parseSync(file, text);
  const line = (offset: number) => text.slice(0, offset).split('\n').length;
  const found: Import[] = [];
  for (const statement of module.staticImports) {
    const typeOnly = statement.entries.length > 0 && statement.entries.every((entry) => entry.isType);
    found.push({ specifier: statement.moduleRequest.value, line: line(statement.start), typeOnly });
  }
  for (const statement of module.staticExports) {
    for (const entry of statement.entries) {
      if (!entry.moduleRequest) continue;
      found.push({
        specifier: entry.moduleRequest.value,
        line: line(statement.start),
        typeOnly: entry.isType,
      });
    }
  }
  for (const dynamic of module.dynamicImports) {
    const literal = /^(['"])(.*)\1$/.exec(text.slice(dynamic.moduleRequest.start, dynamic.moduleRequest.end));
    if (literal) found.push({ specifier: literal[2]!, line: line(dynamic.start), typeOnly: true });
  }
  return found;
}

/** Violations of the rules among the given sources (path from the repository's root → text), as messages. */
export function checkImports(
  sources: ReadonlyMap<string, string>,
  packages: ReadonlySet<string>,
  exists: (path: string) => boolean = (path) => sources.has(path),
): string[] {
  const violations: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, text] of sources) {
    const edges: string[] = [];
    graph.set(file, edges);
    for (const { specifier, line, typeOnly } of importsOf(file, text)) {
      const at = `${file}:${line}`;
      if (!specifier.startsWith('.')) {
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        const builtIn = specifier.startsWith('node:') || builtinModules.includes(name);
        if (!builtIn && !packages.has(name))
          violations.push(`${at}: ${name} is not a dependency of the package`);
        continue;
      }
      const target = normalize(join(dirname(file), specifier));
      if (!exists(target)) {
        violations.push(`${at}: ${specifier} does not exist`);
        continue;
      }
      if (!typeOnly) edges.push(target);
      const refusal = refuse(file, target);
      if (refusal) violations.push(`${at}: ${refusal}`);
    }
  }
  for (const cycle of cycles(graph)) violations.push(`cycle: ${cycle.join(' → ')}`);
  return violations;
}

function refuse(file: string, target: string): string | undefined {
  const from = place(file);
  const to = place(target);
  if (to.room === undefined) {
    return from.room !== undefined && target.startsWith('synth/') ? 'lib may not import synth' : undefined;
  }
  if (from.room === to.room) return undefined;
  if (from.room !== undefined && !(ROOMS[from.room] ?? []).includes(to.room)) {
    return `lib/${from.room} may not import lib/${to.room}`;
  }
  if (target !== `lib/${to.room}/index.ts` && !SIDE_DOORS.includes(target)) {
    return `lib/${to.room} is entered by its door, index.ts, not by ${target}`;
  }
  return undefined;
}

function place(file: string): { room?: string } {
  const match = /^lib\/([^/]+)\//.exec(file);
  return match ? { room: match[1]! } : {};
}

/** One cycle for each strongly connected group that a depth-first search meets. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[][] = [];
  const path: string[] = [];
  const visit = (file: string): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file]);
      return;
    }
    state.set(file, 'open');
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file);
  return found;
}

if (import.meta.main) {
  const files = globSync('{lib,synth}/**/*.ts').filter(
    (file) => !/\.(test|d)\.ts$/.test(file) && !/\/[^/]+\/testing(\/|\.ts$)/.test(file),
  );
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const packages = new Set(
    ['dependencies', 'peerDependencies', 'peerDependenciesMeta', 'optionalDependencies'].flatMap((group) =>
      Object.keys(manifest[group] ?? {}),
    ),
  );
  const sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
  const violations = checkImports(sources, packages, existsSync);
  for (const violation of violations) console.error(violation);
  console.log(`${files.length} files checked, ${violations.length} wrong imports`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
