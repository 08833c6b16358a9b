import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alternate, median, ratio, settingsFrom, timeProcess } from './harness.ts';

describe('the median', () => {
  it('is the middle one, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 100])).toBe(3);
  });

  it('has as many values above as below, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        const half = values.length / 2;
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(half);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(half);
        expect(median(values.toReversed())).toBe(middle);
      }),
    );
  });

  it('of nothing is an error', () => {
    expect(() => median([])).toThrow('no values');
  });
});

it('the ratio is of medians, so that one slow round does not decide', () => {
  expect(ratio([10, 11, 9000], [20, 22, 24])).toBe(0.5);
});

it('contestants take turns in going first', async () => {
  const log: string[] = [];
  const contestant = (name: string) => async () => log.push(name);
  const results = await alternate(3, [contestant('a'), contestant('b')]);
  expect(log.join('')).toBe('abbaab');
  expect(results).toEqual([
    [1, 4, 5],
    [2, 3, 6],
  ]);
});

it('each of three contestants is first, in the middle and last as often', async () => {
  const log: string[] = [];
  const contestant = (name: string) => async () => log.push(name);
  await alternate(3, [contestant('a'), contestant('b'), contestant('c')]);
  expect(log.join('')).toBe('abcbcacab');
});

describe('the settings', () => {
  const defaults = { objects: 1000, rounds: 3 };

  it('are the defaults unless given', () => {
    expect(settingsFrom(['--objects', '30'], defaults)).toMatchObject({ objects: 30, rounds: 3 });
  });

  it.each(['0', '-1', '1.5', 'many'])('do not take %s rounds', (rounds) => {
    expect(() => settingsFrom([`--rounds=${rounds}`], defaults)).toThrow(
      '--rounds takes a positive whole number',
    );
  });
});

describe('a timed process', () => {
  it('is given its input and answers with its output', async () => {
    const run = await timeProcess([process.execPath, '-e', 'process.stdin.pipe(process.stdout)'], {
      input: Buffer.from('hello'),
    });
    expect(run.stdout).toBe('hello');
  });

  it('that fails is an error with what it said', async () => {
    const failed = timeProcess([process.execPath, '-e', 'console.error("no such file"); process.exit(4)']);
    await expect(failed).rejects.toThrow(/ended with 4\nno such file/);
  });
});
