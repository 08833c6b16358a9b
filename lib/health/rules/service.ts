import { stringAt, valueAt } from '../fields.ts';
import type { HealthRule } from '../health.ts';
import { current, inProgress } from '../health.ts';

export const service: HealthRule = (object) =>
  stringAt(object, 'spec.type', 'ClusterIP') === 'LoadBalancer' &&
  stringAt(object, 'spec.clusterIP', '') === ''
    ? inProgress('NoIPAssigned', 'the load balancer has no cluster IP yet')
    : current('ready');

/** For a wait, a load balancer is ready when it can be reached from outside. */
export const serviceReadiness: HealthRule = (object) => {
  if (stringAt(object, 'spec.type', 'ClusterIP') !== 'LoadBalancer') return undefined;
  const ingress = valueAt(object, 'status.loadBalancer.ingress');
  return Array.isArray(ingress) && ingress.length > 0
    ? undefined
    : inProgress('LoadBalancerPending', 'the load balancer has no address yet');
};
