/** Limit ranges (core/validation, ValidateLimitRange). */
import { type KubernetesObject, qualifiedNameProblems } from '../objects/index.ts';
import { duplicate, type FieldError, forbidden, invalidValue, itemsOf, required } from './field-errors.ts';
import {
  amountOf,
  containerResourceNameErrors,
  isOvercommitAllowed,
  resourceNameErrors,
  shownAmount,
} from './resource-names.ts';

type Amounts = Readonly<Record<string, string | number>>;

interface Limit {
  readonly type?: string;
  readonly min?: Amounts;
  readonly max?: Amounts;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly maxLimitRequestRatio?: Amounts;
}

export function limitRangeErrors({ spec }: KubernetesObject): FieldError[] {
  const limits: readonly Limit[] = itemsOf(spec?.limits);
  const types = limits.map(({ type }) => type ?? '');
  return limits.flatMap((limit, i) => {
    const at = `spec.limits[${i}]`;
    return [
      ...typeErrors(types[i]!, `${at}.type`),
      ...(types.indexOf(types[i]!) < i ? [duplicate(`${at}.type`, types[i])] : []),
      ...memberErrors(limit, at),
      ...amountErrors(limit, at),
    ];
  });
}

const TYPES = ['Container', 'PersistentVolumeClaim', 'Pod'];

function typeErrors(type: string, field: string): FieldError[] {
  const problems = qualifiedNameProblems(type);
  if (problems.length > 0) return problems.map((problem) => invalidValue(field, type, problem));
  return type.includes('/') || TYPES.includes(type)
    ? []
    : [invalidValue(field, type, 'must be a standard limit type or fully qualified')];
}

const BOUNDS = ['max', 'min', 'maxLimitRequestRatio'] as const;
const DEFAULTS = ['default', 'defaultRequest'] as const;

function memberErrors(limit: Limit, at: string): FieldError[] {
  const nameErrors =
    limit.type === 'Container' || limit.type === 'Pod' ? containerResourceNameErrors : resourceNameErrors;
  const named = (member: (typeof BOUNDS | typeof DEFAULTS)[number]) =>
    Object.keys(limit[member] ?? {}).flatMap((name) => nameErrors(name, `${at}.${member}[${name}]`));
  const isPod = limit.type === 'Pod';
  const hasBound = limit.min?.storage !== undefined || limit.max?.storage !== undefined;
  return [
    ...BOUNDS.flatMap(named),
    ...DEFAULTS.flatMap((member) =>
      isPod && Object.keys(limit[member] ?? {}).length > 0
        ? [forbidden(`${at}.${member}`, "may not be specified when `type` is 'Pod'")]
        : isPod
          ? []
          : named(member),
    ),
    ...(limit.type === 'PersistentVolumeClaim' && !hasBound
      ? [
          required(
            `${at}.limits`,
            'either minimum or maximum storage value is required, but neither was provided',
          ),
        ]
      : []),
  ];
}

/** Minimum, default request, default and maximum have to be in this order. */
function amountErrors(limit: Limit, at: string): FieldError[] {
  const [min, max, defaultRequest, maxLimitRequestRatio, initial] = [
    limit.min ?? {},
    limit.max ?? {},
    limit.defaultRequest ?? {},
    limit.maxLimitRequestRatio ?? {},
    limit.default ?? {},
  ];
  const members = [min, max, initial, defaultRequest, maxLimitRequestRatio];
  const resources = new Set(members.flatMap((amounts) => Object.keys(amounts)));
  return [...resources].flatMap((name) => {
    const one = { min: min[name], max: max[name], default: initial[name], request: defaultRequest[name] };
    const field = (member: string) => `${at}.${member}[${name}]`;
    const request = `default request value ${shown(one.request)} is`;
    return [
      ...ordered(
        one.min,
        one.max,
        field('min'),
        one.min,
        `min value ${shown(one.min)} is greater than max value ${shown(one.max)}`,
      ),
      ...ordered(
        one.min,
        one.request,
        field('defaultRequest'),
        one.request,
        `min value ${shown(one.min)} is greater than default request value ${shown(one.request)}`,
      ),
      ...ordered(
        one.request,
        one.max,
        field('defaultRequest'),
        one.request,
        `${request} greater than max value ${shown(one.max)}`,
      ),
      ...ordered(
        one.request,
        one.default,
        field('defaultRequest'),
        one.request,
        `${request} greater than default limit value ${shown(one.default)}`,
      ),
      ...ordered(
        one.min,
        one.default,
        field('default'),
        one.min,
        `min value ${shown(one.min)} is greater than default value ${shown(one.default)}`,
      ),
      ...ordered(
        one.default,
        one.max,
        field('default'),
        one.max,
        `default value ${shown(one.default)} is greater than max value ${shown(one.max)}`,
      ),
      ...ratioErrors(maxLimitRequestRatio[name], one.min, one.max, field('maxLimitRequestRatio')),
      ...differing(name, one.request, one.default, field('defaultRequest')),
    ];
  });
}

type Amount = string | number | null | undefined;

function shown(amount: Amount): string {
  return amount == null ? '' : shownAmount(amount);
}

function ordered(lower: Amount, upper: Amount, field: string, value: Amount, why: string): FieldError[] {
  const [low, high] = [amountOf(lower), amountOf(upper)];
  return low !== undefined && high !== undefined && low > high
    ? [invalidValue(field, shown(value), why)]
    : [];
}

const ONE = amountOf(1)!; // a number is a quantity

function ratioErrors(ratio: Amount, min: Amount, max: Amount, field: string): FieldError[] {
  const [most, low, high] = [amountOf(ratio), amountOf(min), amountOf(max)];
  if (most === undefined) return [];
  const errors: FieldError[] = [];
  if (most < ONE) errors.push(invalidValue(field, shown(ratio), `ratio ${shown(ratio)} is less than 1`));
  if (low !== undefined && high !== undefined && low > 0n && most * low > high * ONE) {
    const limit = (Number(high) / Number(low)).toFixed(6);
    errors.push(
      invalidValue(field, shown(ratio), `ratio ${shown(ratio)} is greater than max/min = ${limit}`),
    );
  }
  return errors;
}

function differing(name: string, request: Amount, initial: Amount, field: string): FieldError[] {
  const [one, other] = [amountOf(request), amountOf(initial)];
  if (isOvercommitAllowed(name) || one === undefined || other === undefined || one === other) return [];
  const why = `default value ${shown(initial)} must equal to defaultRequest value ${shown(request)} in ${name}`;
  return [invalidValue(field, shown(request), why)];
}
