/** Writes JSON as YAML in block style, the same bytes for the same value.
 *
 * Keys are ordered: `apiVersion`, `kind`, `metadata`, `name` and `namespace` first, as people write them, then
 * all others by code unit, whatever the locale. Sequences keep their order and are not indented below their
 * key, as kubectl prints them. There are no anchors, no folded lines, no tags. */
import { TruekeelError } from '../errors.ts';
import type { JsonValue } from '../object.ts';
import { block, fitsBlock, isPlain, quoted } from './scalars.ts';

const FIRST_KEYS = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];
const FIRST = new Set(FIRST_KEYS);

/** An implicit key may have 1024 characters (YAML 1.2, section 7.4.2); a longer one is written with `?`. */
const LONGEST_IMPLICIT_KEY = 1000;

/** @returns one document without `---`, ending in a line feed. Members that are undefined are left out.
 * @throws TruekeelError `INVALID_VALUE` when the value has something that JSON and YAML cannot hold (NaN, a
 * function, half a surrogate pair, …) */
export function emitYaml(value: JsonValue): string {
  if (typeof value === 'string') return `${scalar(value, '\n')}\n`;
  if (value === null || typeof value !== 'object') return `${atom(value)}\n`;
  const text = Array.isArray(value) ? sequence(value, '\n', '') : mapping(value as Mapping, '\n', '');
  return text === '' ? `${Array.isArray(value) ? '[]' : '{}'}\n` : `${text}\n`;
}

/** Several documents, divided by `---`. */
export function emitYamlDocuments(values: readonly JsonValue[]): string {
  return values.map(emitYaml).join('---\n');
}

type Mapping = Readonly<Record<string, JsonValue | undefined>>;

/** The entries; the empty text when there are none.
 * @param line what begins a line: a line feed and the indent
 * @param first what the first entry begins with instead */
function mapping(value: Mapping, line: string, first: string): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw invalid(`a ${className(value)}`);
  let out = '';
  let start = first;
  for (const key of orderedKeys(value)) {
    const field = value[key];
    if (field === undefined) continue;
    const text = keyText(key);
    out += text.length > LONGEST_IMPLICIT_KEY ? `${start}? ${text}${line}:` : `${start}${text}:`;
    out += entry(field, line);
    start = line;
  }
  return out;
}

function sequence(value: readonly JsonValue[], line: string, first: string): string {
  let out = '';
  let start = first;
  for (const item of value) {
    out += `${start}-`;
    start = line;
    if (item !== null && typeof item === 'object') {
      // It begins on the line of the dash, two columns further in.
      const inner = `${line}  `;
      out += Array.isArray(item)
        ? sequence(item, inner, ' ') || ' []'
        : mapping(item as Mapping, inner, ' ') || ' {}';
    } else out += entry(item, line);
  }
  return out;
}

/** What follows `key:` or `-`. A sequence below a key is not indented further, everything else is by two. */
function entry(field: JsonValue, line: string): string {
  if (typeof field === 'string') return ` ${scalar(field, line)}`;
  if (field === null || typeof field !== 'object') return ` ${atom(field)}`;
  if (Array.isArray(field)) return sequence(field, line, line) || ' []';
  const inner = `${line}  `;
  return mapping(field as Mapping, inner, inner) || ' {}';
}

function scalar(text: string, line: string): string {
  if (isPlain(text)) return text;
  checked(text);
  return fitsBlock(text) ? block(text, `${line.slice(1)}  `) : quoted(text);
}

/** Keys that were written before: there are few, and they come again and again. */
const KEYS = new Map<string, string>();
const MOST_KEYS = 1000;
const LONGEST_KEY = 64;

function keyText(key: string): string {
  const known = KEYS.get(key);
  if (known !== undefined) return known;
  const text = isPlain(key) ? key : quoted(checked(key));
  if (KEYS.size < MOST_KEYS && key.length <= LONGEST_KEY) KEYS.set(key, text);
  return text;
}

function atom(value: unknown): string {
  if (value === null) return 'null';
  if (value === true) return 'true';
  if (value === false) return 'false';
  if (typeof value === 'number' && Number.isFinite(value)) return number(value);
  throw invalid(typeof value === 'number' ? String(value) : `a value of type ${typeof value}`);
}

/** YAML 1.1 takes an exponent for a number only behind a decimal point: `1.0e+21`, never `1e+21`. */
function number(value: number): string {
  const text = JSON.stringify(value);
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

function orderedKeys(value: Mapping): readonly string[] {
  const keys = Object.keys(value);
  let isSorted = true;
  let hasFirst = false;
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at]!;
    if (at > 0 && keys[at - 1]! > key) isSorted = false;
    if (FIRST.has(key)) hasFirst = true;
  }
  if (!isSorted) keys.sort();
  if (!hasFirst || keys.length < 2) return keys;
  return [...FIRST_KEYS.filter((key) => Object.hasOwn(value, key)), ...keys.filter((key) => !FIRST.has(key))];
}

function checked(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw invalid('a string with half a surrogate pair');
  return text;
}

function className(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'class instance';
}

function invalid(what: string): TruekeelError {
  return new TruekeelError(`YAML cannot hold ${what}`, { code: 'INVALID_VALUE', family: 'validation' });
}
