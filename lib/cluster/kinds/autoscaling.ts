/** Autoscalers and disruption budgets. */
import type { FieldError } from '../status.ts';
import { amountErrors } from '../validation/amount.ts';
import { invalidValue, required } from '../validation/names.ts';
import type { KindRules } from './rules.ts';

export const horizontalPodAutoscaler: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    const { spec } = object;
    spec.minReplicas ??= 1;
    if (object.apiVersion === 'autoscaling/v1') return;
    spec.metrics ??= [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ];
    const { behavior } = spec;
    if (!behavior) return;
    behavior.scaleUp = {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ],
      ...behavior.scaleUp,
    };
    behavior.scaleDown = {
      selectPolicy: 'Max',
      policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
      ...behavior.scaleDown,
    };
  },
  prepareCreate(object) {
    object.status = { currentMetrics: null, desiredReplicas: 0 };
  },
  validate(object) {
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
  },
};

export const podDisruptionBudget: KindRules = {
  generationOf: ['spec'],
  validate: ({ spec }) => [
    ...(spec?.minAvailable !== undefined && spec?.maxUnavailable !== undefined
      ? [invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set')]
      : []),
    ...amountErrors(spec?.minAvailable, 'spec.minAvailable'),
    ...amountErrors(spec?.maxUnavailable, 'spec.maxUnavailable'),
  ],
};
