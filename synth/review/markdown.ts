/** Texts of others in Markdown: names and values come out of the program under review, whose author may have meant them to
 * look like something that Truekeel says, or to call people. */

/** Runs on one line, with nothing in it that Markdown, HTML or a forge reads: no link, no mention, no reference. */
export function plain(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]()<>#+!|@~$^&"'=%:]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}&#46;`);
}

/** A span of code, also in a cell of a table. */
export function code(text: string): string {
  // Control characters and line ends would end the span or the row.
  const content = oneLine(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padded = content === '' || /^[` ]|[` ]$/.test(content) ? ` ${content} ` : content;
  return `${fence}${padded}${fence}`;
}

/** A block of code that its content does not end. */
export function codeBlock(language: string, lines: readonly string[]): readonly string[] {
  const runs = lines.flatMap((line) => [...line.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(2, ...runs) + 1);
  return [`${fence}${language}`, ...lines.map(oneLine), fence];
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ');
}
