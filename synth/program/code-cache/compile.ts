/** Has V8 compile modules, and runs nothing of them. */
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { type CompiledModule, MODULE_PARAMETERS } from './container.ts';
import { stateOf } from './file-state.ts';
import { lazyPackages } from './lazy.ts';
import type { Requires } from './packages.ts';

/** @param requires where what it requires leads
 * @returns the compiled file. Undefined when it is no CommonJS, or Node would not take it as it is. */
export function compiledModule(path: string, requires: Requires): CompiledModule | undefined {
  try {
    const state = stateOf(path);
    if (state === undefined || !isCommonJs(path)) return undefined;
    const written = readFileSync(path, 'utf8');
    if (written.startsWith('#!') || written.startsWith('\uFEFF')) return undefined;
    // Nobody asks for it, and it is longer than the text that it explains.
    const text = written.replace(/\n\/\/# sourceMappingURL=data:[^\n]*\s*$/, '\n');
    const { cachedData } = compileFunction(text, MODULE_PARAMETERS, {
      filename: path,
      produceCachedData: true,
    });
    if (!cachedData) return undefined;
    const neighbours = Object.fromEntries(Object.entries(requires).filter(([id]) => /^\.\.?\//.test(id)));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all that is ASCII is meant
    const isAscii = /^[\x00-\x7f]*$/.test(text);
    const lazy = lazyPackages(text);
    return { path, state, text: Buffer.from(text), isAscii, code: cachedData, neighbours, lazy };
  } catch {
    return undefined;
  }
}

function isCommonJs(path: string): boolean {
  const manifest = findPackageJSON(pathToFileURL(path));
  if (manifest === undefined) return true;
  // An npm manifest.
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly type?: string }).type !== 'module';
}
