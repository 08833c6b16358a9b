/** Autoscalers and disruption budgets. */
import type { KubernetesObject } from '../objects/index.ts';
import { amountErrors } from './amount.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notNegative,
  required,
} from './field-errors.ts';
import { metricErrors, referenceErrors } from './metrics.ts';
import { scalingErrors } from './scaling.ts';
import { selectorErrors } from './selector.ts';

export function horizontalPodAutoscalerErrors({ apiVersion, spec }: KubernetesObject): FieldError[] {
  const { minReplicas, behavior } = spec;
  const maxReplicas: number = spec.maxReplicas ?? 0;
  const metrics: readonly Fields[] =
    apiVersion === 'autoscaling/v1' ? cpuMetrics(spec) : (spec.metrics ?? []);
  return [
    ...notNegative(minReplicas, 'spec.minReplicas'),
    ...(maxReplicas === 0 ? [required('spec.maxReplicas')] : []),
    ...(maxReplicas < 0
      ? [invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1')]
      : []),
    ...(maxReplicas < (minReplicas ?? 1)
      ? [invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...referenceErrors(spec.scaleTargetRef, 'spec.scaleTargetRef'),
    ...metrics.flatMap((metric, i) => metricErrors(metric, `spec.metrics[${i}]`)),
    ...(minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')
      ? [
          forbidden(
            'spec.metrics',
            'must specify at least one Object or External metric to support scaling to zero replicas',
          ),
        ]
      : []),
    ...scalingErrors(behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...scalingErrors(behavior?.scaleDown, 'spec.behavior.scaleDown'),
  ];
}

/** The one metric of the first version, as the others write it. */
function cpuMetrics({ targetCPUUtilizationPercentage: averageUtilization }: Fields): readonly Fields[] {
  if (averageUtilization == null) return [];
  return [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } },
  ];
}

export function podDisruptionBudgetErrors({ spec }: KubernetesObject): FieldError[] {
  return [
    ...(spec?.minAvailable != null && spec?.maxUnavailable != null
      ? [invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set')]
      : []),
    ...amountErrors(spec?.minAvailable ?? undefined, 'spec.minAvailable'),
    ...amountErrors(spec?.maxUnavailable ?? undefined, 'spec.maxUnavailable'),
    ...(spec?.selector ? selectorErrors(spec.selector, 'spec.selector') : []),
    ...enumErrors(
      spec?.unhealthyPodEvictionPolicy,
      ['AlwaysAllow', 'IfHealthyBudget'],
      'spec.unhealthyPodEvictionPolicy',
    ),
  ];
}
