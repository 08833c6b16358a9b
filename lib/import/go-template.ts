/** Go templates as ApplicationSets have them (Argo CD documentation, "Go Template"): fields, pipelines, and those functions of
 * Go's text/template and of Sprig that make texts of texts. Control structures are not understood. */
import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../objects/index.ts';

/** The value of an expression; undefined: there is none. */
type Value = JsonValue | undefined;

/** Says what a template has that is not understood. */
export class TemplateProblem extends Error {}

export interface TemplateOptions {
  /** `missingkey=error`: a field that is not there is a mistake. */
  readonly refusesMissing: boolean;
  /** Functions that Argo CD adds. */
  readonly functions?: Readonly<Record<string, (text: string) => string>>;
}

/** @throws TemplateProblem */
export function fillGoTemplate(template: string, parameters: JsonObject, options: TemplateOptions): string {
  const parts = template.split(/(\{\{-? ?.*?\}\})/s);
  let trimsNext = false;
  return parts
    .map((part, index) => {
      if (index % 2 === 0) {
        const text = trimsNext ? part.trimStart() : part;
        return parts[index + 1]?.startsWith('{{- ') ? text.trimEnd() : text;
      }
      trimsNext = part.endsWith(' -}}');
      const expression = part.replace(/^\{\{(?:- )?/, '').replace(/(?: -)?\}\}$/, '');
      return written(new Evaluation(expression, parameters, options).whole(), part);
    })
    .join('');
}

function written(value: Value, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || isPlainNumber(value)) return String(value);
  throw new TemplateProblem(`${where} in its template is not understood`);
}

/** One that Go writes as JavaScript does. */
function isPlainNumber(value: Value): value is number {
  return (
    typeof value === 'number' &&
    (Number.isSafeInteger(value) ? Math.abs(value) < 1e6 : /^-?\d+\.\d+$/.test(String(value)))
  );
}

const TOKEN =
  /\s*(?:("(?:[^"\\\n]|\\.)*")|`([^`]*)`|(-?\d+(?:\.\d+)?)(?![\w.])|(\.[\w.-]*)|([A-Za-z]\w*)|([()|]))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'field' | 'name' | 'sign';
  readonly text: string;
}

class Evaluation {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  readonly #parameters: JsonObject;
  readonly #options: TemplateOptions;
  #at = 0;

  constructor(expression: string, parameters: JsonObject, options: TemplateOptions) {
    this.#expression = expression;
    this.#parameters = parameters;
    this.#options = options;
    this.#tokens = this.#read();
  }

  whole(): Value {
    const value = this.#pipeline();
    if (this.#at < this.#tokens.length) throw this.#problem();
    return value;
  }

  #problem(): TemplateProblem {
    return new TemplateProblem(`{{${this.#expression}}} in its template is not understood`);
  }

  #read(): readonly Token[] {
    const tokens: Token[] = [];
    const pattern = new RegExp(TOKEN);
    const text = this.#expression.trimEnd();
    while (pattern.lastIndex < text.length) {
      const match = pattern.exec(text);
      if (!match) throw this.#problem();
      const [, quoted, raw, number, field, name, sign] = match;
      if (quoted !== undefined) tokens.push({ kind: 'text', text: this.#unquoted(quoted) });
      else if (raw !== undefined) tokens.push({ kind: 'text', text: raw });
      else if (number !== undefined) tokens.push({ kind: 'number', text: number });
      else if (field !== undefined) tokens.push({ kind: 'field', text: field });
      else if (name !== undefined) tokens.push({ kind: 'name', text: name });
      else tokens.push({ kind: 'sign', text: sign! });
    }
    return tokens;
  }

  #unquoted(quoted: string): string {
    try {
      return JSON.parse(quoted) as string; // what is in double quotes is a string
    } catch {
      throw this.#problem();
    }
  }

