import { statSync } from 'node:fs';
import type { FileState, KeptModule } from './container.ts';

export function stateOf(path: string): FileState | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { inode: found.ino, size: found.size, changedMs: found.ctimeMs };
}

/** @param before null: there was nothing */
export function isSameState(before: FileState | null, now: FileState | undefined): boolean {
  if (before === null || now === undefined) return before === null && now === undefined;
  return before.inode === now.inode && before.size === now.size && before.changedMs === now.changedMs;
}

export function isUntouched(module: KeptModule): boolean {
  return isSameState(module, stateOf(module.path));
}
