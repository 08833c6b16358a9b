/** What the process of a program gets beside its files: TypeScript whose types were left out already. Node loads a
 * compiler to do that, which takes longer than most programs run; the process that starts the program has one
 * loaded, and time to spare while the other comes up. */
import type { LoadHookSync, ModuleHooks } from 'node:module';

/** The descriptor on which {@link Sources} come, as JSON. */
export const SOURCES_DESCRIPTOR = 4;

/** JavaScript by URL of the TypeScript file that it was made of. */
export type Sources = Readonly<Record<string, string>>;

/** A module that has Node take what is in {@link Sources} from there. What is not, Node compiles as ever. */
export function bootModule(): string {
  return `data:text/javascript,${encodeURIComponent(`(${takeSources})(${SOURCES_DESCRIPTOR})`)}`;
}

/** Runs in the process of the program, as text: so it refers to nothing of this module.
 * @param when they are read: reading waits until all are there */
export function takeSources(descriptor: number, when: 'needed' | 'now' = 'needed'): void {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const { registerHooks } = process.getBuiltinModule('node:module');
  const read = () => new Map<string, string>(Object.entries(JSON.parse(readFileSync(descriptor, 'utf8'))));
  let sources = when === 'now' ? read() : undefined;
  const load: LoadHookSync = (url, context, next) => {
    if (context.format !== 'module-typescript') return next(url, context);
    sources ??= read();
    const source = sources.get(url);
    sources.delete(url);
    // Every later import would pay for the hook.
    if (sources.size === 0) hooks.deregister();
    return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true };
  };
  const hooks: ModuleHooks = registerHooks({ load });
}