  /** What comes out of a command is the last argument of the next. */
  #pipeline(): Value {
    let value = this.#command([]);
    while (this.#isSign('|')) {
      this.#at += 1;
      value = this.#command([value]);
    }
    return value;
  }

  #command(piped: readonly Value[]): Value {
    const token = this.#tokens[this.#at];
    if (token?.kind === 'name' && !LITERALS.has(token.text)) {
      this.#at += 1;
      const given: Value[] = [];
      while (this.#hasOperand()) given.push(this.#operand());
      return this.#call(token.text, [...given, ...piped]);
    }
    // Only functions take what is piped, or arguments.
    const value = this.#operand();
    if (piped.length > 0 || this.#hasOperand()) throw this.#problem();
    return value;
  }

  #hasOperand(): boolean {
    const token = this.#tokens[this.#at];
    return token !== undefined && (token.kind !== 'sign' || token.text === '(');
  }

  #isSign(sign: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === 'sign' && token.text === sign;
  }

  #operand(): Value {
    const token = this.#tokens[this.#at];
    if (!token) throw this.#problem();
    this.#at += 1;
    if (token.kind === 'text') return token.text;
    if (token.kind === 'number') return Number(token.text);
    if (token.kind === 'field') return this.#field(token.text);
    if (token.kind === 'name' && LITERALS.has(token.text)) return LITERALS.get(token.text);
    if (token.text !== '(') throw this.#problem();
    const value = this.#pipeline();
    if (!this.#isSign(')')) throw this.#problem();
    this.#at += 1;
    return value;
  }

  #field(path: string): Value {
    let value: Value = this.#parameters;
    for (const step of path.split('.').filter((one) => one !== '')) {
      if (!isRecord(value)) throw this.#problem();
      value = Object.hasOwn(value, step) ? value[step] : undefined;
      if (value === undefined && this.#options.refusesMissing) throw this.#problem();
    }
    return value;
  }

  #call(name: string, given: readonly Value[]): Value {
    const own = this.#options.functions?.[name];
    if (own) return own(textOf(given[0], () => this.#problem()));
    const call = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    const value = call?.(new Arguments(given, () => this.#problem()));
    if (value === undefined) throw this.#problem();
    return value;
  }
}

const LITERALS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['true', true],
  ['false', false],
  ['nil', null],
]);

function isRecord(value: Value): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: Value, problem: () => TemplateProblem): string {
  if (typeof value === 'string') return value;
  throw problem();
}

/** What a function is given, as it asks for it. */
class Arguments {
  readonly #given: readonly Value[];
  readonly #problem: () => TemplateProblem;

  constructor(given: readonly Value[], problem: () => TemplateProblem) {
    this.#given = given;
    this.#problem = problem;
  }

  get all(): readonly Value[] {
    return this.#given;
  }

  get problem(): TemplateProblem {
    return this.#problem();
  }

