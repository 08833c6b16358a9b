/** Quantities as Kubernetes writes them back (apimachinery, api/resource, "canonical form"): no fraction digits, the
 * largest suffix possible, the family of suffixes kept. */

const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;

/** Undefined when the text is not a quantity. */
export function canonicalQuantity(text: string): string | undefined {
  const nano = parseQuantity(text);
  if (nano === undefined) return undefined;
  const suffix = QUANTITY.exec(text)?.[4] ?? '';
  const sign = nano < 0n ? '-' : '';
  const size = nano < 0n ? -nano : nano;
  if (size === 0n) return '0';
  const binary = BINARY.includes(suffix) && suffix !== '';
  // Binary forms below 1024 or with a fraction are written as decimals.
  if (binary && size >= 1024n * NANO && size % NANO === 0n) return sign + withBinarySuffix(size / NANO);
  if (/^[eE]/.test(suffix)) return sign + withExponent(size);
  return sign + withDecimalSuffix(size);
}

const NANO = 1_000_000_000n;

/** The value in units of 10⁻⁹, rounded up, as Kubernetes does. */
export function parseQuantity(text: string): bigint | undefined {
  const match = QUANTITY.exec(text);
  if (!match || text === '') return undefined;
  // Servers take a sign, a point or a suffix without digits for zero.
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  const digits = BigInt(whole + fraction);
  let numerator = digits * NANO;
  let denominator = 10n ** BigInt(fraction.length);
  const binary = BINARY.indexOf(suffix);
  if (binary > 0) numerator *= 1024n ** BigInt(binary);
  else {
    const exponent = /^[eE][+-]?\d+$/.test(suffix)
      ? Number(suffix.slice(1))
      : (DECIMAL.indexOf(suffix) - DECIMAL.indexOf('')) * 3;
    if (exponent >= 0) numerator *= 10n ** BigInt(exponent);
    else denominator *= 10n ** BigInt(-exponent);
  }
  const value = (numerator + denominator - 1n) / denominator;
  return sign === '-' ? -value : value;
}

function withBinarySuffix(value: bigint): string {
  let power = 0;
  let rest = value;
  while (rest % 1024n === 0n && power < BINARY.length - 1) {
    rest /= 1024n;
    power++;
  }
  return `${rest}${BINARY[power]}`;
}

function withDecimalSuffix(nano: bigint): string {
  let power = 0;
  let rest = nano;
  while (rest % 1000n === 0n && power < DECIMAL.length - 1) {
    rest /= 1000n;
    power++;
  }
  return `${rest}${DECIMAL[power]}`;
}

function withExponent(nano: bigint): string {
  let exponent = -9;
  let rest = nano;
  while (rest % 1000n === 0n) {
    rest /= 1000n;
    exponent += 3;
  }
  return exponent === 0 ? String(rest) : `${rest}e${exponent}`;
}
