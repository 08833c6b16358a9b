/** Names of time zones (https://data.iana.org/time-zones/theory.html#naming). */
import { type FieldError, invalidValue } from './field-errors.ts';

const PART = /^[A-Za-z.\-_0-9+]{1,14}$/;
/** Trees of a full data base of time zones, which the runtime's own list leaves out. */
const TREES = ['posix/', 'right/'];
/** What the runtime takes for a zone is an offset too. */
const OFFSET = /^[+-]/;

export function timeZoneErrors(zone: string | null | undefined, field: string): FieldError[] {
  if (zone == null) return [];
  if (zone === '') return [invalidValue(field, zone, 'timeZone must be nil or non-empty string')];
  const isName = zone
    .split('/')
    .every((part) => part !== '.' && part !== '..' && !part.startsWith('-') && PART.test(part));
  if (!isName) return [invalidValue(field, zone, `unknown time zone ${zone}`)];
  const why = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
  if (zone === 'Local') return [invalidValue(field, zone, why)];
  return [
    ...(zone.toLowerCase() === 'local' ? [invalidValue(field, zone, why)] : []),
    ...(isTimeZone(zone) ? [] : [invalidValue(field, zone, `unknown time zone ${zone}`)]),
  ];
}

/** Making a formatter takes a while, and a repository's schedules are in few zones. */
const known = new Map<string, boolean>();

export function isTimeZone(zone: string): boolean {
  let answer = known.get(zone);
  if (answer === undefined) {
    answer = isListed(TREES.includes(zone.slice(0, 6)) ? zone.slice(6) : zone);
    known.set(zone, answer);
  }
  return answer;
}

function isListed(zone: string): boolean {
  if (zone === '' || OFFSET.test(zone)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions();
    // The runtime does not look at the case of letters; the files of zones that the server reads have one.
    return timeZone === zone || timeZone.toLowerCase() !== zone.toLowerCase();
  } catch {
    return false;
  }
}
