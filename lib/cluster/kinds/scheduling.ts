/** What decides who goes first and who gets how much. */
import { parseQuantity } from '../../objects/index.ts';
import type { FieldError } from '../status.ts';
import { immutable, invalidValue } from '../validation/names.ts';
import type { KindRules } from './rules.ts';

export const priorityClass: KindRules = {
  generationOf: [],
  setDefaults(object) {
    object.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  validate({ metadata, value }) {
    const { name } = metadata;
    if (name.startsWith('system-') && !SYSTEM_PRIORITIES.includes(name)) {
      const message = `Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`;
      return [{ type: 'FieldValueForbidden', field: 'metadata.name', message }];
    }
    const message = `Forbidden: maximum allowed value of a user defined priority is ${HIGHEST_PRIORITY}`;
    return value > HIGHEST_PRIORITY && !SYSTEM_PRIORITIES.includes(name)
      ? [{ type: 'FieldValueForbidden', field: 'value', message }]
      : [];
  },
  validateUpdate: (object, old) =>
    (['value', 'preemptionPolicy'] as const)
      .filter((field) => object[field] !== old[field])
      .map((field) =>
        field === 'value'
          ? { type: 'FieldValueForbidden', field, message: 'Forbidden: may not be changed in an update.' }
          : immutable(field, object[field]),
      ),
};

const SYSTEM_PRIORITIES = ['system-cluster-critical', 'system-node-critical'];
const HIGHEST_PRIORITY = 1_000_000_000;

export const lease: KindRules = {
  createOnUpdate: true,
  conditionalUpdate: true,
  validate: ({ spec }) => [
    ...(spec?.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0
      ? [invalidValue('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0')]
      : []),
    ...(spec?.leaseTransitions !== undefined && spec.leaseTransitions < 0
      ? [invalidValue('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0')]
      : []),
  ],
};

/** A container's limit is its maximum unless said otherwise; its request is its limit, else its minimum. */
export const limitRange: KindRules = {
  createOnUpdate: true,
  setDefaults({ spec }) {
    for (const limit of spec?.limits ?? []) {
      if (limit.type !== 'Container') continue;
      limit.default = { ...limit.max, ...limit.default };
      limit.defaultRequest = { ...limit.min, ...limit.default, ...limit.defaultRequest };
    }
  },
  validate: ({ spec }) =>
    ((spec?.limits ?? []) as readonly Limit[]).flatMap((limit, i) => limitErrors(limit, `spec.limits[${i}]`)),
};

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

export const flowSchema: KindRules = {
  generationOf: ['spec'],
  setDefaults({ spec }) {
    // Zero is what the schema fills in, and stands for "not said".
    if (spec) spec.matchingPrecedence ||= 1000;
  },
};

export const resourceClaim: KindRules = { setDefaults: ({ spec }) => setDeviceDefaults(spec) };

export const resourceClaimTemplate: KindRules = {
  setDefaults: ({ spec }) => setDeviceDefaults(spec?.spec),
};

// biome-ignore lint/suspicious/noExplicitAny: the fields are those of the kind's schema, which has typed them already
function setDeviceDefaults(spec: any): void {
  for (const request of spec?.devices?.requests ?? []) {
    for (const wanted of [request.exactly, ...(request.firstAvailable ?? [])]) {
      if (!wanted) continue;
      wanted.allocationMode ??= 'ExactCount';
      if (wanted.allocationMode === 'ExactCount') wanted.count ??= 1;
    }
  }
}
