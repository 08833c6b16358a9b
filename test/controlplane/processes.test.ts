import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, vi } from 'vitest';
import { ProcessGroup, until } from './processes.ts';

/** A server that runs until it is killed. */
const FOREVER = ['-e', 'setInterval(() => {}, 1000)'];

function newGroup() {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-processes-'));
  return { directory, group: new ProcessGroup(directory) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a group of processes', () => {
  it('is gone, with its folder, when it is stopped', async () => {
    const { directory, group } = newGroup();
    const servers = ['one', 'two'].map((name) => group.start(name, process.execPath, FOREVER));
    expect(servers.map(({ pid }) => isAlive(pid))).toEqual([true, true]);
    await group.stop();
    expect(servers.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
    expect(existsSync(directory)).toBe(false);
  });

  it('is gone, with its folder, when its owner is killed', async () => {
    const owner = spawn(process.execPath, [join(import.meta.dirname, 'testdata', 'owner.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: owner.stdout }), 'line');
    const { pid, directory } = JSON.parse(String(line));
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    await vi.waitFor(() => expect([isAlive(pid), existsSync(directory)]).toEqual([false, false]), {
      timeout: 30_000,
    });
  });

  it('says with which words a server ended before it was ready', async () => {
    const { group } = newGroup();
    const server = group.start('broken', process.execPath, [
      '-e',
      'console.error("no such flag"); process.exit(3)',
    ]);
    await expect(until(server, () => new Promise(() => {}))).rejects.toThrow(
      /broken ended with 3\n.*no such flag/s,
    );
    await group.stop();
  });

  it('says that a program is not there', async () => {
    const { group } = newGroup();
    const server = group.start('absent', '/nowhere/absent', []);
    await expect(until(server, async () => false)).rejects.toThrow('absent did not start');
    await group.stop();
  });

  it('takes a server that cannot be reached yet for one that is not ready yet', async () => {
    const { group } = newGroup();
    const server = group.start('slow', process.execPath, FOREVER);
    let asked = 0;
    await until(server, async () => {
      asked += 1;
      if (asked === 1) throw new Error('connection refused');
      return asked === 3;
    });
    expect(asked).toBe(3);
    await group.stop();
  });
});
