import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { scratch } from '../../../test/git/scratch.ts';
import type { AgentLog } from '../log.ts';
import type { Job } from './job.ts';
import { JobStore } from './job-store.ts';
import { Worker } from './worker.ts';

const command = (commentId: string): Job => ({
  type: 'command',
  number: 7,
  commentId,
  by: { id: '1', login: 'ada' },
  at: 0,
  body: '/preview',
});
const preview = (head: string): Job => ({ type: 'preview', number: 7, head });

describe('the store of jobs', () => {
  test('gives what was put in, in its order, also to the next process', async () => {
    const directory = scratch();
    const store = new JobStore(directory);
    await store.put(command('1'));
    await store.put({ type: 'review', number: 7, head: 'a' });
    const found = (await new JobStore(directory).all()).map(({ job }) => job.type);
    expect(found.sort()).toEqual(['command', 'review']);
  });

  test('has the newest of what says how the same thing shall be', async () => {
    const store = new JobStore(scratch());
    await store.put(preview('a'));
    await store.put({ type: 'end', number: 7 });
    await store.put(preview('b'));
    expect((await store.all()).map(({ job }) => job)).toEqual([preview('b')]);
  });

  test('keeps what took the place of a job while that was done', async () => {
    const store = new JobStore(scratch());
    await store.put(preview('a'));
    const [first] = await store.all();
    await store.put(preview('b'));
    await store.finish(first!);
    expect((await store.all()).map(({ job }) => job)).toEqual([preview('b')]);
  });

  test('takes a command once, and a review of a head once, whatever process asks', async () => {
    const directory = scratch();
    const store = new JobStore(directory);
    const review = (head: string): Job => ({ type: 'review', number: 7, head });
    for (const job of [command('1'), review('a')]) await store.put(job);
    for (const stored of await store.all()) await store.finish(stored);
    const next = new JobStore(directory);
    expect([await next.put(command('1')), await next.put(review('a'))]).toEqual([false, false]);
    expect([await next.put(command('2')), await next.put(review('b'))]).toEqual([true, true]);
  });

  test('does not take a command again that is being done, whoever tells of it when', async () => {
    const store = new JobStore(scratch());
    expect(await store.put(command('1'))).toBe(true);
    const [begun] = await store.all();
    const told = [store.put(command('1')), store.finish(begun!), store.put(command('1'))];
    expect(await Promise.all(told)).toEqual([false, undefined, false]);
    expect(await store.all()).toEqual([]);
  });

  test('is not stopped by a file that was cut short or is somebody else’s', async () => {
    const directory = scratch();
    const store = new JobStore(directory);
    await store.put(command('1'));
    const [file] = readdirSync(join(directory, 'jobs'));
    writeFileSync(join(directory, 'jobs', 'other.json'), '{"at":1,"job":{"type":"ev');
    writeFileSync(join(directory, 'jobs', 'more.json'), '{"at":1,"job":{"type":"evil"}}');
    expect((await store.all()).map(({ job }) => job)).toEqual([command('1')]);
    expect(file).toMatch(/\.json$/);
  });
});

const QUIET: AgentLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function worker(
  store: JobStore,
  carryOut: (job: Job, signal: AbortSignal) => Promise<void>,
  pauseMs?: () => number,
) {
  const controller = new AbortController();
  const one = new Worker({ store, log: QUIET, carryOut, ...(pauseMs && { pauseMs }) });
  const ended = one.run(controller.signal);
  const stop = async () => {
    controller.abort();
    await ended;
  };
  onTestFinished(stop);
  return { worker: one, stop };
}

describe('the worker', () => {
  test('goes on with what another process left', async () => {
    const store = new JobStore(scratch());
    await store.put(command('1'));
    const done = Promise.withResolvers<Job>();
    worker(store, async (job) => done.resolve(job));
    expect(await done.promise).toEqual(command('1'));
  });

  test('does not have a command wait for what takes long', async () => {
    const store = new JobStore(scratch());
    const commands = Promise.withResolvers<Job>();
    const { worker: one } = worker(store, (job, signal) => {
      if (job.type === 'command') commands.resolve(job);
      else return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return Promise.resolve();
    });
    await one.add(preview('a'));
    await one.add(command('1'));
    expect(await commands.promise).toEqual(command('1'));
  });

  test('stops what a newer job makes out of date, and does that', async () => {
    const store = new JobStore(scratch());
    const [begun, done] = [Promise.withResolvers<void>(), Promise.withResolvers<Job>()];
    const { worker: one } = worker(store, (job, signal) => {
      if (job.type === 'preview' && job.head === 'a') {
        begun.resolve();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }
      done.resolve(job);
      return Promise.resolve();
    });
    await one.add(preview('a'));
    await begun.promise;
    await one.add(preview('b'));
    expect(await done.promise).toEqual(preview('b'));
  });

  test('drops what no try will mend, and goes on', async () => {
    const store = new JobStore(scratch());
    const done = Promise.withResolvers<Job>();
    const { worker: one, stop } = worker(store, async (job) => {
      if (job.type === 'command' && job.commentId === '1')
        throw new TruekeelError('no', { code: 'INVALID_FLAG', family: 'usage' });
      done.resolve(job);
    });
    await one.add(command('1'));
    await one.add(command('2'));
    expect(await done.promise).toEqual(command('2'));
    await stop();
    expect(await store.all()).toEqual([]);
  });

  test.each(['FORGE_RATE_LIMITED', 'FORGE_NOT_AN_API', 'FORGE_TOKEN_REFUSED', 'FORGE_UNREACHABLE'])(
    'tries as often as it takes while the forge is away (%s)',
    async (code) => {
      const store = new JobStore(scratch());
      const done = Promise.withResolvers<void>();
      let tries = 0;
      const carryOut = async () => {
        if (++tries < 30) throw new TruekeelError('away', { code });
        done.resolve();
      };
      const { worker: one } = worker(store, carryOut, () => 0);
      await one.add(command('1'));
      await done.promise;
      expect(tries).toBe(30);
    },
  );

  test('gives up in the end on what goes wrong each time', async () => {
    const store = new JobStore(scratch());
    let tries = 0;
    const done = Promise.withResolvers<void>();
    const carryOut = async (job: Job) => {
      if (job.type === 'command' && job.commentId === '2') return done.resolve();
      tries++;
      throw new TruekeelError('no', { code: 'FORGE_FAILED' });
    };
    const { worker: one } = worker(store, carryOut, () => 0);
    await one.add(command('1'));
    await one.add(command('2'));
    await done.promise;
    while ((await store.all()).length > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(tries).toBe(10);
  });

  test('keeps what failed on the way, for later', async () => {
    const store = new JobStore(scratch());
    const failed = Promise.withResolvers<void>();
    const { worker: one, stop } = worker(store, async () => {
      failed.resolve();
      throw new TruekeelError('away', { code: 'FORGE_UNREACHABLE' });
    });
    await one.add(command('1'));
    await failed.promise;
    await stop();
    expect((await store.all()).map(({ job }) => job)).toEqual([command('1')]);
  });
});
