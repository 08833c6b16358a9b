/** Resource quotas (core/validation, ValidateResourceQuotaSpec). */
import type { KubernetesObject } from '../objects/index.ts';
import { type FieldError, type Fields, invalidValue, itemsOf, required, textsOf } from './field-errors.ts';
import { isStandardQuotaResource, quotaResourceNameErrors, resourceAmountErrors } from './resource-names.ts';

export function resourceQuotaErrors({ spec }: KubernetesObject): FieldError[] {
  const hard: Readonly<Record<string, string>> = spec?.hard ?? {};
  return [
    ...Object.entries(hard).flatMap(([name, amount]) => [
      ...quotaResourceNameErrors(name, `spec.hard[${name}]`),
      ...resourceAmountErrors(name, amount, `spec.hard[${name}]`),
    ]),
    ...scopeErrors(textsOf(spec?.scopes), Object.keys(hard)),
    ...selectorErrors(itemsOf(spec?.scopeSelector?.matchExpressions), spec?.scopeSelector, Object.keys(hard)),
  ];
}

const PODS: ReadonlySet<string> = new Set(['pods']);
const COMPUTE: ReadonlySet<string> = new Set([
  ...PODS,
  'cpu',
  'memory',
  'limits.cpu',
  'limits.memory',
  'requests.cpu',
  'requests.memory',
]);
const CLAIMS: ReadonlySet<string> = new Set(['persistentvolumeclaims', 'requests.storage']);

/** Resources that a scope can be told of. */
const SCOPES: Readonly<Record<string, ReadonlySet<string>>> = {
  BestEffort: PODS,
  CrossNamespacePodAffinity: COMPUTE,
  NotBestEffort: COMPUTE,
  NotTerminating: COMPUTE,
  PriorityClass: COMPUTE,
  Terminating: COMPUTE,
  VolumeAttributesClass: CLAIMS,
};

const CONFLICTING = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

function scopeErrors(scopes: readonly string[], resources: readonly string[]): FieldError[] {
  return [
    ...scopes.flatMap((scope) => [
      ...(Object.hasOwn(SCOPES, scope) ? [] : [invalidValue('spec.scopes', scopes, 'unsupported scope')]),
      ...misapplied(scope, resources).map(() =>
        invalidValue('spec.scopes', scopes, 'unsupported scope applied to resource'),
      ),
    ]),
    ...CONFLICTING.filter((pair) => pair.every((scope) => scopes.includes(scope))).map(() =>
      invalidValue('spec.scopes', scopes, 'conflicting scopes'),
    ),
  ];
}

function misapplied(scope: string, resources: readonly string[]): readonly string[] {
  const applicable = Object.hasOwn(SCOPES, scope) ? SCOPES[scope] : undefined;
  return applicable
    ? resources.filter((name) => isStandardQuotaResource(name) && !applicable.has(name))
    : resources.filter(() => false);
}

/** Scopes that are there or not, and have no values. */
const WITHOUT_VALUES: ReadonlySet<string> = new Set([
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'Terminating',
]);

function selectorErrors(
  expressions: readonly Fields[],
  selector: Fields,
  resources: readonly string[],
): FieldError[] {
  const at = 'spec.scopeSelector.matchExpressions';
  const scopes = expressions.map(({ scopeName }): string => scopeName);
  return [
    ...expressions.flatMap(({ scopeName, operator, values }): FieldError[] => [
      ...(Object.hasOwn(SCOPES, scopeName)
        ? []
        : [invalidValue(`${at}.scopeName`, scopeName, 'unsupported scope')]),
      ...misapplied(scopeName, resources).map(() =>
        invalidValue(at, selector, 'unsupported scope applied to resource'),
      ),
      ...(WITHOUT_VALUES.has(scopeName) && operator !== 'Exists'
        ? [
            invalidValue(
              `${at}.operator`,
              operator,
              "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
            ),
          ]
        : []),
      ...operatorErrors(operator, values ?? [], at),
    ]),
    ...CONFLICTING.filter((pair) => pair.every((scope) => scopes.includes(scope))).map(() =>
      invalidValue(at, null, 'conflicting scopes'),
    ),
  ];
}

function operatorErrors(operator: string, values: readonly string[], at: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? []
        : [
            required(
              `${at}.values`,
              "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
            ),
          ];
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [
            invalidValue(
              `${at}.values`,
              values,
              "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
            ),
          ];
    default:
      return [invalidValue(`${at}.operator`, operator, 'not a valid selector operator')];
  }
}
