/** Variables in what Flux builds: `${name}` and the forms of bash that it documents ("Kustomization", "Post build variable
 * substitution"). What goes beyond these, it refuses or does in ways of its own; so it is not understood here. */

export type Variables = Readonly<Record<string, string>>;

/** @returns undefined when the text has a form that is not understood, which the substitution of Flux mostly fails for */
export function substituteVariables(text: string, values: Variables): string | undefined {
  try {
    return new Substitution(text, values).whole();
  } catch (error) {
    if (error instanceof NotAForm) return undefined;
    throw error;
  }
}

/** Whether Flux takes a name for one of a variable. */
export function isVariableName(name: string): boolean {
  return /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name);
}

class NotAForm extends Error {}

class Substitution {
  readonly #text: string;
  readonly #values: Variables;
  #at = 0;

  constructor(text: string, values: Variables) {
    this.#text = text;
    this.#values = values;
  }

  whole(): string {
    let made = '';
    while (this.#at < this.#text.length) {
      if (this.#takes('$$')) made += '$';
      else if (this.#takes('${')) made += this.#expression();
      else made += this.#character();
    }
    return made;
  }

  /** Behind `${`, up to its `}`. */
  #expression(): string {
    if (this.#takes('#')) {
      const value = this.#value();
      this.#close();
      return String(Buffer.byteLength(value));
    }
    const value = this.#value();
    if (this.#takes(':-') || this.#takes(':=') || this.#takes('=')) {
      const otherwise = this.#words();
      return value === '' ? otherwise : value;
    }
    const made = this.#transformed(value);
    this.#close();
    return made;
  }

  #transformed(value: string): string {
    for (const [sign, change] of CASES) if (this.#takes(sign)) return change(plain(value));
    for (const [sign, strip] of STRIPS) if (this.#takes(sign)) return strip(value, this.#argument(/[^}]/y));
    for (const [sign, replace] of REPLACEMENTS) {
      if (!this.#takes(sign)) continue;
      const pattern = this.#argument(/[^/]/y, true);
      if (pattern === '' || !this.#takes('/')) throw new NotAForm();
      while (this.#takes('/'));
      return this.#text[this.#at] === '}'
        ? replace(value, pattern, undefined)
        : replace(value, pattern, this.#argument(/[^}]/y, true));
    }
    if (!this.#takes(':')) return value;
    if (/[+?]/.test(this.#text[this.#at] ?? '')) throw new NotAForm(); // which Flux takes for a default
    const start = this.#argument(/[^:}]/y);
    return substring(plain(value), start, this.#takes(':') ? this.#argument(/[^}]/y) : undefined);
  }

  #value(): string {
    const [name = ''] = this.#match(/[\p{L}\p{Nd}_]+/uy);
    if (name === '') throw new NotAForm();
    return Object.hasOwn(this.#values, name) ? this.#values[name]! : '';
  }

  /** A default: text and variables, up to the closing brace. */
  #words(): string {
    let made = '';
    while (!this.#takes('}')) {
      made += this.#takes('${') ? this.#expression() : this.#character();
    }
    return made;
  }

  /** A variable, or a text without any. */
  #argument(allowed: RegExp, hasEscapes = false): string {
    if (this.#takes('${')) return this.#expression();
    let made = '';
    for (;;) {
      if (this.#text.startsWith('${', this.#at)) throw new NotAForm();
      const [escaped, sign] = hasEscapes ? this.#match(/\\([\\/])|\$(\$)/y) : [];
      if (escaped !== undefined) {
        made += sign ?? '$';
        continue;
      }
      const [character] = this.#match(allowed);
      if (character === undefined) break;
      made += character;
    }
    if (made === '') throw new NotAForm();
    return made;
  }

  #close(): void {
    if (!this.#takes('}')) throw new NotAForm();
  }

  #takes(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  #character(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new NotAForm();
    this.#at += 1;
    return character;
  }

  #match(pattern: RegExp): readonly (string | undefined)[] {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found ?? [];
  }
}

/** Flux counts bytes and knows cases as Go does, which is the same for ASCII. */
function plain(value: string): string {
  if (!/^[\0-\x7f]*$/.test(value)) throw new NotAForm();
  return value;
}

const first = (change: (character: string) => string) => (value: string) =>
  change(value.slice(0, 1)) + value.slice(1);
const upper = (value: string) => value.toUpperCase();
const lower = (value: string) => value.toLowerCase();

/** Longer signs before those that begin them. */
const CASES: readonly (readonly [string, (value: string) => string])[] = [
  ['^^', upper],
  ['^', first(upper)],
  [',,', lower],
  [',', first(lower)],
];

const STRIPS: readonly (readonly [string, (value: string, glob: string) => string])[] = [
  ['##', (value, glob) => value.slice(matchingPrefix(value, glob, 'longest').length)],
  ['#', (value, glob) => value.slice(matchingPrefix(value, glob, 'shortest').length)],
  ['%%', (value, glob) => reversed(stripped(reversed(value), reversed(glob), 'longest'))],
  ['%', (value, glob) => reversed(stripped(reversed(value), reversed(glob), 'shortest'))],
];

type Replace = (value: string, pattern: string, replacement: string | undefined) => string;

const REPLACEMENTS: readonly (readonly [string, Replace])[] = [
  ['//', (value, pattern, replacement = '') => value.replaceAll(pattern, () => replacement)],
  [
    '/#',
    (value, pattern, replacement) =>
      replacement !== undefined && value.startsWith(pattern)
        ? replacement + value.slice(pattern.length)
        : value,
  ],
  [
    '/%',
    (value, pattern, replacement) =>
      replacement !== undefined && value.endsWith(pattern)
        ? value.slice(0, -pattern.length) + replacement
        : value,
  ],
  ['/', (value, pattern, replacement = '') => value.replace(pattern, () => replacement)],
];

function stripped(value: string, glob: string, which: 'longest' | 'shortest'): string {
  return value.slice(matchingPrefix(value, glob, which).length);
}

/** The part at the beginning, not empty, that a pattern of `*`, `?` and letters matches. */
function matchingPrefix(value: string, glob: string, which: 'longest' | 'shortest'): string {
  if (/[[\]\\]/.test(glob)) throw new NotAForm(); // classes are read backwards for `%`
  const source = plain(glob).replace(/[\s\S]/g, (character) =>
    character === '*' ? '[\\s\\S]*' : character === '?' ? '[\\s\\S]' : character.replace(/\W/, '\\$&'),
  );
  const pattern = new RegExp(`^${source}$`);
  const prefixes = [...plain(value)].map((_, index) => value.slice(0, index + 1));
  if (which === 'longest') prefixes.reverse();
  return prefixes.find((prefix) => pattern.test(prefix)) ?? '';
}

function reversed(text: string): string {
  return [...text].reverse().join('');
}

/** What is no number leaves the value as it is, as in bash. */
function substring(value: string, start: string, length: string | undefined): string {
  const isNumber = (text: string) => /^[+-]?\d{1,15}$/.test(text);
  if (!isNumber(start)) return value;
  const from = Number(start) < 0 ? Math.max(0, value.length + Number(start)) : Number(start);
  if (length === undefined) return value.slice(from);
  if (!isNumber(length)) return value;
  if (Number(length) < 0) throw new NotAForm();
  return value.slice(from, from + Number(length));
}
