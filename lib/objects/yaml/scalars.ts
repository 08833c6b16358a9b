/** How one string is written as a YAML scalar, so that YAML 1.1, YAML 1.2 and go-yaml (which kubectl uses) all
 * read the same string back. Whatever one of them could take for something else is put in double quotes. */

/** Words that one of the three reads as a boolean or null, whatever their case. */
const WORDS = new Set(['y', 'n', 'yes', 'no', 'true', 'false', 'on', 'off', 'null']);

/** Starts with a letter, `_` or `/` and holds printable ASCII only. */
const PLAIN = /^[A-Za-z_/][ -~]*$/;

/** Ends the scalar, starts a comment, or is lost: `: `, ` #`, a colon or a space at the end. */
const BREAKS_PLAIN = /: | #|[: ]$/;

/** Quantities and durations as Kubernetes writes them (`100m`, `128Mi`, `30s`). None of the three reads such a
 * text as a number: it has no leading zero, and no suffix here is an exponent. */
const QUANTITY = /^[1-9][0-9]{0,17}(?:m|s|h|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi|Ei)$/;

/** What JSON leaves as it is and YAML does not take raw, or reads as a line break or byte order mark. */
const ESCAPED = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** What a block scalar cannot carry exactly, in every reader: control characters but the line feed and tab,
 * other line breaks, a byte order mark, lines of nothing but white space, and white space or an empty line
 * at the start (which would need an indentation indicator). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NOT_IN_BLOCK = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|^[ \t\n]|\n[ \t]+(?:\n|$)/;

export function isPlain(text: string): boolean {
  if (!PLAIN.test(text)) return QUANTITY.test(text);
  return !BREAKS_PLAIN.test(text) && !(text.length < 6 && WORDS.has(text.toLowerCase()));
}

/** The text in double quotes. JSON's escapes are all YAML's too. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(ESCAPED, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whether a block scalar (`|`) carries the text exactly. */
export function fitsBlock(text: string): boolean {
  return text.includes('\n') && !NOT_IN_BLOCK.test(text);
}

/** The text as block scalar: header and lines, each behind `indent`. Only for texts that {@link fitsBlock}. */
export function block(text: string, indent: string): string {
  const end = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const body = end === '-' ? text : text.slice(0, -1);
  return `|${end}\n${body.replace(/^(?=[^\n])/gm, indent)}`;
}
