import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Gate, WEEKDAYS } from '../objects/index.ts';
import { windowAt } from './window.ts';

type Window = Extract<Gate, { readonly type: 'window' }>;
const window = (from: string, to: string, timeZone: string, days?: Window['days']): Window => ({
  type: 'window',
  from,
  to,
  timeZone,
  ...(days && { days }),
});
const at = (time: string) => Date.parse(time);
const shown = ({ open, until }: ReturnType<typeof windowAt>) => [
  open,
  until === undefined ? undefined : new Date(until).toISOString(),
];

describe('a window', () => {
  const office = window('08:00', '16:00', 'Europe/Berlin', ['monday', 'friday']);

  it.each([
    ['2026-11-27T06:59:59Z', false, '2026-11-27T07:00:00.000Z'],
    ['2026-11-27T07:00:00Z', true, '2026-11-27T15:00:00.000Z'],
    ['2026-11-27T15:00:00Z', false, '2026-11-30T07:00:00.000Z'],
    // Monday in Auckland, Sunday in Berlin.
    ['2026-11-29T20:00:00Z', false, '2026-11-30T07:00:00.000Z'],
    // In summer Berlin is two hours ahead.
    ['2026-07-03T06:00:00Z', true, '2026-07-03T14:00:00.000Z'],
  ])('is at %s open: %s, until %s', (time, open, until) => {
    expect(shown(windowAt(office, at(time)))).toEqual([open, until]);
  });

  it('that ends before it begins ends on the next day, which need not be one of its days', () => {
    const night = window('22:00', '06:00', 'UTC', ['friday']);
    expect(shown(windowAt(night, at('2026-11-28T05:59:00Z')))).toEqual([true, '2026-11-28T06:00:00.000Z']);
    expect(shown(windowAt(night, at('2026-11-27T05:00:00Z')))).toEqual([false, '2026-11-27T22:00:00.000Z']);
  });

  it('of a time that the clock leaves out is moved by what it is put forward', () => {
    // In Berlin it is 03:00 after 01:59:59 on that day.
    const early = window('02:15', '02:45', 'Europe/Berlin');
    const spring = at('2026-03-29T00:30:00Z');
    expect(shown(windowAt(early, spring))).toEqual([false, '2026-03-29T01:15:00.000Z']);
    expect(shown(windowAt(early, at('2026-03-29T01:20:00Z')))).toEqual([true, '2026-03-29T01:45:00.000Z']);
  });

  it('of a time that the clock shows twice is open the first time', () => {
    const early = window('02:15', '02:45', 'Europe/Berlin');
    expect(shown(windowAt(early, at('2026-10-25T00:20:00Z')))).toEqual([true, '2026-10-25T00:45:00.000Z']);
    expect(windowAt(early, at('2026-10-25T01:20:00Z')).open).toBe(false);
  });

  it('over the whole night is an hour shorter when the clock is put forward, and longer when it is put back', () => {
    const night = window('23:00', '05:00', 'America/New_York');
    const length = (inside: string) => {
      const { until } = windowAt(night, at(inside));
      let from = at(inside);
      while (windowAt(night, from - 60_000).open) from -= 60_000;
      return (until! - from) / 3_600_000;
    };
    expect(length('2026-03-08T06:00:00Z')).toBe(5);
    expect(length('2026-11-01T05:00:00Z')).toBe(7);
    expect(length('2026-06-01T05:00:00Z')).toBe(6);
  });
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const windows = fc
  .record({
    from: time,
    to: time,
    timeZone: fc.constantFrom(...ZONES),
    days: fc.option(fc.subarray([...WEEKDAYS], { minLength: 1 }), { nil: undefined }),
  })
  .filter(({ from, to }) => from !== to)
  .map(({ from, to, timeZone, days }) => window(from, to, timeZone, days));
const moments = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2036-01-01T00:00:00Z') });

/** What a clock on the wall shows: the day of the week, and the minutes since midnight. */
function wall(timeZone: string, moment: number): readonly [day: number, minutes: number] {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(moment);
  const part = (type: string) => parts.find((one) => one.type === type)!.value;
  const day = WEEKDAYS.findIndex((name) => part('weekday').toLowerCase() === `${name}`);
  return [day, Number(part('hour')) * 60 + Number(part('minute'))];
}

function isOpenOnTheWall({ from, to, timeZone, days = WEEKDAYS }: Window, moment: number): boolean {
  const [day, minutes] = wall(timeZone, moment);
  const [begin, end] = [from, to].map((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
  const begins = (which: number) => days.includes(WEEKDAYS[(which + 7) % 7]!);
  if (begin! < end!) return begins(day) && minutes >= begin! && minutes < end!;
  return (begins(day) && minutes >= begin!) || (begins(day - 1) && minutes < end!);
}

test('whatever the window, it is open when the clock on the wall says so, on days that it is not put', () => {
  fc.assert(
    fc.property(windows, moments, (of, moment) => {
      // Clocks that are put within two days are tested by example.
      const offset = (when: number) => wall(of.timeZone, when)[1] - wall('UTC', when)[1];
      const turned = (hours: number) =>
        (((offset(moment + hours * 3_600_000) - offset(moment)) % 1440) + 1440) % 1440;
      fc.pre([-48, -24, 24, 48].every((hours) => turned(hours) === 0));
      expect(windowAt(of, moment - (moment % 60_000)).open).toBe(isOpenOnTheWall(of, moment));
    }),
  );
});

test('whatever the window, it stays as it is until the moment that it names, and is otherwise then', () => {
  fc.assert(
    fc.property(
      windows,
      moments,
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (of, moment, part) => {
        const { open, until } = windowAt(of, moment);
        expect(until).toBeGreaterThan(moment);
        expect(windowAt(of, moment + Math.floor((until! - moment) * part)).open).toBe(open);
        expect(windowAt(of, until!).open).toBe(!open);
      },
    ),
  );
});
