/** Tells what code reads, by any function of `node:fs` that takes a path. */
import { fileURLToPath } from 'node:url';
import { beforeModule } from '../builtins.ts';

// Importing them would have Node load all that hangs on them, such as streams and readline.
const fs = process.getBuiltinModule('node:fs');
const { syncBuiltinESMExports } = process.getBuiltinModule('node:module');

/** Take what another one opened, or are no way to a file. */
const WITHOUT_PATH = /^(?:f[a-z]+(?:Sync)?|(?:read|write|close)v?(?:Sync)?|Stats|Dirent|_toUnixTimestamp)$/;

/** @param read told of each call: the function, and the path where that is one */
export function watchReads(read: (name: string, path: string | undefined) => void): void {
  const watch = (owner: object) => {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (name === 'promises' || WITHOUT_PATH.test(name)) continue;
      const { get, value } = descriptor;
      // Streams, which Node loads when they are asked for.
      if (get) lazily(owner, name, () => watched(name, get.call(owner), read));
      else if (typeof value === 'function') {
        Object.defineProperty(owner, name, { value: watched(name, value, read), writable: true });
      }
    }
  };
  watch(fs);
  syncBuiltinESMExports();
  const promises = () => process.getBuiltinModule('node:fs/promises');
  beforeModule('fs/promises', () => watch(promises()));
  // The same, and whoever asks for it there asks for it here.
  lazily(fs, 'promises', promises);
}

function lazily(owner: object, name: string, make: () => unknown): void {
  let made: unknown;
  Object.defineProperty(owner, name, {
    get: () => {
      made ??= make();
      return made;
    },
    enumerable: true,
    configurable: true,
  });
}

function watched<T>(name: string, value: T, read: (name: string, path: string | undefined) => void): T {
  if (typeof value !== 'function') return value;
  const told = (args: readonly unknown[]) => {
    if (typeof args[0] !== 'number') read(name, pathOf(args[0]));
  };
  return new Proxy(value, {
    apply: (target, self, args) => {
      told(args);
      return Reflect.apply(target, self, args);
    },
    construct: (target, args, newTarget) => {
      told(args);
      return Reflect.construct(target, args, newTarget);
    },
  });
}

function pathOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  try {
    if (value instanceof URL) return fileURLToPath(value);
  } catch {
    return undefined;
  }
  return value instanceof Uint8Array ? Buffer.from(value).toString() : undefined;
}
