/** The two built-in kinds that are served in more than one shape: events (core and events.k8s.io) and horizontal pod
 * autoscalers (v1 and v2). Each function changes the object that it is given. */
import type { MutableObject } from '../mutable.ts';

const EVENT_FIELDS: readonly (readonly [core: string, events: string])[] = [
  ['message', 'note'],
  ['involvedObject', 'regarding'],
  ['reportingComponent', 'reportingController'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
];

export function convertEvent(event: MutableObject, apiVersion: string): MutableObject {
  for (const [core, events] of EVENT_FIELDS) {
    const [from, to] = apiVersion === 'v1' ? [events, core] : [core, events];
    if (event[from] === undefined) continue;
    event[to] = event[from];
    delete event[from];
  }
  event.apiVersion = apiVersion;
  return event;
}

interface Metric {
  readonly type: string;
  readonly resource?: { readonly name: string; readonly target?: { readonly averageUtilization?: number } };
}

/** v1 knows one metric, the processor's utilization; anything else is lost on the way to it. */
export function convertScaler(scaler: MutableObject, apiVersion: string): MutableObject {
  const spec = scaler.spec as Record<string, unknown> | undefined; // the schema's type
  if (spec && apiVersion === 'autoscaling/v1') {
    const metrics = (spec.metrics ?? []) as readonly Metric[]; // ditto
    const cpu = metrics.find((metric) => metric.type === 'Resource' && metric.resource?.name === 'cpu');
    const target = cpu?.resource?.target?.averageUtilization;
    delete spec.metrics;
    delete spec.behavior;
    if (target !== undefined) spec.targetCPUUtilizationPercentage = target;
  } else if (spec) {
    const target = spec.targetCPUUtilizationPercentage;
    delete spec.targetCPUUtilizationPercentage;
    if (target !== undefined) {
      spec.metrics = [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } },
        },
      ];
    }
  }
  scaler.apiVersion = apiVersion;
  return scaler;
}
