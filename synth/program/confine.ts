/** Closes what Node's permission model leaves open: a program shall reach no other process. */

import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

/** Refuses signals and priorities. The memory and the time that it may take are watched from outside.
 * `process.binding` and addons, which would lead around this, are closed by the permission model itself. */
export function confine(): void {
  const refuse = (name: string) => () => {
    throw Object.assign(new Error(`${name} is not for programs: they render, and touch nothing else`), {
      code: 'ERR_ACCESS_DENIED',
    });
  };
  const close = (owner: object, path: string, names: readonly string[]) => {
    for (const name of names) {
      Object.defineProperty(owner, name, {
        value: refuse(`${path}.${name}`),
        writable: false,
        configurable: false,
      });
    }
  };
  close(process, 'process', ['kill', '_kill', '_debugProcess']);
  close(os, 'os', ['setPriority']);
  syncBuiltinESMExports();
}

/** Has what the program prints written at once. A loop that never ends would else gather it in memory, and nobody could see
 * that it is too much. */
export function writeAtOnce(): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const given = Object.getOwnPropertyDescriptor(process, name)?.get;
    if (!given) continue;
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get() {
        const stream = given.call(process) as NodeJS.WriteStream & {
          readonly _handle?: { setBlocking?(on: boolean): void };
        };
        stream._handle?.setBlocking?.(true);
        return stream;
      },
    });
  }
}
