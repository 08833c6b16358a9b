/** Jobs and cron jobs. */
import { deepEqual } from '../deep-equal.ts';
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';
import { immutable, invalidValue, required } from '../validation/names.ts';
import { enumErrors, podSpecErrors } from '../validation/pod-spec.ts';
import { setPodSpecDefaults } from './pod-spec.ts';
import type { KindRules } from './rules.ts';

function setJobDefaults(spec: MutableObject['spec']): void {
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1;
    spec.parallelism = 1;
  }
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2147483647;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const condition of rule.onPodConditions ?? []) condition.status ??= 'True';
  }
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  if (spec.template?.spec) setPodSpecDefaults(spec.template.spec);
}

function jobTemplateErrors(spec: MutableObject['spec'], path: string): FieldError[] {
  const policy = spec.template?.spec?.restartPolicy;
  return [
    ...podSpecErrors(spec.template?.spec ?? {}, `${path}.template.spec`),
    ...(policy === 'Always'
      ? [
          {
            type: 'FieldValueNotSupported',
            field: `${path}.template.spec.restartPolicy`,
            message: 'Unsupported value: "Always": supported values: "OnFailure", "Never"',
          } as const,
        ]
      : []),
  ];
}

export const job: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    setJobDefaults(object.spec);
    if (object.spec.template?.metadata?.labels && !object.metadata.labels) {
      object.metadata.labels = { ...object.spec.template.metadata.labels };
    }
  },
  prepareCreate(object) {
    const { spec, metadata } = object;
    if (spec.manualSelector) return;
    spec.template.metadata ??= {};
    const own = {
      'batch.kubernetes.io/controller-uid': metadata.uid,
      'controller-uid': metadata.uid,
      'batch.kubernetes.io/job-name': metadata.name,
      'job-name': metadata.name,
    };
    spec.template.metadata.labels = { ...spec.template.metadata.labels, ...own };
    spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } };
    metadata.labels ??= { ...spec.template.metadata.labels };
  },
  prepareUpdate(object, old) {
    // Assigned at creation; an apply of the original text does not carry them.
    object.spec.selector ??= old.spec.selector;
    if (object.spec.manualSelector || !object.spec.template) return;
    const assigned = Object.entries(
      (old.spec.template?.metadata?.labels ?? {}) as Record<string, string>,
    ).filter(([key]) => key.endsWith('controller-uid') || key.endsWith('job-name'));
    object.spec.template.metadata ??= {};
    object.spec.template.metadata.labels = {
      ...Object.fromEntries(assigned),
      ...object.spec.template.metadata.labels,
    };
  },
  validate: (object) => jobTemplateErrors(object.spec, 'spec'),
  validateUpdate: (object, old) =>
    (
      [
        'completions',
        'selector',
        'template',
        'completionMode',
        'podFailurePolicy',
        'backoffLimitPerIndex',
      ] as const
    )
      .filter((field) => !deepEqual(object.spec[field], old.spec[field]))
      .map((field) => immutable(`spec.${field}`, object.spec[field])),
};

const CRON_FIELD =
  /^(\*|\?|[0-9A-Za-z]+)(-[0-9A-Za-z]+)?(\/\d+)?(,(\*|[0-9A-Za-z]+)(-[0-9A-Za-z]+)?(\/\d+)?)*$/;
const CRON_NAME = /^@(every \S+|annually|yearly|monthly|weekly|daily|midnight|hourly|reboot)$/;

export const cronJob: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    const { spec } = object;
    spec.concurrencyPolicy ??= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    const inner = spec.jobTemplate?.spec;
    if (inner?.template?.spec) setPodSpecDefaults(inner.template.spec);
  },
  validate(object) {
    const { spec } = object;
    const schedule: string = spec.schedule ?? '';
    const fields = schedule.trim().split(/\s+/);
    const isSchedule =
      CRON_NAME.test(schedule) || (fields.length === 5 && fields.every((field) => CRON_FIELD.test(field)));
    return [
      ...(schedule === '' ? [required('spec.schedule')] : []),
      ...(schedule !== '' && !isSchedule
        ? [
            invalidValue(
              'spec.schedule',
              schedule,
              fields.length === 5
                ? `failed to parse int from ${fields.find((field) => !CRON_FIELD.test(field)) ?? ''}: strconv.Atoi: parsing ${JSON.stringify(fields.find((field) => !CRON_FIELD.test(field)) ?? '')}: invalid syntax`
                : `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`,
            ),
          ]
        : []),
      ...enumErrors(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy'),
      ...jobTemplateErrors(spec.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec'),
      ...(object.metadata.name.length > 52
        ? [invalidValue('metadata.name', object.metadata.name, 'must be no more than 52 characters')]
        : []),
    ];
  },
};
