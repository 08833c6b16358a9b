/** Schedules of CronJobs, as the library reads them that Kubernetes uses (robfig/cron, ParseStandard), in its words. */
import { isTimeZone } from './time-zone.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  {
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const DESCRIPTORS = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]);
const EVERY = '@every ';
/** A duration as Go writes it. */
const DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const IN_ZONE = /^(?:CRON_)?TZ=([^ ]*)( .*)?$/s;
const SPACE = /\s+/;
const INTEGER = /^[+-]?\d+$/;

/** @returns why the text is no schedule; undefined when it is one */
export function scheduleProblem(schedule: string): string | undefined {
  const zoned = IN_ZONE.exec(schedule);
  if (!zoned) return problemOf(schedule);
  const [, zone = '', rest] = zoned;
  // The library cannot go on without one.
  if (rest === undefined) return 'invalid schedule format';
  return zone === '' || zone === 'Local' || isTimeZone(zone)
    ? problemOf(rest.trim())
    : `provided bad location ${zone}: unknown time zone ${zone}`;
}

function problemOf(schedule: string): string | undefined {
  if (schedule.startsWith('@')) return descriptorProblem(schedule);
  const fields = schedule.split(SPACE).filter((field) => field !== '');
  if (fields.length !== FIELDS.length) {
    return `expected exactly ${FIELDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`;
  }
  for (const [i, bounds] of FIELDS.entries()) {
    // Empty parts of a list are skipped.
    for (const range of fields[i]!.split(',')) {
      const problem = range === '' ? undefined : rangeProblem(range, bounds);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function descriptorProblem(descriptor: string): string | undefined {
  if (DESCRIPTORS.has(descriptor)) return undefined;
  if (!descriptor.startsWith(EVERY)) return `unrecognized descriptor: ${descriptor}`;
  const duration = descriptor.slice(EVERY.length);
  return DURATION.test(duration)
    ? undefined
    : `failed to parse duration ${descriptor}: time: invalid duration ${JSON.stringify(duration)}`;
}

/** Of `number`, `number-number`, `*` or `?`, each perhaps with `/number`. */
function rangeProblem(range: string, bounds: Bounds): string | undefined {
  const [ends = '', ...steps] = range.split('/');
  const [low = '', ...highs] = ends.split('-');
  const isAny = low === '*' || low === '?';
  const start = isAny ? bounds.min : integer(low, bounds);
  if (typeof start === 'string') return start;
  if (!isAny && highs.length > 1) return `too many hyphens: ${range}`;
  let end = isAny ? bounds.max : highs.length === 0 ? start : integer(highs[0]!, bounds);
  if (typeof end === 'string') return end;
  if (steps.length > 1) return `too many slashes: ${range}`;
  const step = steps.length === 0 ? 1 : integer(steps[0]!);
  if (typeof step === 'string') return step;
  // From a number on, to the end.
  if (steps.length > 0 && highs.length === 0) end = bounds.max;
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${range}`;
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${range}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${range}`;
  return step === 0 ? `step of range should be a positive number: ${range}` : undefined;
}

/** @returns the number, or why it is none */
function integer(text: string, bounds?: Bounds): number | string {
  const named = bounds?.names?.indexOf(text.toLowerCase()) ?? -1;
  if (bounds && named >= 0) return bounds.min + named;
  if (!INTEGER.test(text)) {
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  }
  return Number(text) < 0 ? `negative number (${text}) not allowed: ${text}` : Number(text);
}
