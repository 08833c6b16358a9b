import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveLimit } from './concurrency.ts';
import type { Task, TaskEdge } from './scheduler.ts';
import { Scheduler } from './scheduler.ts';

/** An edge between tasks by their ids. */
interface NamedEdge {
  readonly from: string;
  readonly to: string;
  readonly until: TaskEdge['until'];
}

function numbered(tasks: readonly Task[], edges: readonly NamedEdge[]): readonly TaskEdge[] {
  const places = new Map(tasks.map(({ id }, place) => [id, place]));
  return edges.map(({ from, to, until }) => ({ from: places.get(from)!, to: places.get(to)!, until }));
}

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
  edges: readonly NamedEdge[],
  max = 4,
  onStart?: (scheduler: Scheduler) => void,
): Promise<Recorded> {
  const recorded: Recorded = { log: [], failed: [], skipped: [], stopped: [] };
  const made = tasks(recorded.log);
  const scheduler = new Scheduler(made, numbered(made, edges), new AdaptiveLimit({ start: max, max }), {
    failed: ({ id }) => recorded.failed.push(id),
    skipped: ({ id }, because) => recorded.skipped.push(`${id} for ${because.id}`),
    stopped: ({ id }) => recorded.stopped.push(id),
  });
  const ended = scheduler.run();
  onStart?.(scheduler);
  await ended;
  return recorded;
}

const edge = (from: string, to: string, until: TaskEdge['until'] = 'present'): NamedEdge => ({
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

  /** Every step by hand: what is in flight ends when the test says so, in any order, well or not. */
  it('never lets a task wait that could run, starts none before its edges are met, and runs or skips each once', async () => {
    const graph = fc.integer({ min: 1, max: 20 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        max: fc.integer({ min: 1, max: 4 }),
        pairs: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.boolean())),
        /** Tasks without anything to carry out. */
        gates: fc.uniqueArray(fc.nat(size - 1)),
        lanes: fc.array(fc.constantFrom('urgent', 'slow', 'normal'), { minLength: size, maxLength: size }),
        fates: fc.infiniteStream(
          fc.record({ pick: fc.nat(100), fails: fc.nat(9).map((roll) => roll === 0) }),
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(graph, async ({ size, max, pairs, gates, lanes, fates }) => {
        const edges = pairs.flatMap(([a, b, isReady]): TaskEdge[] =>
          a === b ? [] : [{ from: Math.max(a, b), to: Math.min(a, b), until: isReady ? 'ready' : 'present' }],
        );
        const states = Array.from({ length: size }, () => 'waiting');
        const inFlight: {
          readonly node: number;
          readonly stage: 'run' | 'ready';
          end(fails: boolean): void;
        }[] = [];
        const flight = (node: number, stage: 'run' | 'ready') => {
          const { promise, resolve, reject } = Promise.withResolvers<void>();
          const end = (fails: boolean) => {
            states[node] = fails ? 'failed' : stage === 'run' ? 'present' : 'ready';
            if (!fails) reached[stage === 'run' ? 'present' : 'ready'].add(node);
            if (fails) reject(new Error('no'));
            else resolve();
          };
          inFlight.push({ node, stage, end });
          return promise;
        };
        // What was present once met the edges that ask for that, whatever became of it.
        const reached = { present: new Set<number>(), ready: new Set<number>() };
        const isMet = ({ to, until }: TaskEdge) => reached[until].has(to);
        const isGate = new Set(gates);
        const tasks = Array.from(
          { length: size },
          (_, node): Task => ({
            id: `n${node}`,
            lane: lanes[node]!,
            mustBecomeReady: true,
            ...(!isGate.has(node) && {
              run: () => {
                expect(states[node]).toBe('waiting');
                expect(edges.filter(({ from }) => from === node).every(isMet)).toBe(true);
                states[node] = 'running';
                return flight(node, 'run');
              },
            }),
            awaitReady: () => {
              if (isGate.has(node)) {
                expect(edges.filter(({ from }) => from === node).every(isMet)).toBe(true);
                states[node] = 'present';
                reached.present.add(node);
              }
              return flight(node, 'ready');
            },
          }),
        );
        const scheduler = new Scheduler(tasks, edges, new AdaptiveLimit({ start: max, max }), {
          failed: () => {},
          skipped: ({ id }) => {
            expect(states[Number(id.slice(1))]).toBe('waiting');
            states[Number(id.slice(1))] = 'skipped';
          },
          stopped: () => {},
        });
        const ended = scheduler.run();
        for (;;) {
          await turn();
          const running = states.filter((state) => state === 'running').length;
          expect(running).toBeLessThanOrEqual(max);
          const runnable = states.flatMap((state, node) =>
            state === 'waiting' && edges.filter(({ from }) => from === node).every(isMet) ? [node] : [],
          );
          // Gates take no slot; everything else takes one as soon as there is one.
          expect(runnable.filter((node) => isGate.has(node) || running < max)).toEqual([]);
          const { pick, fails } = fates.next().value;
          const [flown] = inFlight.splice(pick % Math.max(1, inFlight.length), 1);
          if (!flown) break;
          flown.end(fails);
        }
        await ended;
        const isOver = (state: string) => ['ready', 'failed', 'skipped'].includes(state);
        expect(states.filter((state) => !isOver(state))).toEqual([]);
        // Skipped is what waited for something that came to nothing, and nothing else.
        for (const [node, state] of states.entries()) {
          const needed = edges.filter(({ from }) => from === node).map(({ to }) => states[to]);
          if (state === 'skipped')
            expect(needed.some((one) => one === 'failed' || one === 'skipped')).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('goes on with all else while a task is stuck, whether it runs or is awaited', async () => {
    const stuck = Promise.withResolvers<void>();
    const others = Array.from({ length: 200 }, (_, i) => `n${i}`);
    const finished: string[] = [];
    const quick = (id: string, log: string[]) =>
      task(id, log, { run: async () => void finished.push(id), awaitReady: async () => {} });
    const { log } = await run(
      (given) => [
        task('stuck', given, { run: () => stuck.promise }),
        task('unready', given, { awaitReady: () => stuck.promise }),
        task('needs stuck', given),
        task('needs unready', given),
        ...others.map((id) => quick(id, given)),
        task('last', given, { run: async () => stuck.resolve(void given.push('last')) }),
      ],
      [
        edge('needs stuck', 'stuck'),
        edge('needs unready', 'unready', 'ready'),
        ...others.slice(1).map((id, i) => edge(id, `n${i}`, 'ready')),
        edge('last', 'n199', 'ready'),
      ],
      2,
    );
    expect(finished).toEqual(others);
    expect(log.indexOf('start needs stuck')).toBeGreaterThan(log.indexOf('last'));
    expect(log.indexOf('start needs unready')).toBeGreaterThan(log.indexOf('last'));
  });

  it('lets gates pass while every slot is taken', async () => {
    const slot = Promise.withResolvers<void>();
    const { log } = await run(
      (given) => [
        task('busy', given, { run: () => slot.promise }),
        { id: 'gate', lane: 'urgent', mustBecomeReady: false },
        {
          id: 'standing',
          lane: 'normal',
          mustBecomeReady: true,
          awaitReady: async () => slot.resolve(void given.push('looked at')),
        },
      ],
      [edge('standing', 'gate', 'ready')],
      1,
    );
    expect(log).toEqual(['looked at']);
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
