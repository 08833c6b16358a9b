/** Jobs and cron jobs. */
import type { KubernetesObject } from '../objects/index.ts';
import { scheduleProblem } from './cron.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  invalidValue,
  notSupported,
  required,
} from './field-errors.ts';
import { podTemplateErrors } from './pod/spec.ts';

export function jobErrors({ spec }: KubernetesObject): FieldError[] {
  return jobTemplateErrors(spec, 'spec');
}

function jobTemplateErrors(spec: Fields, path: string): FieldError[] {
  const policy = spec.template?.spec?.restartPolicy;
  return [
    ...podTemplateErrors(spec.template, `${path}.template`),
    ...(policy === 'Always'
      ? [notSupported(`${path}.template.spec.restartPolicy`, policy, ['OnFailure', 'Never'])]
      : []),
  ];
}

export function cronJobErrors(object: KubernetesObject): FieldError[] {
  const { spec } = object;
  return [
    ...scheduleErrors(spec.schedule),
    ...enumErrors(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy'),
    ...jobTemplateErrors(spec.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec'),
    ...(object.metadata.name.length > 52
      ? [invalidValue('metadata.name', object.metadata.name, 'must be no more than 52 characters')]
      : []),
  ];
}

function scheduleErrors(schedule: string | undefined): FieldError[] {
  if (!schedule) return [required('spec.schedule')];
  const problem = scheduleProblem(schedule);
  if (problem === undefined) return [];
  const fields = schedule.trim().split(/\s+/);
  return [
    invalidValue(
      'spec.schedule',
      schedule,
      fields.length === 5 || schedule.startsWith('@')
        ? problem
        : `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`,
    ),
  ];
}
