/** Names of resources that are counted or bounded, and amounts of them (core/helper, core/validation). */
import { canonicalQuantity, parseQuantity, qualifiedNameProblems } from '../objects/index.ts';
import { type FieldError, invalidValue } from './field-errors.ts';

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const CONTAINER: ReadonlySet<string> = new Set(COMPUTE);

/** Resources of which there are only whole ones. */
const COUNTED: ReadonlySet<string> = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
  'services.loadbalancers',
  'services.nodeports',
]);

const OF_QUOTAS: ReadonlySet<string> = new Set([
  ...COMPUTE,
  ...COMPUTE.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  'requests.storage',
  ...COUNTED,
]);

const HUGE_PAGES = 'hugepages-';

export function isStandardQuotaResource(name: string): boolean {
  return OF_QUOTAS.has(name) || name.startsWith(HUGE_PAGES) || name.startsWith(`requests.${HUGE_PAGES}`);
}

function isStandard(name: string): boolean {
  return name === 'storage' || isStandardQuotaResource(name);
}

/** Resources that somebody else than Kubernetes offers. */
function isExtended(name: string): boolean {
  if (!name.includes('/') || name.includes('kubernetes.io/') || name.startsWith('requests.')) return false;
  return qualifiedNameProblems(`requests.${name}`).length === 0;
}

/** Those of which a container may not be given less than it may take. */
export function isOvercommitAllowed(name: string): boolean {
  const isNative = !name.includes('/') || name.includes('kubernetes.io/');
  return isNative && !name.startsWith(HUGE_PAGES);
}

export function resourceNameErrors(name: string, field: string): FieldError[] {
  const problems = qualifiedNameProblems(name);
  if (problems.length > 0) return problems.map((problem) => invalidValue(field, name, problem));
  return name.includes('/') || isStandard(name)
    ? []
    : [invalidValue(field, name, 'must be a standard resource type or fully qualified')];
}

export function containerResourceNameErrors(name: string, field: string): FieldError[] {
  const errors = resourceNameErrors(name, field);
  if (!name.includes('/')) {
    if (!CONTAINER.has(name) && !name.startsWith(HUGE_PAGES))
      errors.push(invalidValue(field, name, 'must be a standard resource for containers'));
  } else if (!name.includes('kubernetes.io/') && !isExtended(name)) {
    errors.push(invalidValue(field, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

export function quotaResourceNameErrors(name: string, field: string): FieldError[] {
  return [
    ...resourceNameErrors(name, field),
    ...(name.includes('/') || isStandardQuotaResource(name)
      ? []
      : [invalidValue(field, name, 'must be a standard resource for quota')]),
  ];
}

const UNIT = 1_000_000_000n;
const MILLI = 1_000_000n;

/** An amount in the schema's two forms; undefined for what is none, which the schema tells. */
export function amountOf(quantity: string | number | null | undefined): bigint | undefined {
  return quantity == null ? undefined : parseQuantity(String(quantity));
}

export function shownAmount(quantity: string | number): string {
  return canonicalQuantity(String(quantity)) ?? String(quantity);
}

export function resourceAmountErrors(name: string, quantity: string | number, field: string): FieldError[] {
  const amount = amountOf(quantity);
  if (amount === undefined) return [];
  const shown = shownAmount(quantity);
  const isWhole = (((amount + (amount < 0n ? 0n : MILLI - 1n)) / MILLI) * MILLI) % UNIT === 0n;
  return [
    ...(amount < 0n ? [invalidValue(field, shown, 'must be greater than or equal to 0')] : []),
    ...((COUNTED.has(name) || isExtended(name)) && !isWhole
      ? [invalidValue(field, shown, 'must be an integer')]
      : []),
  ];
}

export function positiveAmountErrors(quantity: string | number, field: string): FieldError[] {
  const amount = amountOf(quantity);
  return amount !== undefined && amount <= 0n
    ? [invalidValue(field, shownAmount(quantity), 'must be greater than zero')]
    : [];
}
