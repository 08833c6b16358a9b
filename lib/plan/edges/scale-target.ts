import { parseApiVersion } from '../../objects/index.ts';
import { stringOf } from '../field-path.ts';
import { type EdgeFinder, present } from './edge.ts';

/** An autoscaler comes after what it scales (`scaleTargetRef` of HorizontalPodAutoscaler and ScaledObject,
 * `targetRef` of VerticalPodAutoscaler). */
export const scaleTargetEdges: EdgeFinder = (object, key) =>
  (['scaleTargetRef', 'targetRef'] as const).flatMap((field) => {
    const kind = stringOf(object, 'spec', field, 'kind');
    const name = stringOf(object, 'spec', field, 'name');
    if (kind === undefined || name === undefined) return [];
    const { group } = parseApiVersion(stringOf(object, 'spec', field, 'apiVersion') ?? 'apps/v1');
    return [present({ group, kind, namespace: key.namespace, name })];
  });
