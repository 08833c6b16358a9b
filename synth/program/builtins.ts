/** Runs in the process of a program: changes modules of Node's own when somebody first asks for them. Most programs ask for
 * few, and loading them takes Node longer than all else that is done to them. */
const { registerHooks, syncBuiltinESMExports } = process.getBuiltinModule('node:module');

const waiting = new Map<string, () => void>();

/** Has a function called before the program, or a package, gets a module. Once.
 * @param name without `node:` */
export function beforeModule(name: string, change: () => void): void {
  if (waiting.size === 0) watchRequests();
  waiting.set(name, change);
}

function asked(specifier: string): void {
  const name = specifier.replace(/^node:/, '');
  const change = waiting.get(name);
  if (!change) return;
  waiting.delete(name);
  change();
  syncBuiltinESMExports();
}

let isWatching = false;

function watchRequests(): void {
  if (isWatching) return;
  isWatching = true;
  registerHooks({
    resolve: (specifier, context, next) => {
      asked(specifier);
      return next(specifier, context);
    },
  });
  process.getBuiltinModule = new Proxy(process.getBuiltinModule, {
    apply: (target, self, args) => {
      asked(String(args[0]));
      return Reflect.apply(target, self, args);
    },
  });
}
