/** Loads the module of an application in a copy that nothing else has: what one application leaves in the variables of
 * its modules, another does not find. */
import { createRequire, registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COPY_TAG } from '../render/index.ts';

const TAGGED = new RegExp(`[/?]${COPY_TAG}[-=](\\d+)(?:\\.mjs)?$`);
/** Where `lib/` and `synth/` of Truekeel are. */
const OURS = import.meta.url.replace(/lib\/constructs\/[^/]*$/, '');

/** URLs of the modules by that of the one that stands for a copy. */
const entries = new Map<string, string>();
/** JavaScript of modules that have copies, by URL. */
const sources = new Map<string, string>();
let copies = 0;

/** @param file as the program names it: a path from the program's own file, or a URL */
export function moduleUrl(file: string): string {
  if (/^file:/.test(file)) return file;
  return pathToFileURL(join(programDirectory(), file)).href;
}

/** The module that Node was started with. A program in another language has none. */
function programDirectory(): string {
  const program = process.argv[1];
  return program === undefined ? process.cwd() : join(program, '..');
}

/** @returns what the module exports by default */
export function loadCopy(url: string): unknown {
  if (copies === 0) registerHooks({ resolve: resolveCopy, load: loadEntry });
  copies += 1;
  const entry = new URL(`${COPY_TAG}-${copies}.mjs`, url).href;
  entries.set(entry, url);
  const { module }: { readonly module: { readonly default?: unknown } } = createRequire(url)(entry);
  return module.default;
}

const resolveCopy: NonNullable<Parameters<typeof registerHooks>[0]['resolve']> = (
  specifier,
  context,
  next,
) => {
  if (entries.has(specifier)) return { url: specifier, format: 'module', shortCircuit: true };
  const resolved = next(specifier, context);
  const tag = TAGGED.exec(context.parentURL ?? '')?.[1];
  return tag === undefined || !isOfProgram(resolved.url)
    ? resolved
    : { ...resolved, url: `${resolved.url}?${COPY_TAG}=${tag}` };
};

const loadEntry: NonNullable<Parameters<typeof registerHooks>[0]['load']> = (url, context, next) => {
  const entry = entries.get(url);
  if (entry !== undefined) {
    const source = `export * as module from ${JSON.stringify(entry)};`;
    return { format: 'module', source, shortCircuit: true };
  }
  if (!TAGGED.test(url)) return next(url, context);
  const [original = url] = url.split('?');
  const known = sources.get(original);
  if (known !== undefined) return { format: 'module', source: known, shortCircuit: true };
  const loaded = next(original, context);
  const source = javaScriptOf(loaded);
  if (source === undefined) return loaded;
  sources.set(original, source);
  return { ...loaded, format: 'module', source };
};

/** Undefined for what is no module of that kind, or has syntax that cannot be left out: Node says so. */
function javaScriptOf({
  format,
  source,
}: {
  readonly format?: string | null | undefined;
  readonly source?: unknown;
}): string | undefined {
  if (source === undefined || source === null || (format !== 'module' && format !== 'module-typescript'))
    return undefined;
  const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString('utf8');
  if (format === 'module') return text;
  try {
    return stripTypeScriptTypes(text);
  } catch {
    return undefined;
  }
}

/** The program may itself lie below a folder of that name. */
function belowProgram(url: string): string {
  const home = pathToFileURL(programDirectory()).href;
  return url.startsWith(`${home}/`) ? url.slice(home.length) : url;
}

/** Packages, and we, are there once. */
function isOfProgram(url: string): boolean {
  return (
    url.startsWith('file:') &&
    !belowProgram(url).includes('/node_modules/') &&
    !['lib/', 'synth/'].some((directory) => url.startsWith(OURS + directory))
  );
}
