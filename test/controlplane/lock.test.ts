import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from './lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'truekeel-lock-'));
  path = join(folder, 'below', 'work.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const soon = { intervalMs: 5 };

it('lets one work at a time, and tells the other whom it waits for', async () => {
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`${name} ends`);
  };
  const waited: string[] = [];
  await Promise.all([
    withLock(path, work('first'), soon),
    withLock(path, work('second'), { ...soon, onWait: (holder) => waited.push(holder) }),
  ]);
  expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  expect(waited).toEqual([`${process.pid} ${hostname()}`]);
});

it('is given back when the work fails', async () => {
  await expect(withLock(path, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(existsSync(path)).toBe(false);
});

it('is taken from a process that is dead', async () => {
  await withLock(path, async () => {});
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(path, `${dead} ${hostname()}\n`);
  expect(await withLock(path, async () => 'done', soon)).toBe('done');
});

it('is taken from another machine that has not touched it for long', async () => {
  await withLock(path, async () => {});
  writeFileSync(path, '1 another-machine\n');
  utimesSync(path, new Date(0), new Date(0));
  expect(await withLock(path, async () => 'done', soon)).toBe('done');
});
