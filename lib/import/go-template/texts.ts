/** Texts of Go and Sprig. */
import { javaScriptPattern } from '../../expressions/index.ts';
import { type Call, int, ofTexts, plainText, taking, text } from './arguments.ts';
import { dictionary, isDictionary, isList, print, Refusal, type Value } from './values.ts';

/** What Go takes for space at the ends of a text. */
const SPACE = /^[\t\n\v\f\r \u0085\u00a0]+|[\t\n\v\f\r \u0085\u00a0]+$/g;

function trimmed(characters: string, value: string): string {
  const letters = [...value];
  while (letters.length > 0 && characters.includes(letters[0]!)) letters.shift();
  while (letters.length > 0 && characters.includes(letters.at(-1)!)) letters.pop();
  return letters.join('');
}

/** With Go's escapes. */
function quoted(value: string): string {
  // Others are escaped by tables of what can be printed.
  if (!/^[\t\n\r -~]*$/.test(value)) throw new Refusal();
  return JSON.stringify(value);
}

function indented(spaces: Value, value: Value): string {
  const pad = ' '.repeat(Math.max(0, int(spaces)));
  return pad + text(value).replaceAll('\n', `\n${pad}`);
}

function trunc(length: Value, value: Value): string {
  const [count, given] = [int(length), plainText(value)];
  if (count >= 0) return given.slice(0, count);
  return given.length + count > 0 ? given.slice(given.length + count) : given;
}

function substring(start: Value, end: Value, value: Value): string {
  const [from, to, given] = [int(start), int(end), plainText(value)];
  if (from < 0) {
    if (to < 0 || to > given.length) throw new Refusal();
    return given.slice(0, to);
  }
  if (to < 0 || to > given.length) {
    if (from > given.length) throw new Refusal();
    return given.slice(from);
  }
  if (from > to) throw new Refusal();
  return given.slice(from, to);
}

const VERB = /%([-0 ]*)(\d*)(?:\.(\d+))?([\s\S])/g;

function printf([format, ...values]: readonly Value[]): string {
  const rest = [...values];
  const made = text(format).replace(
    VERB,
    (_whole, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%' && flags === '' && width === '') return '%';
      if (rest.length === 0) throw new Refusal();
      const written = formatted(verb, rest.shift(), precision);
      if (Number(width) > 1000 || flags.includes(' ')) throw new Refusal();
      if (flags.includes('-')) return written.padEnd(Number(width));
      if (!flags.includes('0')) return written.padStart(Number(width));
      if (!'df'.includes(verb)) throw new Refusal();
      const sign = written.startsWith('-') ? '-' : '';
      return sign + written.slice(sign.length).padStart(Number(width) - sign.length, '0');
    },
  );
  if (rest.length > 0 || /%$/.test(text(format).replace(VERB, ''))) throw new Refusal();
  return made;
}

function formatted(verb: string, value: Value, precision: string | undefined): string {
  if (precision !== undefined && verb !== 'f') throw new Refusal();
  if (verb === 'v') return print(value);
  if (verb === 's' && (typeof value === 'string' || (isList(value) && value.every(isText))))
    return print(value);
  if (verb === 'd' && typeof value === 'bigint') return String(value);
  if (verb === 't' && typeof value === 'boolean') return String(value);
  if (verb === 'q' && typeof value === 'string') return quoted(value);
  if (verb === 'f' && typeof value === 'number' && Math.abs(value) < 1e15) {
    return value.toFixed(Math.min(Number(precision ?? 6), 20));
  }
  throw new Refusal();
}

const isText = (value: Value) => typeof value === 'string';

/** As Go's `Sprint`: apart where neither is a text. */
const printed: Call = (given) =>
  given
    .map((value, index) => {
      const isApart = index > 0 && !isText(value) && !isText(given[index - 1]);
      return (isApart ? ' ' : '') + print(value);
    })
    .join('');

function pattern(source: string, flags = ''): RegExp {
  const translated = javaScriptPattern(source);
  if (translated === undefined) throw new Refusal();
  return new RegExp(translated, `u${flags}`);
}

function replacedAll(source: string, value: string, replacement: string): string {
  return value.replace(pattern(source, 'g'), (...matched: unknown[]) => {
    const named = matched.at(-1);
    const groups = typeof named === 'object' ? (named as Record<string, string | undefined>) : {};
    return replacement.replace(
      /\$(?:\$|\{(\w+)\}|(\w+))/g,
      (sign: string, braced?: string, bare?: string) => {
        const name = braced ?? bare;
        if (name === undefined) return sign === '$$' ? '$' : '';
        const group = /^\d+$/.test(name) ? matched[Number(name)] : groups[name];
        return typeof group === 'string' && Number(name) < matched.length - 2 ? group : (groups[name] ?? '');
      },
    );
  });
}

const found = (source: string, value: string) => value.match(pattern(source))?.[0] ?? '';
const isFound = (source: string, value: string) => pattern(source).test(value);

