/** Values that Kubernetes writes as JSON strings and numbers, as its own decoders read them. */

/** Fraction and exponent as in apimachinery, api/resource: `1`, `.5`, `1e3`, `100m`, `1Gi`. */
const QUANTITY = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export function isInt64(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 2 ** 63;
}

export function isQuantity(value: unknown): boolean {
  return typeof value === 'string' ? QUANTITY.test(value) : typeof value === 'number';
}

export function isTimestamp(value: unknown): boolean {
  return typeof value === 'string' && RFC3339.test(value);
}

/** Line ends are skipped, as Go's decoder skips them. */
export function isBase64(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return BASE64.test(value) || BASE64.test(value.replace(/[\r\n]/g, ''));
}
