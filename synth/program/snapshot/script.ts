/** The script that Node makes a startup snapshot with (`node --build-snapshot`): it loads the packages that
 * programs are written with, and says what happens when a process starts from the snapshot. */
import type Module from 'node:module';

/** What goes into a snapshot. All paths are real ones. */
export interface SnapshotContent {
  /** Directories of packages to load. */
  readonly entries: readonly string[];
  /** By directory: those packages, and what they depend on. */
  readonly packages: Readonly<Record<string, SnapshotPackage>>;
  /** Everything that may be loaded: the caller has looked at these and will look at them again before each use. */
  readonly files: readonly string[];
}

export interface SnapshotPackage {
  readonly main: string;
  /** Directories by name. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Changes whenever the script does, so that no snapshot of an older one is used. */
export const SCRIPT_VERSION = 1;

export function snapshotScript(content: SnapshotContent): string {
  return `(${build})(${JSON.stringify(content)});`;
}

/** Runs in a process of its own, as text: so it refers to nothing of this module. It has a `require` of its own, for
 * Node's leaves traces that no snapshot can hold. */
function build({ entries, packages, files }: SnapshotContent): void {
  const builtin = process.getBuiltinModule;
  const { readFileSync } = builtin('node:fs');
  const { dirname, resolve, sep } = builtin('node:path');
  const { isBuiltin } = builtin('node:module');
  const { compileFunction } = builtin('node:vm');
  const { startupSnapshot } = builtin('node:v8');
  /** What is fit for a snapshot and cheap to have; the others are loaded when something of them is asked for. */
  const kept = new Set(['buffer', 'crypto', 'events', 'fs', 'os', 'path', 'process', 'url', 'util']);
  const allowed = new Set(files);
  // The longest first, so that a package is found before the one that it lies in.
  const directories = Object.keys(packages).sort((a, b) => b.length - a.length);
  const loaded = new Map<string, { exports: unknown }>();
  let requireOf: ((file: string) => NodeJS.Require) | undefined;

  const requireBuiltin = (name: string): unknown => {
    const bare = name.replace(/^node:/, '');
    if (kept.has(bare)) return builtin(bare);
    const load = () => builtin(bare) as unknown as Record<string | symbol, unknown>;
    return new Proxy(
      {},
      { get: (_target, member) => load()[member], has: (_target, member) => member in load() },
    );
  };
  const find = (name: string, from: string): string => {
    const owner = directories.find((directory) => from.startsWith(`${directory}${sep}`)) ?? '';
    const path = name.startsWith('.') ? resolve(dirname(from), name) : packages[owner]?.dependencies[name];
    const main = path === undefined ? undefined : packages[path]?.main;
    const found = [main, path, `${path}.js`, `${path}.json`, `${path}${sep}index.js`].find(
      (candidate) => candidate !== undefined && allowed.has(candidate),
    );
    if (found === undefined) throw new Error(`${from} requires ${name}, which is not part of the snapshot`);
    return found;
  };
  const load = (file: string): unknown => {
    const known = loaded.get(file);
    if (known) return known.exports;
    const module = { exports: {} as unknown, id: file, filename: file };
    loaded.set(file, module);
    // V8 keeps the source; a map that nobody reads would be a third of it.
    const source = readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=data:.*\s*$/, '\n');
    if (file.endsWith('.json')) {
      module.exports = JSON.parse(source);
      return module.exports;
    }
    const require = (name: string): unknown => {
      if (requireOf) return requireOf(file)(name);
      return isBuiltin(name) ? requireBuiltin(name) : load(find(name, file));
    };
    const parameters = ['exports', 'require', 'module', '__filename', '__dirname'];
    const run = compileFunction(source, parameters, { filename: file });
    run.call(module.exports, module.exports, require, module, file, dirname(file));
    return module.exports;
  };
  for (const entry of entries) load(find('.', `${entry}${sep}package.json`));

  startupSnapshot.setDeserializeMainFunction(() => {
    // Whoever requires or imports one of them finds it loaded already (Node, "Modules: CommonJS modules", require.cache).
    const NodeModule = builtin('node:module') as unknown as typeof Module & { runMain(): void };
    requireOf = NodeModule.createRequire;
    const { cache } = requireOf(process.execPath);
    for (const [file, { exports }] of loaded) {
      cache[file] = Object.assign(new NodeModule(file), { filename: file, exports, loaded: true });
    }
    NodeModule.runMain();
  });
}