function cleaned(path: string): string {
  const isAbsolute = path.startsWith('/');
  const kept: string[] = [];
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') kept.push(step);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isAbsolute) kept.push(step);
  }
  const joined = `${isAbsolute ? '/' : ''}${kept.join('/')}`;
  return joined === '' ? '.' : joined;
}

function base(path: string): string {
  if (path === '') return '.';
  const last = path.replace(/\/+$/, '').split('/').at(-1)!;
  return last === '' ? '/' : last;
}

/** Each with a twin that begins with `must`. */
const PATTERNS: Readonly<Record<string, Call>> = {
  regexMatch: ofTexts(2, isFound),
  regexFind: ofTexts(2, found),
  regexFindAll: taking(3, (source, value, count) => {
    const all = [...text(value).matchAll(pattern(text(source), 'g'))].map(([match]) => match);
    if (all.includes('')) throw new Refusal(); // Go passes over some that are empty
    return int(count) < 0 ? all : all.slice(0, int(count));
  }),
  regexReplaceAll: ofTexts(3, (source, value, replacement) => replacedAll(source!, value!, replacement!)),
  regexReplaceAllLiteral: ofTexts(3, (source, value, replacement) =>
    value!.replace(pattern(source!, 'g'), () => replacement!),
  ),
};

export const TEXTS: Readonly<Record<string, Call>> = {
  ...PATTERNS,
  ...Object.fromEntries(
    Object.entries(PATTERNS).map(([name, call]) => [`must${name[0]!.toUpperCase()}${name.slice(1)}`, call]),
  ),
  lower: taking(1, (value) => plainText(value).toLowerCase()),
  upper: taking(1, (value) => plainText(value).toUpperCase()),
  title: taking(1, (value) => plainText(value).replace(/(^|[^\w'])([a-z])/g, (match) => match.toUpperCase())),
  untitle: taking(1, (value) => plainText(value).replace(/(^|\s)([A-Z])/g, (match) => match.toLowerCase())),
  trim: ofTexts(1, (value) => value!.replace(SPACE, '')),
  nospace: taking(1, (value) => plainText(value).replace(/\s/g, '')),
  trimPrefix: ofTexts(2, (prefix, value) =>
    value!.startsWith(prefix!) ? value!.slice(prefix!.length) : value!,
  ),
  trimSuffix: ofTexts(2, (suffix, value) =>
    suffix !== '' && value!.endsWith(suffix!) ? value!.slice(0, -suffix!.length) : value!,
  ),
  trimAll: ofTexts(2, (characters, value) => trimmed(characters!, value!)),
  trimall: ofTexts(2, (characters, value) => trimmed(characters!, value!)),
  hasPrefix: ofTexts(2, (prefix, value) => value!.startsWith(prefix!)),
  hasSuffix: ofTexts(2, (suffix, value) => value!.endsWith(suffix!)),
  contains: ofTexts(2, (part, value) => value!.includes(part!)),
  replace: ofTexts(3, (from, to, value) => value!.replaceAll(from!, () => to!)),
  repeat: taking(2, (count, value) => {
    const [times, given] = [int(count), text(value)];
    if (times < 0 || times * given.length > 100_000) throw new Refusal();
    return given.repeat(times);
  }),
  splitList: ofTexts(2, (separator, value) => (separator === '' ? [...value!] : value!.split(separator!))),
  split: ofTexts(2, (separator, value) =>
    dictionary(
      (separator === '' ? [...value!] : value!.split(separator!)).map((part, index) => [`_${index}`, part]),
    ),
  ),
  indent: taking(2, indented),
  nindent: taking(2, (spaces, value) => `\n${indented(spaces, value)}`),
  trunc: taking(2, trunc),
  substr: taking(3, substring),
  plural: taking(3, (one, many, count) => (int(count) === 1 ? text(one) : text(many))),
  quote: (given) =>
    there(given)
      .map((value) => quoted(print(value)))
      .join(' '),
  squote: (given) =>
    there(given)
      .map((value) => `'${print(value)}'`)
      .join(' '),
  cat: (given) => there(given).map(print).join(' '),
  toString: taking(1, (value) => {
    if (isList(value) || isDictionary(value)) throw new Refusal();
    return print(value);
  }),
  print: printed,
  println: (given) => `${given.map(print).join(' ')}\n`,
  printf,
  regexQuoteMeta: ofTexts(1, (value) => value!.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')),
  base: ofTexts(1, (value) => base(value!)),
  dir: ofTexts(1, (value) => cleaned(value!.slice(0, value!.lastIndexOf('/') + 1))),
  clean: ofTexts(1, (value) => cleaned(value!)),
  ext: ofTexts(1, (value) => /\.[^./]*$/.exec(value!)?.[0] ?? ''),
  isAbs: ofTexts(1, (value) => value!.startsWith('/')),
};

function there(given: readonly Value[]): readonly Value[] {
  return given.filter((value) => value !== null && value !== undefined);
}
