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
};

export const podDisruptionBudget: KindRules = {
  generationOf: ['spec'],
};
