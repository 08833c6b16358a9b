/** What containers ask for and may take. */
import { parseQuantity } from '../../objects/index.ts';
import { type FieldError, type Fields, forbidden, invalidValue, required } from '../field-errors.ts';
import { qualifiedNameErrors } from '../names.ts';

type Amounts = Readonly<Record<string, string>>;

const OWN = new Set(['cpu', 'memory', 'ephemeral-storage']);
const HUGE_PAGES = 'hugepages-';
/** Kubernetes' own domains, in which nothing can be added. */
const NATIVE = /(?:^|\.)kubernetes\.io\//;

function isExtended(name: string): boolean {
  return name.includes('/') && !NATIVE.test(name);
}

export function resourceErrors(resources: Fields, at: string): FieldError[] {
  if (!resources) return [];
  const limits: Amounts = resources.limits ?? {};
  const requests: Amounts = resources.requests ?? {};
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  return [
    ...amountErrors(limits, `${at}.limits`),
    ...amountErrors(requests, `${at}.requests`),
    ...Object.entries(requests).flatMap(([name, request]) => aboveLimit(name, request, limits, at)),
    ...(names.some((name) => name.startsWith(HUGE_PAGES)) &&
    !names.some((name) => name === 'cpu' || name === 'memory')
      ? [forbidden(at, 'HugePages require cpu or memory')]
      : []),
  ];
}

/** @param at of the list: `spec.overhead.limits` */
export function amountErrors(amounts: Amounts, at: string): FieldError[] {
  return Object.entries(amounts).flatMap(([name, amount]) => {
    const field = `${at}[${name}]`;
    const text = String(amount);
    return [
      ...nameErrors(name, field),
      ...(text.startsWith('-') ? [invalidValue(field, amount, 'must be greater than or equal to 0')] : []),
      ...(isExtended(name) && !isWhole(text) ? [invalidValue(field, amount, 'must be an integer')] : []),
    ];
  });
}

function nameErrors(name: string, field: string): FieldError[] {
  if (OWN.has(name) || name.startsWith(HUGE_PAGES)) return [];
  if (name.includes('/')) return qualifiedNameErrors(name, field);
  return [
    invalidValue(field, name, 'must be a standard resource type or fully qualified'),
    invalidValue(field, name, 'must be a standard resource for containers'),
  ];
}

/** `parseQuantity` counts in units of 10⁻⁹. */
const ONE = 1_000_000_000n;

function isWhole(text: string): boolean {
  const quantity = parseQuantity(text);
  return quantity === undefined || quantity % ONE === 0n;
}

function aboveLimit(name: string, request: string, limits: Amounts, at: string): FieldError[] {
  const limit = limits[name];
  if (limit === undefined) {
    return isExtended(name) || name.startsWith(HUGE_PAGES)
      ? [required(`${at}.limits`, 'Limit must be set for non overcommitable resources')]
      : [];
  }
  if (limit === request) return [];
  const [wanted = 0n, most = 0n] = [parseQuantity(String(request)), parseQuantity(String(limit))];
  if (isExtended(name) && wanted !== most) {
    return [invalidValue(`${at}.requests`, request, `must be equal to ${name} limit of ${limit}`)];
  }
  return wanted > most
    ? [invalidValue(`${at}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`)]
    : [];
}
