/** The five fields of a cron schedule (crontab(5)), with the `@hourly` family and `CRON_TZ`-free UTC times. */

interface Field {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MINUTE: Field = { from: 0, to: 59 };
const HOUR: Field = { from: 0, to: 23 };
const DAY: Field = { from: 1, to: 31 };
const MONTH: Field = {
  from: 1,
  to: 12,
  names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
};
/** 7 is Sunday too. */
const WEEKDAY: Field = { from: 0, to: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] };

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const MINUTE_MS = 60_000;
/** Beyond this a schedule (30 February) is taken never to come. */
const HORIZON_MINUTES = 60 * 24 * 366 * 4;

/** The first time after `after` at which a schedule is due, in UTC; undefined when the text is no schedule or the
 * time never comes. */
export function nextTime(schedule: string, after: Date): Date | undefined {
  const fields = (NICKNAMES[schedule.trim()] ?? schedule).trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minutes, hours, days, months, weekdays] = [MINUTE, HOUR, DAY, MONTH, WEEKDAY].map((field, index) =>
    parseField(fields[index]!, field),
  ); // five of each
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  // When both are restricted, a day that matches either is due (crontab(5)).
  const eitherDay = !fields[2]!.startsWith('*') && !fields[4]!.startsWith('*');

  let time = Math.floor(after.getTime() / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const end = time + HORIZON_MINUTES * MINUTE_MS;
  while (time < end) {
    const date = new Date(time);
    const dayMatches = days.has(date.getUTCDate());
    const weekday = date.getUTCDay();
    const weekdayMatches = weekdays.has(weekday) || (weekday === 0 && weekdays.has(7));
    const isDay = eitherDay ? dayMatches || weekdayMatches : dayMatches && weekdayMatches;
    if (!months.has(date.getUTCMonth() + 1) || !isDay) {
      time = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
    } else if (!hours.has(date.getUTCHours())) {
      time += (60 - date.getUTCMinutes()) * MINUTE_MS;
    } else if (!minutes.has(date.getUTCMinutes())) {
      time += MINUTE_MS;
    } else {
      return date;
    }
  }
  return undefined;
}

function parseField(text: string, { from, to, names }: Field): ReadonlySet<number> | undefined {
  const numberOf = (word: string): number => {
    const named = names?.indexOf(word.toLowerCase()) ?? -1;
    return named >= 0 ? named + from : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:\*|([^/-]+)(?:-([^/-]+))?)(?:\/(\d+))?$/.exec(part);
    if (!match) return undefined;
    const [, first, last, step] = match;
    const start = first === undefined ? from : numberOf(first);
    const single = first !== undefined && last === undefined && step === undefined;
    const stop = last !== undefined ? numberOf(last) : single ? start : to;
    const stride = step === undefined ? 1 : Number(step);
    if (!(start >= from && stop <= to && start <= stop && stride > 0)) return undefined;
    for (let value = start; value <= stop; value += stride) values.add(value);
  }
  return values;
}
