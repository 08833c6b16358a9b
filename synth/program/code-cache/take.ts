/** Runs in the process of a program: modules whose code is kept are taken from there. */
import { decodeContainer, type KeptModule, MODULE_PARAMETERS } from './container.ts';
import { lazyModule } from './lazy.ts';

// Importing them would have Node load all that hangs on them.
const { readFileSync } = process.getBuiltinModule('node:fs');
const { createRequire, Module } = process.getBuiltinModule('node:module');
const { dirname } = process.getBuiltinModule('node:path');
const { compileFunction, constants } = process.getBuiltinModule('node:vm');

/** Modules that came from there, and those whose code V8 did not want: it compiled them anew. */
export interface Taken {
  readonly modules: number;
  readonly rejected: number;
}

/** Has `require`, and imports of CommonJS, take kept modules from there: they are the files as the process that started
 * this one has found them.
 * @param descriptor of the container
 * @param from any file
 * @returns counts that grow */
export function takeKeptCode(descriptor: number, from: string): Taken {
  const taken = { modules: 0, rejected: 0 };
  const bytes = readFileSync(descriptor);
  const { modules, start } = decodeContainer((at, length) => bytes.subarray(at, at + length));
  const kept = new Map<string, { readonly module: KeptModule; readonly at: number }>();
  let at = start;
  for (const module of modules) {
    kept.set(module.path, { module, at });
    at += module.text + module.code;
  }
  const shared = createRequire(from);
  const load = shared.extensions['.js'];
  shared.extensions['.js'] = (module, path) => {
    const found = kept.get(path);
    if (!found) return load?.(module, path);
    const code = found.at + found.module.text;
    const run = compileFunction(
      bytes.toString(found.module.isAscii ? 'latin1' : 'utf8', found.at, code),
      MODULE_PARAMETERS,
      {
        filename: path,
        cachedData: bytes.subarray(code, code + found.module.code),
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      },
    );
    taken.modules += 1;
    if (run.cachedDataRejected) taken.rejected += 1;
    run.call(
      module.exports,
      module.exports,
      requireOf(module, found.module, shared, kept),
      module,
      path,
      dirname(path),
    );
  };
  return taken;
}

/** As Node makes one for each module. */
function requireOf(
  module: NodeJS.Module,
  { neighbours, lazy }: KeptModule,
  { cache, extensions }: NodeJS.Require,
  kept: ReadonlyMap<string, unknown>,
): NodeJS.Require {
  const own = () => createRequire(module.filename);
  const resolve: NodeJS.RequireResolve = Object.assign(
    (id: string, options?: NodeJS.RequireResolveOptions) => own().resolve(id, options),
    { paths: (id: string) => own().resolve.paths(id) },
  );
  const loadNow = (id: string): unknown => {
    const path = neighbours[id];
    if (path === undefined) return module.require(id);
    // Where it leads is known, and finding that out would take Node longer than all else.
    const loaded = cache[path];
    if (loaded?.loaded) return loaded.exports;
    return loaded || !kept.has(path) ? module.require(path) : loadModule(path, module, cache);
  };
  const require = (id: string): unknown => (lazy.includes(id) ? lazyModule(() => loadNow(id)) : loadNow(id));
  return Object.assign(require, {
    cache,
    extensions,
    main: process.mainModule,
    resolve,
  });
}

/** As Node loads a module that it has found. */
function loadModule(path: string, parent: NodeJS.Module, cache: NodeJS.Dict<NodeJS.Module>): unknown {
  // What Node's own loader calls; its types do not tell of it.
  const module = new Module(path, parent) as NodeJS.Module & { load(path: string): void };
  cache[path] = module;
  try {
    module.load(path);
  } finally {
    if (!module.loaded) {
      delete cache[path];
      parent.children.splice(parent.children.indexOf(module), 1);
    }
  }
  return module.exports;
}
