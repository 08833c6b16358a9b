/** Tells what code reads, by any function of `node:fs` that takes a path. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Take what another one opened, or are no way to a file. */
const WITHOUT_PATH = /^(?:f[a-z]+(?:Sync)?|(?:read|write|close)v?(?:Sync)?|Stats|Dirent|_toUnixTimestamp)$/;

/** @param read told of each call: the function, and the path where that is one */
export function watchReads(read: (name: string, path: string | undefined) => void): void {
  for (const owner of [fs, fs.promises] as unknown as Record<string, unknown>[]) {
    for (const [name, value] of Object.entries(owner)) {
      if (typeof value !== 'function' || WITHOUT_PATH.test(name)) continue;
      const told = (args: readonly unknown[]) => {
        if (typeof args[0] !== 'number') read(name, pathOf(args[0]));
      };
      const watched = new Proxy(value, {
        apply: (target, self, args) => {
          told(args);
          return Reflect.apply(target, self, args);
        },
        construct: (target, args, newTarget) => {
          told(args);
          return Reflect.construct(target, args, newTarget);
        },
      });
      Object.defineProperty(owner, name, { value: watched, writable: true });
    }
  }
  syncBuiltinESMExports();
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
