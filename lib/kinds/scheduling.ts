/** What decides who goes first. */
import type { KubernetesObject } from '../objects/index.ts';
import { enumErrors, type FieldError, forbidden, invalidValue, notNegative } from './field-errors.ts';

const SYSTEM_PRIORITIES = ['system-cluster-critical', 'system-node-critical'];
const HIGHEST_PRIORITY = 1_000_000_000;

export function priorityClassErrors({ metadata, value, preemptionPolicy }: KubernetesObject): FieldError[] {
  const name = metadata.name ?? '';
  const policy = enumErrors(preemptionPolicy, ['PreemptLowerPriority', 'Never'], 'preemptionPolicy');
  if (name.startsWith('system-') && !SYSTEM_PRIORITIES.includes(name)) {
    return [
      forbidden(
        'metadata.name',
        `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`,
      ),
      ...policy,
    ];
  }
  const why = `maximum allowed value of a user defined priority is ${HIGHEST_PRIORITY}`;
  return value > HIGHEST_PRIORITY && !SYSTEM_PRIORITIES.includes(name)
    ? [forbidden('value', why), ...policy]
    : policy;
}

export function leaseErrors({ spec }: KubernetesObject): FieldError[] {
  return [
    ...(spec?.leaseDurationSeconds != null && spec.leaseDurationSeconds <= 0
      ? [invalidValue('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0')]
      : []),
    ...notNegative(spec?.leaseTransitions, 'spec.leaseTransitions'),
  ];
}
