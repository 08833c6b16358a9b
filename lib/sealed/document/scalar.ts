/** What plain scalars of YAML are to SOPS, which reads them with go-yaml v3 (resolve.go): what it takes for a number is
 * in the message authentication code as Go writes that number. */
import type { Leaf } from './tree.ts';

const NULL = new Set(['', '~', 'null', 'Null', 'NULL']);
const BOOLEAN: ReadonlyMap<string, string> = new Map([
  ...['true', 'True', 'TRUE'].map((text) => [text, 'True'] as const),
  ...['false', 'False', 'FALSE'].map((text) => [text, 'False'] as const),
]);
const INTEGER = /^([-+]?)(?:0o?([0-7]+)|(0x[0-9a-fA-F]+|0b[01]+|0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const DATE = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:$|[Tt ])/;
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** @returns undefined for what SOPS takes for a date, or for no number: their text is not that of the file */
export function plainLeaf(text: string): Leaf | undefined {
  if (NULL.has(text)) return { type: 'null', text: '' };
  const boolean = BOOLEAN.get(text);
  if (boolean !== undefined) return { type: 'bool', text: boolean };
  if (DATE.test(text) || NOT_FINITE.test(text)) return undefined;
  const digits = text.replaceAll('_', '');
  const integer = /^[-+.0-9]/.test(text) ? integerText(digits) : undefined;
  if (integer !== undefined) return { type: 'int', text: integer };
  if (/^[-+.0-9]/.test(text) && FLOAT.test(digits)) {
    const number = Number(digits);
    return Number.isFinite(number) ? { type: 'float', text: floatText(number) } : undefined;
  }
  return { type: 'str', text };
}

function integerText(digits: string): string | undefined {
  const match = INTEGER.exec(digits);
  if (!match) return undefined;
  const [, sign, octal, other = ''] = match;
  const magnitude = BigInt(octal === undefined ? other : `0o${octal}`);
  // A larger one is a float to SOPS.
  if (magnitude >= 2n ** 63n) return undefined;
  return String(sign === '-' ? -magnitude : magnitude);
}

/** As Go's `strconv.FormatFloat(number, 'f', -1, 64)`: the shortest digits that read as the same number, no exponent. */
function floatText(number: number): string {
  const [digits = '', exponent] = String(number).split('e');
  if (exponent === undefined) return Object.is(number, -0) ? '-0' : digits;
  const sign = digits.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.');
  const point = whole.length + Number(exponent);
  const all = whole + fraction;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${all}`;
  return `${sign}${all.padEnd(point, '0')}`;
}
