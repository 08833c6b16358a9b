/** What a function of a template is given, as it asks for it: Go's types of parameters. */
import { type Dictionary, isDictionary, isList, Refusal, type Value } from './values.ts';

export type Call = (given: readonly Value[]) => Value;

export function text(value: Value): string {
  if (typeof value === 'string') return value;
  throw new Refusal();
}

/** Where Go counts bytes, and knows upper case. */
export function plainText(value: Value): string {
  const given = text(value);
  if (!/^[\0-\x7f]*$/.test(given)) throw new Refusal();
  return given;
}

export function list(value: Value): readonly Value[] {
  if (isList(value)) return value;
  throw new Refusal();
}

export function map(value: Value): Dictionary {
  if (isDictionary(value)) return value;
  throw new Refusal();
}

/** An `int`, which a number of the parameters is not. */
export function int(value: Value): number {
  if (typeof value === 'bigint' && value >= -1_000_000n && value <= 1_000_000n) return Number(value);
  throw new Refusal();
}

export function boolean(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new Refusal();
}

/** What Sprig makes an integer of: floats lose their fraction, and what is no number is 0. */
export function toInteger(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (value === null || value === undefined || typeof value === 'object') return 0n;
  const number = typeof value === 'number' ? Math.trunc(value) : integerIn(value);
  if (!Number.isSafeInteger(number)) throw new Refusal();
  return BigInt(number);
}

function integerIn(given: string): number {
  if (/^-?(?:0|[1-9]\d*)$/.test(given)) return Number(given);
  // Other bases, signs and fractions have rules of their own.
  if (/[\d_]/.test(given)) throw new Refusal();
  return 0;
}

export function exactly(count: number, given: readonly Value[]): readonly Value[] {
  if (given.length !== count) throw new Refusal();
  return given;
}

/** A function of so many arguments. */
export const taking =
  (count: number, call: (...given: Value[]) => Value): Call =>
  (given) =>
    call(...exactly(count, given));

/** A function of texts. */
export const ofTexts =
  (count: number, call: (...given: string[]) => Value): Call =>
  (given) =>
    call(...exactly(count, given).map(text));
