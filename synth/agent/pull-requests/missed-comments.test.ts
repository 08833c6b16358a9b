import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ForgeError, type RecentComment } from '../../../lib/forge/index.ts';
import { scratch } from '../../../test/git/scratch.ts';
import { MissedComments } from './missed-comments.ts';

const START = Date.parse('2026-03-04T10:00:00Z');
const MINUTE = 60_000;

const comment = (id: string, minutes: number, more: Partial<RecentComment> = {}): RecentComment => ({
  id,
  number: 7,
  author: { id: '1', login: 'ada' },
  body: '/preview',
  url: `https://git.example.com/7#${id}`,
  createdAt: START + minutes * MINUTE,
  isEdited: false,
  isByBot: false,
  ...more,
});

/** A forge with comments, and agents that look at it one after the other, with one state. */
class Bench {
  comments: readonly RecentComment[] = [];
  now = START;
  /** Whom the forge answers nothing. */
  error: Error | undefined;
  readonly obeyed: string[] = [];
  readonly tooOld: string[] = [];
  readonly file = `${scratch()}/state/comments.json`;
  dies: (() => void) | undefined;

  /** A process that begins. */
  start(): MissedComments {
    return new MissedComments({
      forge: {
        commentsSince: async (since) => {
          if (this.error) throw this.error;
          return this.comments.filter(({ createdAt }) => createdAt >= since && createdAt <= this.now);
        },
      },
      file: this.file,
      now: () => this.now,
      onComment: async ({ id }) => {
        this.obeyed.push(id);
        this.dies?.();
      },
      onTooOld: ({ id }) => void this.tooOld.push(id),
    });
  }
}

test('what was written before an agent listened for the first time is for nobody', async () => {
  const bench = new Bench();
  bench.comments = [comment('old', -1), comment('new', 1)];
  await bench.start().look();
  bench.now += 2 * MINUTE;
  await bench.start().look();
  expect(bench.obeyed).toEqual(['new']);
});

test('what was written while the agent was down is found once, also where a webhook told of what came later', async () => {
  const bench = new Bench();
  await bench.start().look();
  bench.now = START + 300 * MINUTE;
  bench.comments = [comment('missed', 120), comment('told', 299)];
  const agent = bench.start();
  await agent.saw(bench.comments[1]!);
  await agent.look();
  await bench.start().look();
  expect(bench.obeyed).toEqual(['missed']);
});

test('what was told by a webhook long ago is not found again after a long time', async () => {
  const bench = new Bench();
  const agent = bench.start();
  await agent.look();
  bench.comments = [comment('told', 1)];
  await agent.saw(bench.comments[0]!);
  bench.now += 3 * 24 * 60 * MINUTE;
  const next = bench.start();
  await next.look();
  await next.look();
  expect([bench.obeyed, bench.tooOld]).toEqual([[], []]);
});

test('what was edited, what a program wrote, and what somebody wanted yesterday is not obeyed', async () => {
  const bench = new Bench();
  await bench.start().look();
  bench.comments = [
    comment('edited', 1, { isEdited: true }),
    comment('bot', 2, { isByBot: true }),
    comment('old', 3),
    comment('new', 24 * 60),
  ];
  bench.now = START + 25 * 60 * MINUTE;
  await bench.start().look();
  expect(bench.obeyed).toEqual(['new']);
  expect(bench.tooOld).toEqual(['old']);
});

test('a forge that takes no more requests, or lets nobody in, is asked again later, and nothing is lost', async () => {
  const bench = new Bench();
  const agent = bench.start();
  await agent.look();
  bench.comments = [comment('one', 1)];
  bench.now += 60 * MINUTE;
  for (const code of ['FORGE_RATE_LIMITED', 'FORGE_TOKEN_REFUSED', 'FORGE_NOT_AN_API'] as const) {
    bench.error = new ForgeError(code, 'no');
    await expect(agent.look()).rejects.toThrow('no');
  }
  bench.error = undefined;
  await agent.look();
  expect(bench.obeyed).toEqual(['one']);
});

test('a file that was cut short lets nothing be done again', async () => {
  const bench = new Bench();
  await bench.start().look();
  bench.comments = [comment('done', 1)];
  bench.now += 5 * MINUTE;
  await bench.start().look();
  writeFileSync(bench.file, '{"from": 17');
  bench.now += MINUTE;
  await bench.start().look();
  expect(bench.obeyed).toEqual(['done']);
});

test('whatever is told by webhooks, lost, and found, each comment is handed on, and none twice but by a crash', async () => {
  const day = fc.record({
    at: fc.integer({ min: 1, max: 20 * 60 }),
    told: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(day, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 20 * 60 }), { maxLength: 8 }),
      async (written, looks) => {
        const bench = new Bench();
        await bench.start().look();
        bench.comments = written.map(({ at }, index) => comment(`c${index}`, at));
        const steps = [
          ...written.flatMap(({ at, told }, index) => (told ? [{ at, tells: index }] : [])),
          ...looks.map((at) => ({ at, tells: undefined })),
          { at: 20 * 60, tells: undefined },
        ].sort((a, b) => a.at - b.at);
        const told: string[] = [];
        for (const { at, tells } of steps) {
          bench.now = START + at * MINUTE;
          const agent = bench.start();
          const one = tells === undefined ? undefined : bench.comments[tells];
          if (!one) await agent.look();
          // A call that comes after it was found is refused by the store of jobs.
          else if (!bench.obeyed.includes(one.id)) {
            told.push(one.id);
            await agent.saw(one);
          }
        }
        const all = [...told, ...bench.obeyed];
        expect(all.toSorted()).toEqual(bench.comments.map(({ id }) => id).toSorted());
      },
    ),
    { numRuns: 60 },
  );
});

test('a process that dies while it hands on is followed by one that hands on the rest', async () => {
  const bench = new Bench();
  await bench.start().look();
  bench.comments = [comment('one', 1), comment('two', 2)];
  bench.now += 5 * MINUTE;
  bench.dies = () => {
    throw new Error('killed');
  };
  await expect(bench.start().look()).rejects.toThrow('killed');
  bench.dies = undefined;
  await bench.start().look();
  // The first one again: the store of jobs knows it.
  expect(bench.obeyed).toEqual(['one', 'one', 'two']);
});
