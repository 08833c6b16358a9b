import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextTime } from './cron.ts';

const next = (schedule: string, after: string) => nextTime(schedule, new Date(after))?.toISOString();

describe('a cron schedule', () => {
  test.each([
    ['* * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00.000Z'],
    ['*/15 * * * *', '2026-01-01T00:15:30Z', '2026-01-01T00:30:00.000Z'],
    ['0 3 * * *', '2026-01-01T03:00:00Z', '2026-01-02T03:00:00.000Z'],
    ['30 4 1,15 * *', '2026-01-02T00:00:00Z', '2026-01-15T04:30:00.000Z'],
    ['0 0 * * mon-fri', '2026-01-02T12:00:00Z', '2026-01-05T00:00:00.000Z'],
    ['0 0 * * 7', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00.000Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['5-10/5 1 * jan *', '2026-01-01T01:05:00Z', '2026-01-01T01:10:00.000Z'],
    ['@hourly', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00.000Z'],
    ['0 0 13 * fri', '2026-01-03T00:00:00Z', '2026-01-09T00:00:00.000Z'],
  ])('%s after %s is due at %s', (schedule, after, due) => {
    expect(next(schedule, after)).toBe(due);
  });

  test.each(['', '* * * *', '60 * * * *', '* 24 * * *', '*/0 * * * *', 'a b c d e', '5-1 * * * *'])(
    '%j is no schedule',
    (schedule) => {
      expect(next(schedule, '2026-01-01T00:00:00Z')).toBeUndefined();
    },
  );

  test('for a day that never comes is never due', () => {
    expect(next('0 0 30 2 *', '2026-01-01T00:00:00Z')).toBeUndefined();
  });

  test('is always due later than the time asked about, at that minute and hour', () => {
    const minute = fc.integer({ min: 0, max: 59 });
    const hour = fc.integer({ min: 0, max: 23 });
    const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(minute, hour, time, (minute, hour, after) => {
        const due = nextTime(`${minute} ${hour} * * *`, after)!;
        expect([due.getUTCMinutes(), due.getUTCHours()]).toEqual([minute, hour]);
        const wait = due.getTime() - after.getTime();
        expect(wait > 0 && wait <= 24 * 3_600_000).toBe(true);
      }),
    );
  });
});