  texts(count: number): readonly string[] {
    if (this.#given.length !== count) throw this.problem;
    return this.#given.map((value) => textOf(value, this.#problem));
  }

  number(at: number): number {
    const value = this.#given[at];
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    throw this.problem;
  }

  list(at: number): readonly JsonValue[] {
    const value = this.#given[at];
    if (Array.isArray(value)) return value;
    throw this.problem;
  }
}

type Call = (given: Arguments) => Value;

/** A function of one text. */
const ofText =
  (call: (text: string) => Value): Call =>
  (given) =>
    call(given.texts(1)[0]!);

/** A function whose last argument is what it is about: that can be piped. */
const ofTexts =
  (count: number, call: (...texts: string[]) => Value): Call =>
  (given) =>
    call(...given.texts(count));

/** As Sprig has it. */
function isEmpty(value: Value): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

const isIn = (characters: string) => (character: string | undefined) =>
  character !== undefined && characters.includes(character);

function trimmedAll(characters: string, text: string): string {
  const letters = [...text];
  const is = isIn(characters);
  while (is(letters[0])) letters.shift();
  while (is(letters.at(-1))) letters.pop();
  return letters.join('');
}

function trunc(given: Arguments): Value {
  const text = given.all[1];
  const length = given.number(0);
  if (typeof text !== 'string') throw given.problem;
  // Sprig cuts bytes, which are characters here.
  if (!/^[\0-\x7f]*$/.test(text)) throw given.problem;
  return length < 0 ? text.slice(Math.max(0, text.length + length)) : text.slice(0, length);
}

function index(given: Arguments): Value {
  const [start, ...steps] = given.all;
  return steps.reduce<Value>((value, step) => {
    if (Array.isArray(value) && typeof step === 'number') return value[step];
    return isRecord(value) && typeof step === 'string' && Object.hasOwn(value, step)
      ? value[step]
      : undefined;
  }, start);
}

function printf(given: Arguments): Value {
  const [format, ...values] = given.all;
  if (typeof format !== 'string') throw given.problem;
  const rest = [...values];
  const made = format.replaceAll(/%(.?)/gs, (_, verb: string) => {
    if (verb === '%') return '%';
    const value = rest.shift();
    if (verb === 's' && typeof value === 'string') return value;
    if (verb === 'v' && (typeof value === 'string' || typeof value === 'boolean' || isPlainNumber(value)))
      return String(value);
    throw given.problem;
  });
  if (rest.length > 0) throw given.problem;
  return made;
}

const FUNCTIONS: Readonly<Record<string, Call>> = {
  lower: ofText((text) => text.toLowerCase()),
  upper: ofText((text) => text.toUpperCase()),
  trim: ofText((text) => text.trim()),
  nospace: ofText((text) => text.replaceAll(/\s/g, '')),
  b64enc: ofText((text) => Buffer.from(text).toString('base64')),
  sha256sum: ofText((text) => createHash('sha256').update(text).digest('hex')),
  toString: ({ all, problem }: Arguments) => {
    const [value] = all;
    if (all.length === 1 && (typeof value === 'string' || typeof value === 'boolean' || isPlainNumber(value)))
      return String(value);
    throw problem;
  },
  trimPrefix: ofTexts(2, (prefix, text) => (text!.startsWith(prefix!) ? text!.slice(prefix!.length) : text!)),
  trimSuffix: ofTexts(2, (suffix, text) =>
    suffix !== '' && text!.endsWith(suffix!) ? text!.slice(0, -suffix!.length) : text!,
  ),
  trimAll: ofTexts(2, (characters, text) => trimmedAll(characters!, text!)),
  hasPrefix: ofTexts(2, (prefix, text) => text!.startsWith(prefix!)),
  hasSuffix: ofTexts(2, (suffix, text) => text!.endsWith(suffix!)),
  contains: ofTexts(2, (part, text) => text!.includes(part!)),
  replace: ofTexts(3, (from, to, text) => text!.replaceAll(from!, () => to!)),
  splitList: ofTexts(2, (separator, text) => text!.split(separator!)),
  join: (given) => {
    const [separator] = given.all;
    const items = given.list(1);
    if (typeof separator !== 'string' || items.some((item) => typeof item !== 'string')) throw given.problem;
    return items.join(separator);
  },
  first: (given) => given.list(0)[0],
  last: (given) => given.list(0).at(-1),
  list: ({ all }) => all.map((value) => value ?? null),
  default: ({ all: [otherwise, value] }) => (isEmpty(value) ? otherwise : value),
  coalesce: ({ all }) => all.find((value) => !isEmpty(value)),
  empty: ({ all: [value] }) => isEmpty(value),
  ternary: ({ all: [yes, no, condition], problem }) => {
    if (typeof condition !== 'boolean') throw problem;
    return condition ? yes : no;
  },
  eq: ({ all: [a, ...others], problem }) => {
    if (
      others.length === 0 ||
      [a, ...others].some((value) => typeof value !== typeof a || typeof value === 'object')
    )
      throw problem;
    return others.includes(a);
  },
  ne: ({ all: [a, b], problem }) => {
    if (typeof a !== typeof b || typeof a === 'object') throw problem;
    return a !== b;
  },
  not: ({ all: [value] }) => isEmpty(value),
  trunc,
  index,
  printf,
};
