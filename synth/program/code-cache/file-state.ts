import { statSync } from 'node:fs';
import type { FileState, KeptModule } from './container.ts';

export function stateOf(path: string): FileState | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { inode: found.ino, size: found.size, changedMs: found.ctimeMs };
}

export function isUntouched(module: KeptModule): boolean {
  const state = stateOf(module.path);
  return (
    state !== undefined &&
    state.inode === module.inode &&
    state.size === module.size &&
    state.changedMs === module.changedMs
  );
}
