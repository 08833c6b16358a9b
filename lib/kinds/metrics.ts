/** What an autoscaler measures (autoscaling/validation). */
import { parseQuantity } from '../objects/index.ts';
import {
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from './field-errors.ts';
import { labelNameErrors } from './names.ts';
import { segmentErrors } from './path-segment.ts';

/** The member of a metric that says more, by its type, in the order in which the server looks at them. */
const SOURCES: ReadonlyMap<string, string> = new Map([
  ['Object', 'object'],
  ['External', 'external'],
  ['Pods', 'pods'],
  ['Resource', 'resource'],
  ['ContainerResource', 'containerResource'],
]);
const TYPES = [...SOURCES.keys()].sort();

export function metricErrors(metric: Fields, at: string): FieldError[] {
  const type: string = metric.type ?? '';
  const expected = SOURCES.get(type);
  const present = [...SOURCES.values()].filter((source) => metric[source]);
  const [first] = present;
  const unsupported = notSupported(`${at}.type`, type, TYPES);
  return [
    ...(type === '' ? [required(`${at}.type`, 'must specify a metric source type')] : []),
    ...(expected === undefined ? [unsupported] : []),
    ...(first === undefined ? [] : sourceErrors(metric[first], first, `${at}.${first}`)),
    ...(expected !== undefined && !metric[expected]
      ? [required(`${at}.${expected}`, 'must populate information for the given metric source')]
      : []),
    ...(present.length === 1
      ? []
      : present
          .filter((source) => source !== expected)
          .map((source) => forbidden(`${at}.${source}`, 'must populate the given metric source only'))),
  ];
}

function sourceErrors(source: Fields, kind: string, at: string): FieldError[] {
  const target = source.target ?? {};
  const value = target.value != null;
  const averageValue = target.averageValue != null;
  const errors = targetErrors(target, `${at}.target`);
  const average = `${at}.target.averageValue`;
  switch (kind) {
    case 'object':
      return [
        ...referenceErrors(source.describedObject, `${at}.describedObject`),
        ...metricNameErrors(source, at),
        ...errors,
        ...(value || averageValue
          ? []
          : [required(average, 'must set either a target value or averageValue')]),
      ];
    case 'external':
      return [
        ...metricNameErrors(source, at),
        ...errors,
        ...(value || averageValue
          ? []
          : [required(average, 'must set either a target value for metric or a per-pod target')]),
        ...(value && averageValue
          ? [
              forbidden(
                `${at}.target.value`,
                'may not set both a target value for metric and a per-pod target',
              ),
            ]
          : []),
      ];
    case 'pods':
      return [
        ...metricNameErrors(source, at),
        ...errors,
        ...(averageValue ? [] : [required(average, 'must specify a positive target averageValue')]),
      ];
    case 'containerResource':
      return [
        ...resourceErrors(source, at),
        ...containerErrors(source.container, `${at}.container`),
        ...errors,
      ];
    default:
      return [...resourceErrors(source, at), ...errors];
  }
}

export function referenceErrors(reference: Fields, at: string): FieldError[] {
  return [...segmentErrors(reference?.kind, `${at}.kind`), ...segmentErrors(reference?.name, `${at}.name`)];
}

function metricNameErrors({ metric }: Fields, at: string): FieldError[] {
  return segmentErrors(metric?.name, `${at}.metric.name`, 'must specify a metric name');
}

/** Use of a resource is measured in shares of what is requested, or in amounts. */
function resourceErrors({ name, target }: Fields, at: string): FieldError[] {
  const share = target?.averageUtilization != null;
  const amount = target?.averageValue != null;
  return [
    ...(name ? [] : [required(`${at}.name`, 'must specify a resource name')]),
    ...(share || amount
      ? []
      : [
          required(
            `${at}.target.averageUtilization`,
            'must set either a target raw value or a target utilization',
          ),
        ]),
    ...(share && amount
      ? [
          forbidden(
            `${at}.target.averageValue`,
            'may not set both a target raw value and a target utilization',
          ),
        ]
      : []),
  ];
}

function containerErrors(container: string | undefined, field: string): FieldError[] {
  if (!container) return [required(field, 'must specify a container')];
  return labelNameErrors(container, field);
}

const TARGETS = ['Utilization', 'Value', 'AverageValue'];

function targetErrors(target: Fields, at: string): FieldError[] {
  const type: string = target.type ?? '';
  return [
    ...(type === '' ? [required(`${at}.type`, 'must specify a metric target type')] : []),
    ...(TARGETS.includes(type)
      ? []
      : [invalidValue(`${at}.type`, type, 'must be either Utilization, Value, or AverageValue')]),
    ...['value', 'averageValue']
      .filter((member) => target[member] != null && !isPositive(target[member]))
      .map((member) => invalidValue(`${at}.${member}`, target[member], 'must be positive')),
    ...(target.averageUtilization != null && target.averageUtilization < 1
      ? [invalidValue(`${at}.averageUtilization`, target.averageUtilization, 'must be greater than 0')]
      : []),
  ];
}

function isPositive(quantity: string | number): boolean {
  return (parseQuantity(String(quantity)) ?? 0n) > 0n;
}
