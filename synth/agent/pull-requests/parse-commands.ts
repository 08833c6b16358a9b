/** A comment → the commands in it. A command is a line of its own that begins with `/` and a word. What somebody quotes, shows as
 * code or hides is no command: in doubt a line is none, as it can be written again and not be taken back. */
export interface CommentCommand {
  /** Without the slash, in lower case. */
  readonly name: string;
  readonly args: readonly string[];
}

/** More in one comment is nothing that a person means. */
const MOST_COMMANDS = 5;
const MOST_CHARACTERS = 65_536;

const COMMAND = /^\/([a-z][a-z-]{0,30})((?:[ \t]+\S+)*)[ \t]*$/i;
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
/** Quotes, items of lists, rows of tables and headings begin a block that goes on until an empty line (CommonMark, "Lazy
 * continuation line"), and so do blocks of HTML, some of which go on until they are closed. */
const BLOCK = /^\s*(?:>|[-*+]\s|\d{1,9}[.)]\s|\||#{1,6}\s)/;
const HTML = /<(?:!|\?|\/?[a-z])/i;
const OPENS = /<(!--|pre|code|script|style|textarea|details|blockquote|template)\b|<!--/gi;

/** @param text Markdown, as its author wrote it */
export function parseCommands(text: string): readonly CommentCommand[] {
  if (text.length > MOST_CHARACTERS) return [];
  const found: CommentCommand[] = [];
  let fence: string | undefined;
  let isInBlock = false;
  let html: string | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const marks = FENCE.exec(line);
    if (fence !== undefined) {
      const closes = marks?.[1]?.startsWith(fence) && marks[2]?.trim() === '';
      if (closes) fence = undefined;
      continue;
    }
    if (html !== undefined) {
      if (line.toLowerCase().includes(html)) html = undefined;
      isInBlock = true;
      continue;
    }
    if (line.trim() === '') {
      isInBlock = false;
      continue;
    }
    // What a quote opens ends with it.
    html = line.trimStart().startsWith('>') ? undefined : leftOpen(line);
    if (html !== undefined || BLOCK.test(line) || HTML.test(line)) {
      isInBlock = true;
      continue;
    }
    if (marks) {
      fence = marks[1]!;
      continue;
    }
    const command = isInBlock ? null : COMMAND.exec(line);
    // A span of code may go on in the next line.
    isInBlock ||= leavesCodeOpen(line);
    if (command && found.length < MOST_COMMANDS) {
      const args = (command[2] ?? '').split(/[ \t]+/).filter((arg) => arg !== '');
      found.push({ name: command[1]!.toLowerCase(), args });
    }
  }
  return found;
}

function leavesCodeOpen(line: string): boolean {
  const runs = Map.groupBy(line.match(/`+/g) ?? [], ({ length }) => length);
  return [...runs.values()].some(({ length }) => length % 2 === 1);
}

/** @returns what closes an element or comment that the line leaves open */
function leftOpen(line: string): string | undefined {
  const lower = line.toLowerCase();
  for (const match of lower.matchAll(OPENS)) {
    const name = match[1];
    const end = name === undefined || name === '!--' ? '-->' : `</${name}`;
    if (!lower.includes(end, match.index + match[0].length)) return end;
  }
  return undefined;
}
