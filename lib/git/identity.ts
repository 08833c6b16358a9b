/** Who did something, and when. Always given, never taken from the machine. */

export interface Identity {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly seconds: number;
  /** Offset from UTC as Git writes it: `+0100`. */
  readonly timezone: string;
}

/** The identity as it stands in a commit object: `Ann <ann@example.org> 1700000000 +0100`. Characters that
 * would end a field or the line are dropped, as Git itself does. */
export function formatIdentity(identity: Identity): string {
  if (!Number.isSafeInteger(identity.seconds) || identity.seconds < 0) {
    throw new RangeError(`not a Git date: ${identity.seconds}`);
  }
  if (!/^[+-]\d{4}$/.test(identity.timezone))
    throw new RangeError(`not a Git time zone: ${identity.timezone}`);
  return `${clean(identity.name)} <${clean(identity.email)}> ${identity.seconds} ${identity.timezone}`;
}

/** Reads what {@link formatIdentity} writes. Odd lines, which old tools wrote, give what is legible. */
export function parseIdentity(line: string): Identity {
  const match = /^(.*?) ?<([^>]*)>(?: (-?\d+) ([+-]\d{4}))?/.exec(line);
  if (!match) return { name: clean(line), email: '', seconds: 0, timezone: '+0000' };
  const seconds = Number(match[3] ?? 0);
  return {
    name: clean(match[1] ?? ''),
    email: clean(match[2] ?? ''),
    seconds: Number.isSafeInteger(seconds) && seconds >= 0 ? seconds : 0,
    timezone: match[4] ?? '+0000',
  };
}

/** The moment as ISO 8601 with the offset it was written with: `2026-11-23T18:00:00+01:00`. */
export function isoDate(identity: Pick<Identity, 'seconds' | 'timezone'>): string {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(identity.timezone) ?? ['', '+', '00', '00'];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 * (sign === '-' ? -1 : 1);
  const local = new Date((identity.seconds + offset) * 1000).toISOString().slice(0, 19);
  return `${local}${sign}${hours}:${minutes}`;
}

function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[<>\u0000-\u001f\u007f]/g, '').trim();
}
