/** What Go's templates work on. Numbers of parameters are Go's floats, as they come from JSON, and numbers here; Go's integers are
 * bigints. Maps that templates make have no prototype, so that any name can be a key. */
import { isMap } from '../structural-schema.ts';

/** Undefined and null: there is none. */
export type Value = string | boolean | number | bigint | null | undefined | readonly Value[] | Dictionary;

export interface Dictionary {
  [name: string]: Value;
}

/** Says what a template has that is not understood, or that Go refuses. */
export class TemplateProblem extends Error {}

export interface TemplateOptions {
  /** `missingkey=error`: a field that is not there is a mistake. */
  readonly refusesMissing: boolean;
  /** Functions that Argo CD adds. */
  readonly functions?: Readonly<Record<string, (text: string) => string>>;
}

/** Thrown where a value is not what it has to be; whoever knows the place says which. */
export class Refusal extends Error {}

export function isDictionary(value: Value): value is Dictionary {
  return isMap(value);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function dictionary(entries: Iterable<readonly [string, Value]>): Dictionary {
  const made = Object.create(null) as Dictionary;
  for (const [name, value] of entries) made[name] = value;
  return made;
}

/** Parameters, which no template may change: in Argo CD that would be seen by those that come after. */
export function frozen(value: Value): Value {
  if (isList(value)) return Object.freeze(value.map(frozen));
  if (!isDictionary(value)) return value;
  return Object.freeze(dictionary(Object.entries(value).map(([name, one]) => [name, frozen(one)])));
}

/** A field; undefined where there is none. */
export function field(value: Dictionary, name: string): Value {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** In the order in which Go visits maps. */
export function sortedNames(value: Dictionary): readonly string[] {
  return Object.keys(value).sort(compareBytes);
}

export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** What conditions take for no, and Sprig for empty. */
export function isEmpty(value: Value): boolean {
  if (isList(value)) return value.length === 0;
  if (isDictionary(value)) return Object.keys(value).length === 0;
  return !value;
}

/** As Go's `%v` writes it. @throws Refusal where there is no value, as `<no value>` is nothing that anybody wants */
export function print(value: Value): string {
  if (value === undefined || value === null) throw new Refusal();
  return printInside(value);
}

function printInside(value: Value): string {
  if (value === undefined || value === null) return '<nil>';
  if (isList(value)) return `[${value.map(printInside).join(' ')}]`;
  if (isDictionary(value)) {
    return `map[${sortedNames(value)
      .map((name) => `${name}:${printInside(field(value, name))}`)
      .join(' ')}]`;
  }
  return typeof value === 'number' ? printFloat(value) : String(value);
}

/** The shortest digits that are the number, with an exponent from a million on. */
function printFloat(value: number): string {
  if (!Number.isFinite(value)) throw new Refusal();
  if (Object.is(value, -0)) return '-0';
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
