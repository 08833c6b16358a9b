/** Patterns of schemas are Go's (RE2 syntax, https://github.com/google/re2/wiki/Syntax); at run time they are JavaScript's. */

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** Escapes that both know, with the same meaning under the flag `u`. */
const SAME_ESCAPE = /^[bBdDwWfnrtv^$\\.*+?()[\]{}|/]$/;

/** The same pattern as source of a RegExp with the flag `u`; undefined where JavaScript has nothing of the kind, or the
 * pattern is no pattern. */
export function javaScriptPattern(pattern: string): string | undefined {
  const source = translate(pattern);
  if (source === undefined) return undefined;
  try {
    new RegExp(source, 'u');
    return source;
  } catch {
    return undefined;
  }
}

function translate(pattern: string): string | undefined {
  let out = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const posix = inClass ? /^\[:(\^?)([a-z]+):\]/.exec(rest) : null;
    if (posix) {
      const members = POSIX_CLASSES[posix[2]!];
      // One class cannot hold the complement of another.
      if (members === undefined || posix[1] !== '') return undefined;
      out += members;
      at += posix[0].length;
      // What a range cannot begin with is followed by a mere character.
      if (pattern[at] === '-') {
        out += '\\-';
        at += 1;
      }
    } else if (rest.startsWith('\\')) {
      const escaped = translateEscape(rest, inClass);
      if (!escaped) return undefined;
      out += escaped.source;
      at += escaped.length;
      if (inClass && escaped.isClass && pattern[at] === '-') {
        out += '\\-';
        at += 1;
      }
    } else if (!inClass && rest.startsWith('(?')) {
      const group = /^\(\?(?:P?<([A-Za-z_]\w*)>|:)/.exec(rest);
      // Flags, which hold for a part of the pattern only.
      if (!group) return undefined;
      out += group[1] === undefined ? '(?:' : `(?<${group[1]}>`;
      at += group[0].length;
    } else if (!inClass && rest.startsWith('[')) {
      // A bracket that stands first in a class is a member of it.
      const open = /^\[\^?(\])?/.exec(rest)!;
      out += open[1] === undefined ? open[0] : `${open[0].slice(0, -1)}\\]`;
      inClass = true;
      at += open[0].length;
    } else {
      const char = String.fromCodePoint(rest.codePointAt(0)!);
      const closes = inClass && char === ']';
      out += closes ? char : literal(char, pattern.slice(0, at), rest, inClass);
      if (closes) inClass = false;
      at += char.length;
    }
  }
  return inClass ? undefined : out;
}

/** Braces that count nothing, and brackets that open no class, are characters to Go. */
function literal(char: string, before: string, rest: string, inClass: boolean): string {
  if (inClass) return char === '[' || char === '/' ? `\\${char}` : char;
  if (char === '.') return '[^\\n]';
  if (char === '{') return /^\{\d+(?:,\d*)?\}/.test(rest) ? char : '\\{';
  if (char === '}') return /\{\d+(?:,\d*)?$/.test(before) ? char : '\\}';
  return char === '/' || char === ']' ? `\\${char}` : char;
}

interface Escape {
  readonly source: string;
  /** Of what it stands for in the pattern. */
  readonly length: number;
  /** Whether it stands for several characters. */
  readonly isClass?: boolean;
}

function translateEscape(rest: string, inClass: boolean): Escape | undefined {
  const next = rest[1];
  if (next === undefined) return undefined;
  if (next === 'A') return { source: '^', length: 2 };
  if (next === 'z') return { source: '$', length: 2 };
  if (next === 'a') return { source: '\\x07', length: 2 };
  // Go's white space is ASCII's.
  if (next === 's') {
    return { source: inClass ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]', length: 2, isClass: true };
  }
  if (next === 'S') return inClass ? undefined : { source: '[^\\t\\n\\f\\r ]', length: 2 };
  const code = /^\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/.exec(rest);
  if (code) return { source: `\\u{${code[1] ?? code[2]}}`, length: code[0].length };
  const property = /^\\([pP])(?:\{([A-Za-z_]+)\}|([A-Z]))/.exec(rest);
  if (property) {
    const [whole, letter, name, short] = property;
    const value = name ?? short!;
    const known = value.length <= 2 ? value : `Script=${value}`;
    return { source: `\\${letter}{${known}}`, length: whole.length, isClass: true };
  }
  if (inClass && next === '-') return { source: '\\-', length: 2 };
  if (inClass && (next === 'b' || next === 'B')) return undefined;
  if (SAME_ESCAPE.test(next)) return { source: `\\${next}`, length: 2, isClass: /[dDwW]/.test(next) };
  // Go takes any punctuation behind a backslash for itself.
  return /^[!-/:-@[-`{-~]$/.test(next) ? { source: next, length: 2 } : undefined;
}
