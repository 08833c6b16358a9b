/** What decides who goes first and who gets how much. */
import { type KubernetesObject, parseQuantity } from '../objects/index.ts';
import { type FieldError, forbidden, invalidValue } from './field-errors.ts';

const SYSTEM_PRIORITIES = ['system-cluster-critical', 'system-node-critical'];
const HIGHEST_PRIORITY = 1_000_000_000;

export function priorityClassErrors({ metadata, value }: KubernetesObject): FieldError[] {
  const { name } = metadata;
  if (name.startsWith('system-') && !SYSTEM_PRIORITIES.includes(name)) {
    return [
      forbidden(
        'metadata.name',
        `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`,
      ),
    ];
  }
  const why = `maximum allowed value of a user defined priority is ${HIGHEST_PRIORITY}`;
  return value > HIGHEST_PRIORITY && !SYSTEM_PRIORITIES.includes(name) ? [forbidden('value', why)] : [];
}

export function leaseErrors({ spec }: KubernetesObject): FieldError[] {
  return [
    ...(spec?.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0
      ? [invalidValue('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0')]
      : []),
    ...(spec?.leaseTransitions !== undefined && spec.leaseTransitions < 0
      ? [invalidValue('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0')]
      : []),
  ];
}

export function limitRangeErrors({ spec }: KubernetesObject): FieldError[] {
  return ((spec?.limits ?? []) as readonly Limit[]).flatMap((limit, i) =>
    limitErrors(limit, `spec.limits[${i}]`),
  );
}

type Amounts = Readonly<Record<string, string>>;

interface Limit {
  readonly min?: Amounts;
  readonly max?: Amounts;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
}

/** Minimum, default request, default and maximum have to be in this order. */
function limitErrors({ min = {}, max = {}, ...limit }: Limit, at: string): FieldError[] {
  const { default: initial = {}, defaultRequest = {} } = limit;
  const resources = new Set([min, max, initial, defaultRequest].flatMap((amounts) => Object.keys(amounts)));
  return [...resources].flatMap((name) => {
    const one = { min: min[name], max: max[name], default: initial[name], request: defaultRequest[name] };
    const field = (member: string) => `${at}.${member}[${name}]`;
    const request = `default request value ${one.request} is`;
    return [
      ...ordered(
        one.min,
        one.max,
        field('min'),
        one.min,
        `min value ${one.min} is greater than max value ${one.max}`,
      ),
      ...ordered(
        one.min,
        one.request,
        field('defaultRequest'),
        one.request,
        `min value ${one.min} is greater than default request value ${one.request}`,
      ),
      ...ordered(
        one.request,
        one.max,
        field('defaultRequest'),
        one.request,
        `${request} greater than max value ${one.max}`,
      ),
      ...ordered(
        one.request,
        one.default,
        field('defaultRequest'),
        one.request,
        `${request} greater than default limit value ${one.default}`,
      ),
      ...ordered(
        one.min,
        one.default,
        field('default'),
        one.min,
        `min value ${one.min} is greater than default value ${one.default}`,
      ),
      ...ordered(
        one.default,
        one.max,
        field('default'),
        one.max,
        `default value ${one.default} is greater than max value ${one.max}`,
      ),
    ];
  });
}

function ordered(
  lower: string | undefined,
  upper: string | undefined,
  field: string,
  value: unknown,
  why: string,
): FieldError[] {
  if (lower === undefined || upper === undefined) return [];
  return (parseQuantity(lower) ?? 0n) > (parseQuantity(upper) ?? 0n) ? [invalidValue(field, value, why)] : [];
}
