import { describe, expect, test } from 'vitest';
import type { Timers } from './timers.ts';
import { WorkQueue } from './work-queue.ts';

function recording(result: 'done' | 'again' = 'done') {
  const worked: string[] = [];
  const timers: { delayMs: number; callback: () => void; cancelled: boolean }[] = [];
  const fake: Timers = {
    set(callback, delayMs) {
      const timer = { delayMs, callback, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
  };
  const queue = new WorkQueue({
    timers: fake,
    work(key) {
      worked.push(key);
      return result;
    },
  });
  return { queue, worked, timers };
}

describe('a work queue', () => {
  test('works once on a key that was added many times', async () => {
    const { queue, worked } = recording();
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    expect(worked).toEqual([]);
    await Promise.resolve();
    expect(worked).toEqual(['a', 'b']);
  });

  test('works again on a key that is added later', async () => {
    const { queue, worked } = recording();
    queue.add('a');
    await Promise.resolve();
    queue.add('a');
    await Promise.resolve();
    expect(worked).toEqual(['a', 'a']);
  });

  test('gives a key up for now that conflicts again and again', async () => {
    const { queue, worked } = recording('again');
    queue.add('a');
    await Promise.resolve();
    expect(worked).toEqual(Array(5).fill('a'));
  });

  test('keeps the shortest of several delays', async () => {
    const { queue, worked, timers } = recording();
    queue.addAfter('a', 500);
    queue.addAfter('a', 1_000);
    queue.addAfter('a', 100);
    expect(timers.filter(({ cancelled }) => !cancelled).map(({ delayMs }) => delayMs)).toEqual([100]);
    timers.find(({ cancelled }) => !cancelled)?.callback();
    await Promise.resolve();
    expect(worked).toEqual(['a']);
  });

  test('does nothing after it was stopped', async () => {
    const { queue, worked, timers } = recording();
    queue.add('a');
    queue.addAfter('b', 100);
    queue.stop();
    queue.add('c');
    await Promise.resolve();
    expect(worked).toEqual([]);
    expect(timers.every(({ cancelled }) => cancelled)).toBe(true);
  });
});
