/** A lock file between processes, for work that takes minutes: the holder touches it while it works, so that
 * a lock left behind by a killed process is recognised. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface LockOptions {
  /** How often the holder touches the file and a waiter looks again; default 1 s. */
  readonly intervalMs?: number;
  /** A lock not touched for this long is stale; default 30 s. */
  readonly staleMs?: number;
  /** Called once, when somebody else holds the lock. */
  readonly onWait?: (holder: string) => void;
}

/** Runs `work` while holding the lock file `path`. Two holders at once are possible when two waiters find
 * one stale lock in the same instant, so `work` must be safe (if wasteful) to run twice. */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const { intervalMs = 1000, staleMs = 30_000, onWait } = options;
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!take(path)) {
    if (isStale(path, staleMs)) {
      discard(path);
      continue;
    }
    if (!told) onWait?.(holderOf(path) ?? 'another process');
    told = true;
    await delay(intervalMs);
  }
  const touch = setInterval(() => utimesSync(path, new Date(), new Date()), intervalMs);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid} ${hostname()}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function isStale(path: string, staleMs: number): boolean {
  const [pid = '', host] = (holderOf(path) ?? '').split(' ');
  if (host === hostname() && !isAlive(Number(pid))) return true;
  const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return modified !== undefined && Date.now() - modified > staleMs;
}

/** Renamed before it is removed, so that of two waiters who found it stale only one gets it. */
function discard(path: string): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function holderOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  // A lock that is being written is still empty: not a pid, so not known to be dead.
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return codeOf(error) !== 'ESRCH';
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
