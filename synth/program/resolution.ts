import { registerHooks } from 'node:module';

/** Endings tried for a relative import that Node does not find, in TypeScript's order: programs written for
 * ts-node say `./web` or `./web.js` for `./web.ts`. */
const ENDINGS = ['.ts', '.js', '/index.ts', '/index.js'];

/** Lets Node find the relative imports that TypeScript's CommonJS resolution finds. */
export function resolveLikeTypeScript(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!/^\.\.?\//.test(specifier) || !isNotFound(error)) throw error;
        const stem = specifier.replace(/\.js$/, '');
        for (const ending of ENDINGS) {
          try {
            return next(`${stem}${ending}`, context);
          } catch {
            // Not this one either.
          }
        }
        throw error;
      }
    },
  });
}

function isNotFound(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (
    code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_UNSUPPORTED_DIR_IMPORT' || code === 'MODULE_NOT_FOUND'
  );
}
