/** Autoscalers and disruption budgets. */
import type { KubernetesObject } from '../objects/index.ts';
import { amountErrors } from './amount.ts';
import { type FieldError, invalidValue, required } from './field-errors.ts';

export function horizontalPodAutoscalerErrors(object: KubernetesObject): FieldError[] {
  const { spec } = object;
  const errors: FieldError[] = [];
  if (!spec.scaleTargetRef?.kind) errors.push(required('spec.scaleTargetRef.kind'));
  if (!spec.scaleTargetRef?.name) errors.push(required('spec.scaleTargetRef.name'));
  if (spec.minReplicas < 1) {
    errors.push(invalidValue('spec.minReplicas', spec.minReplicas, 'must be greater than or equal to 1'));
  }
  if (!(spec.maxReplicas >= 1)) {
    errors.push(invalidValue('spec.maxReplicas', spec.maxReplicas ?? 0, 'must be greater than 0'));
  }
  if (spec.maxReplicas < spec.minReplicas) {
    errors.push(
      invalidValue('spec.maxReplicas', spec.maxReplicas, 'must be greater than or equal to `minReplicas`'),
    );
  }
  return errors;
}

export function podDisruptionBudgetErrors({ spec }: KubernetesObject): FieldError[] {
  return [
    ...(spec?.minAvailable !== undefined && spec?.maxUnavailable !== undefined
      ? [invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set')]
      : []),
    ...amountErrors(spec?.minAvailable, 'spec.minAvailable'),
    ...amountErrors(spec?.maxUnavailable, 'spec.maxUnavailable'),
  ];
}
