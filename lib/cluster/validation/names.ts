/** Names, labels and annotations (apimachinery, util/validation). The wording is Kubernetes' own. */
import { labelValueProblems, nameProblems, qualifiedNameProblems } from '../../objects/index.ts';
import type { KindRules } from '../kinds/rules.ts';
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';

const ANNOTATIONS_LIMIT = 262_144;

/** Checks name, labels and annotations of an object's metadata. */
export function metadataErrors(object: MutableObject, rules: KindRules): FieldError[] {
  const { metadata } = object;
  const name = nameProblems(metadata.name, rules.nameFormat).map(
    (problem): FieldError => invalidValue('metadata.name', metadata.name, problem),
  );
  return [
    ...name,
    ...labelErrors(metadata.labels, 'metadata.labels'),
    ...annotationErrors(metadata.annotations),
  ];
}

export function labelErrors(
  labels: Readonly<Record<string, string>> | undefined,
  field: string,
): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => invalidValue(field, key, problem)),
    ...labelValueProblems(value).map((problem) => invalidValue(field, value, problem)),
  ]);
}

function annotationErrors(annotations: Readonly<Record<string, string>> | undefined): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return [
    ...entries.flatMap(([key]) =>
      qualifiedNameProblems(key.toLowerCase()).map((problem) =>
        invalidValue('metadata.annotations', key, problem),
      ),
    ),
    ...(size > ANNOTATIONS_LIMIT
      ? [
          {
            type: 'FieldValueTooLong',
            field: 'metadata.annotations',
            message: `Too long: may not be more than ${ANNOTATIONS_LIMIT} bytes`,
          } as const,
        ]
      : []),
  ];
}

export function invalidValue(field: string, value: unknown, why: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}

export function required(field: string, why = ''): FieldError {
  return {
    type: 'FieldValueRequired',
    field,
    message: why === '' ? 'Required value' : `Required value: ${why}`,
  };
}

export function immutable(field: string, value: unknown): FieldError {
  return invalidValue(field, value, 'field is immutable');
}
