import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveLimit } from './concurrency.ts';
import type { Task, TaskEdge } from './scheduler.ts';
import { Scheduler } from './scheduler.ts';

interface Recorded {
  readonly log: string[];
  readonly failed: string[];
  readonly skipped: string[];
  readonly stopped: string[];
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function task(id: string, log: string[], more: Partial<Task> = {}): Task {
  return {
    id,
    lane: 'normal',
    mustBecomeReady: false,
    run: async () => {
      log.push(`start ${id}`);
      await turn();
      log.push(`end ${id}`);
    },
    ...more,
  };
}

async function run(
  tasks: (log: string[]) => readonly Task[],
  edges: readonly TaskEdge[],
  max = 4,
  onStart?: (scheduler: Scheduler) => void,
): Promise<Recorded> {
  const recorded: Recorded = { log: [], failed: [], skipped: [], stopped: [] };
  const scheduler = new Scheduler(tasks(recorded.log), edges, new AdaptiveLimit({ start: max, max }), {
    failed: ({ id }) => recorded.failed.push(id),
    skipped: ({ id }, because) => recorded.skipped.push(`${id} for ${because.id}`),
    stopped: ({ id }) => recorded.stopped.push(id),
  });
  const ended = scheduler.run();
  onStart?.(scheduler);
  await ended;
  return recorded;
}

const edge = (from: string, to: string, until: TaskEdge['until'] = 'present'): TaskEdge => ({
  from,
  to,
  until,
});

describe('the scheduler', () => {
  it('runs every task of any acyclic graph once, after all that it waits for, and never too many at a time', async () => {
    const graph = fc.integer({ min: 1, max: 25 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        max: fc.integer({ min: 1, max: 5 }),
        pairs: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.boolean())),
      }),
    );
    await fc.assert(
      fc.asyncProperty(graph, async ({ size, max, pairs }) => {
        const edges = pairs.flatMap(([a, b, ready]) =>
          a === b ? [] : [edge(`n${Math.max(a, b)}`, `n${Math.min(a, b)}`, ready ? 'ready' : 'present')],
        );
        const { log } = await run(
          (given) => Array.from({ length: size }, (_, i) => task(`n${i}`, given)),
          edges,
          max,
        );
        expect(log.filter((line) => line.startsWith('start'))).toHaveLength(size);
        for (const { from, to } of edges)
          expect(log.indexOf(`end ${to}`)).toBeLessThan(log.indexOf(`start ${from}`));
        let running = 0;
        for (const line of log) {
          running += line.startsWith('start') ? 1 : -1;
          expect(running).toBeLessThanOrEqual(max);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('starts the urgent first', async () => {
    const { log } = await run((given) => [task('a', given), task('b', given, { lane: 'urgent' })], [], 1);
    expect(log[0]).toBe('start b');
  });

  it('starts the slow lane beside the others, and all of it when there is nothing else', async () => {
    const slow = (given: string[]) =>
      Array.from({ length: 5 }, (_, i) => task(`slow${i}`, given, { lane: 'slow' }));
    const { log } = await run((given) => [...slow(given), task('a', given), task('b', given)], [], 5);
    expect(log.slice(0, 5)).toEqual(expect.arrayContaining(['start slow0', 'start a']));
    const alone = await run(slow, [], 5);
    expect(alone.log.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((i) => `start slow${i}`));
  });

  it('skips what needs a failed task, and nothing else', async () => {
    const failing: Partial<Task> = { run: () => Promise.reject(new Error('no')) };
    const { log, failed, skipped } = await run(
      (given) => [
        task('bad', given, failing),
        task('needy', given),
        task('needier', given),
        task('free', given),
      ],
      [edge('needy', 'bad'), edge('needier', 'needy')],
    );
    expect(failed).toEqual(['bad']);
    expect(skipped).toEqual(['needy for bad', 'needier for needy']);
    expect(log).toContain('end free');
  });

  it('lets those run who need it present only, when a task does not become ready', async () => {
    const neverReady: Partial<Task> = { awaitReady: () => Promise.reject(new Error('never')) };
    const { log, skipped } = await run(
      (given) => [task('slow', given, neverReady), task('present', given), task('ready', given)],
      [edge('present', 'slow'), edge('ready', 'slow', 'ready')],
    );
    expect(log).toContain('end present');
    expect(skipped).toEqual(['ready for slow']);
  });

  it('holds no slot while it waits for readiness', async () => {
    const gate = Promise.withResolvers<void>();
    const { log } = await run(
      (given) => [
        task('slow', given, { awaitReady: () => gate.promise, mustBecomeReady: true }),
        task('other', given, { run: async () => gate.resolve(void given.push('other')) }),
      ],
      [],
      1,
    );
    expect(log).toEqual(['start slow', 'end slow', 'other']);
  });

  it('does not wait for readiness that nobody asks for', async () => {
    const asked: string[] = [];
    await run((given) => [task('a', given, { awaitReady: async () => void asked.push('a') })], []);
    expect(asked).toEqual([]);
  });

  it('finishes what runs when it is stopped, and starts nothing more', async () => {
    const { log, stopped } = await run(
      (given) => [task('a', given), task('b', given), task('c', given)],
      [edge('c', 'a')],
      1,
      (scheduler) => scheduler.stop(),
    );
    expect(log).toEqual(['start a', 'end a']);
    expect(stopped).toEqual(['b', 'c']);
  });

  it('ends at once without any task', async () => {
    expect((await run(() => [], [])).log).toEqual([]);
  });

  it('says so when tasks wait for each other', async () => {
    await expect(
      run((given) => [task('a', given), task('b', given)], [edge('a', 'b'), edge('b', 'a')]),
    ).rejects.toThrow('never comes');
  });
});
