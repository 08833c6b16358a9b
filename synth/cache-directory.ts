import { homedir } from 'node:os';
import { join } from 'node:path';

/** The directory for what can be made again: clones, extracted sources, installed packages. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'truekeel');
}
