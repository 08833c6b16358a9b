/** Jobs and cron jobs. */
import { type KubernetesObject, nameProblems, selectorMatches } from '../objects/index.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  invalidValue,
  notNegative,
  notSupported,
  required,
} from './field-errors.ts';
import { jobSpecErrors } from './job-spec.ts';
import { isNew } from './new.ts';
import { scheduleProblem } from './schedule.ts';
import { selectorErrors } from './selector.ts';
import { timeZoneErrors } from './time-zone.ts';

export function jobErrors(job: KubernetesObject): FieldError[] {
  const spec = { ...job.spec, completions: completionsOf(job.spec) };
  return [
    ...(spec.manualSelector ? manualSelectorErrors(spec) : generatedSelectorErrors(job)),
    ...jobSpecErrors(spec, 'spec'),
    ...(isNew(job) ? hostnameErrors(job.metadata.name, spec) : []),
  ];
}

function completionsOf({ completions, parallelism }: Fields): number | undefined {
  return completions ?? (parallelism == null ? 1 : undefined);
}

function manualSelectorErrors({ selector, template }: Fields): FieldError[] {
  const unreadable = selectorErrors(selector, 'spec.selector');
  const isMatch = selector && selectorMatches(selector, template?.metadata?.labels ?? {});
  return [
    ...(selector ? [] : [required('spec.selector')]),
    ...unreadable,
    ...(unreadable.length > 0 || isMatch ? [] : [unmatched(template)]),
  ];
}

const UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'];
const NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name'];

/** The server sets a selector of its own; one that is there may say what the server's would, no more. */
function generatedSelectorErrors({ metadata, spec }: KubernetesObject): FieldError[] {
  const { selector, template } = spec;
  const { uid } = metadata;
  const given = template?.metadata?.labels ?? {};
  const generated: Record<string, string> = {};
  for (const label of NAME_LABELS) generated[label] = metadata.name;
  // Who has not sent the object yet does not know which it will be.
  for (const label of UID_LABELS) generated[label] = uid ?? given[label] ?? selector?.matchLabels?.[label];
  const unreadable = selectorErrors(selector, 'spec.selector');
  const isReadable = selector && unreadable.length === 0;
  return [
    ...[...UID_LABELS, ...NAME_LABELS]
      .filter((label) => given[label] !== undefined && given[label] !== generated[label])
      .map((label) =>
        invalidValue(`spec.template.metadata.labels[${label}]`, given, `must be '${generated[label]}'`),
      ),
    ...(isReadable && !selectorMatches(selector, generated)
      ? [invalidValue('spec.selector', selector, '`selector` not auto-generated')]
      : []),
    ...unreadable,
    ...(isReadable && !selectorMatches(selector, { ...generated, ...given }) ? [unmatched(template)] : []),
  ];
}

function unmatched(template: Fields): FieldError {
  const labels = template?.metadata?.labels ?? {};
  return invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
}

/** Pods with indexes have their hostnames from the job's name. */
function hostnameErrors(name: string, { completionMode, completions }: Fields): FieldError[] {
  if (completionMode !== 'Indexed' || !(completions > 0)) return [];
  const hostname = `${name}-${completions - 1}`;
  return nameProblems(hostname, 'dns-1123-label').length === 0
    ? []
    : [
        invalidValue(
          'metadata.name',
          name,
          `will not able to create pod with invalid DNS label: ${hostname}`,
        ),
      ];
}

/** Eleven characters are added for the names of jobs, which have 63 at most. */
const LONGEST_NAME = 52;

export function cronJobErrors(object: KubernetesObject): FieldError[] {
  const { spec, metadata } = object;
  const template = spec.jobTemplate?.spec ?? {};
  return [
    ...scheduleErrors(spec.schedule ?? '', spec.timeZone),
    ...notNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...timeZoneErrors(spec.timeZone, 'spec.timeZone'),
    ...enumErrors(
      spec.concurrencyPolicy || undefined,
      ['Allow', 'Forbid', 'Replace'],
      'spec.concurrencyPolicy',
    ),
    ...jobSpecErrors(template, 'spec.jobTemplate.spec'),
    ...(template.selector
      ? [
          invalidValue(
            'spec.jobTemplate.spec.selector',
            template.selector,
            '`selector` will be auto-generated',
          ),
        ]
      : []),
    ...(template.manualSelector
      ? [notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false'])]
      : []),
    ...notNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...notNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
    ...(metadata.name.length > LONGEST_NAME && isNew(object)
      ? [invalidValue('metadata.name', metadata.name, `must be no more than ${LONGEST_NAME} characters`)]
      : []),
  ];
}

function scheduleErrors(schedule: string, timeZone: string | null | undefined): FieldError[] {
  const field = 'spec.schedule';
  if (schedule === '') return [required(field)];
  const problem = scheduleProblem(schedule);
  const both = 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
  return [
    ...(problem === undefined ? [] : [invalidValue(field, schedule, problem)]),
    ...(schedule.includes('TZ') && timeZone != null ? [invalidValue(field, schedule, both)] : []),
  ];
}
