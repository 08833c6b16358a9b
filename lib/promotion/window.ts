/** Whether a window is open at a moment, on the clocks of its time zone, which may be put forward and back. */
import { type Gate, WEEKDAYS } from '../objects/index.ts';

type TimeWindow = Extract<Gate, { readonly type: 'window' }>;

export interface WindowState {
  readonly open: boolean;
  /** When that changes, in milliseconds since 1970. Undefined where it opens on no day that is near. */
  readonly until: number | undefined;
}

const DAY_MS = 86_400_000;

/** How many days are looked ahead: a day of the week comes again within seven, and daylight saving may leave out one. */
const LOOK_AHEAD = 15;

/** @param at milliseconds since 1970 */
export function windowAt(window: TimeWindow, at: number): WindowState {
  const occurrences = occurrencesAround(window, at);
  const now = occurrences.filter(({ from, to }) => from <= at && at < to);
  if (now.length === 0) {
    return { open: false, until: occurrences.map(({ from }) => from).find((from) => from > at) };
  }
  // One may begin before the other ends: it is open until all of them have.
  let until = Math.max(...now.map(({ to }) => to));
  for (const { from, to } of occurrences) if (from <= until && to > until) until = to;
  return { open: true, until };
}

interface Occurrence {
  readonly from: number;
  readonly to: number;
}

/** In their order. */
function occurrencesAround({ days, from, to, timeZone }: TimeWindow, at: number): readonly Occurrence[] {
  const today = Math.floor((at + offsetAt(timeZone, at)) / DAY_MS) * DAY_MS;
  const lasts = minutes(to) > minutes(from) ? 0 : DAY_MS;
  return Array.from({ length: LOOK_AHEAD }, (_, index) => today + (index - 2) * DAY_MS)
    .filter((day) => days === undefined || days.includes(weekdayOf(day)))
    .map((day) => ({
      from: instantOf(timeZone, day + minutes(from) * 60_000),
      to: instantOf(timeZone, day + lasts + minutes(to) * 60_000),
    }))
    .filter((occurrence) => occurrence.from < occurrence.to);
}

function minutes(time: string): number {
  const [hours = 0, rest = 0] = time.split(':').map(Number);
  return hours * 60 + rest;
}

/** @param day midnight, as if the clock were UTC's */
function weekdayOf(day: number) {
  // 1970-01-01 was a Thursday.
  return WEEKDAYS[(Math.floor(day / DAY_MS) + 3) % 7]!;
}

/** When a clock shows a time: the first time of two, where it is put back; what it shows an hour on, where it is put forward and
 * never shows that (as `Temporal` does by default).
 * @param local as if the clock were UTC's */
function instantOf(timeZone: string, local: number): number {
  const before = local - offsetAt(timeZone, local - DAY_MS);
  const after = local - offsetAt(timeZone, local + DAY_MS);
  if (before === after) return before;
  const shown = [before, after].filter((moment) => moment + offsetAt(timeZone, moment) === local);
  return shown.length === 0 ? before : Math.min(...shown);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a clock is ahead of UTC's. */
function offsetAt(timeZone: string, at: number): number {
  const known = formats.get(timeZone);
  const format =
    known ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  if (!known) formats.set(timeZone, format);
  const part = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(
    part.get('year')!,
    part.get('month')! - 1,
    part.get('day'),
    part.get('hour'),
    part.get('minute'),
    part.get('second'),
  );
  return shown - Math.floor(at / 1000) * 1000;
}
