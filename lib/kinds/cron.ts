/** Schedules of CronJobs, as the library reads them that Kubernetes uses (robfig/cron, ParseStandard). */

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  {
    name: 'month',
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'day of week', min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const NICKNAMES = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
const RANGE = /^(\*|\?|\w+)(?:-(\w+))?(?:\/(\w+))?$/;

/** @returns why the text is no schedule, as the end of a sentence; undefined when it is one */
export function scheduleProblem(schedule: string): string | undefined {
  // Durations of @every and names of time zones are not looked into.
  if (/^(?:TZ|CRON_TZ)=/.test(schedule) || schedule.startsWith('@every ')) return undefined;
  if (schedule.startsWith('@')) {
    return NICKNAMES.includes(schedule) ? undefined : `is none of ${NICKNAMES.join(', ')}`;
  }
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) return `has ${fields.length} fields; a schedule has ${FIELDS.length}`;
  for (const [index, field] of FIELDS.entries()) {
    const problem = fieldProblem(fields[index] ?? '', field);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function fieldProblem(text: string, field: Field): string | undefined {
  const wrong = (part: string) =>
    `has "${part}" as ${field.name}; that is a number from ${field.min} to ${field.max}${field.names ? ' or a name' : ''}`;
  // Empty parts of a list are skipped.
  for (const part of text.split(',').filter((one) => one !== '')) {
    const match = RANGE.exec(part);
    if (!match) return wrong(part);
    const [, from = '', to, step] = match;
    const isAny = from === '*' || from === '?';
    const start = isAny ? field.min : numberOf(from, field);
    const end = isAny
      ? field.max
      : to === undefined
        ? step === undefined
          ? start
          : field.max
        : numberOf(to, field);
    if (start === undefined || end === undefined) return wrong(part);
    if (start < field.min || end > field.max || start > end) return wrong(part);
    if (step !== undefined && !(Number(step) > 0)) return wrong(part);
  }
  return undefined;
}

function numberOf(text: string, { min, names }: Field): number | undefined {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + min;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
