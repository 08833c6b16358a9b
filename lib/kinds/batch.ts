/** Jobs and cron jobs. */
import type { KubernetesObject } from '../objects/index.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  invalidValue,
  notSupported,
  required,
} from './field-errors.ts';
import { podSpecErrors } from './pod/spec.ts';

export function jobErrors({ spec }: KubernetesObject): FieldError[] {
  return jobTemplateErrors(spec, 'spec');
}

function jobTemplateErrors(spec: Fields, path: string): FieldError[] {
  const policy = spec.template?.spec?.restartPolicy;
  return [
    ...podSpecErrors(spec.template?.spec ?? {}, `${path}.template.spec`),
    ...(policy === 'Always'
      ? [notSupported(`${path}.template.spec.restartPolicy`, policy, ['OnFailure', 'Never'])]
      : []),
  ];
}

const CRON_FIELD =
  /^(\*|\?|[0-9A-Za-z]+)(-[0-9A-Za-z]+)?(\/\d+)?(,(\*|[0-9A-Za-z]+)(-[0-9A-Za-z]+)?(\/\d+)?)*$/;
const CRON_NAME = /^@(every \S+|annually|yearly|monthly|weekly|daily|midnight|hourly|reboot)$/;

export function cronJobErrors(object: KubernetesObject): FieldError[] {
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
}
