/** Trailers: the `Name: value` lines at the end of a commit message (git-interpret-trailers). */

export type Trailer = readonly [name: string, value: string];

const LINE = /^([A-Za-z0-9][A-Za-z0-9-]*): ?(.*)$/;

/** The trailers of a message: its last paragraph, when every line of it is one (or continues one, by
 * starting with white space), and when it is not the first paragraph. */
export function parseTrailers(message: string): readonly Trailer[] {
  const paragraphs = message
    .replace(/\r\n/g, '\n')
    .trimEnd()
    .split(/\n[ \t]*\n/);
  if (paragraphs.length < 2) return [];
  const trailers: [string, string][] = [];
  for (const line of paragraphs
    .at(-1)!
    .split('\n')
    .filter((text) => text !== '')) {
    const match = LINE.exec(line);
    const last = trailers.at(-1);
    if (match) trailers.push([match[1]!, match[2]!.trim()]);
    else if (last && /^[ \t]/.test(line)) last[1] = `${last[1]} ${line.trim()}`;
    else return [];
  }
  return trailers;
}

/** The value of the last trailer of that name; names ignore case. */
export function trailer(trailers: readonly Trailer[], name: string): string | undefined {
  return trailers.findLast(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** A message with its trailers as last paragraph.
 * @throws RangeError when a name or value would not be read back as it is */
export function formatMessage(subject: string, body: string, trailers: readonly Trailer[]): string {
  for (const [name, value] of trailers) {
    if (!LINE.test(`${name}: `) || /[\n\r\0]/.test(value))
      throw new RangeError(`not a trailer: ${JSON.stringify([name, value])}`);
  }
  const lines = trailers.map(([name, value]) => `${name}: ${value}`).join('\n');
  return `${[subject, body, lines].filter((part) => part !== '').join('\n\n')}\n`;
}
