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
    ...ownerErrors(metadata.ownerReferences),
    ...finalizerErrors(metadata.finalizers),
  ];
}

/** Kinds that own nothing (apimachinery, api/validation). */
const NEVER_OWNERS = ['v1/Event'];

function ownerErrors(owners: MutableObject['metadata']['ownerReferences'] = []): FieldError[] {
  const controllers = owners.filter(({ controller }) => controller === true);
  return [
    ...owners.flatMap((owner, i) => {
      const at = `metadata.ownerReferences[${i}]`;
      const { apiVersion = '', kind = '', name = '', uid = '' } = owner;
      return [
        ...(apiVersion === ''
          ? [invalidValue(`${at}.apiVersion`, apiVersion, 'version must not be empty')]
          : []),
        ...(kind === '' ? [invalidValue(`${at}.kind`, kind, 'must not be empty')] : []),
        ...(name === '' ? [required(`${at}.name`, 'must not be empty')] : []),
        ...(uid === '' ? [required(`${at}.uid`, 'must not be empty')] : []),
        ...(NEVER_OWNERS.includes(`${apiVersion}/${kind}`)
          ? [invalidValue(at, owner, `${apiVersion}, Kind=${kind} is disallowed from being an owner`)]
          : []),
      ];
    }),
    ...(controllers.length > 1
      ? [
          invalidValue(
            'metadata.ownerReferences',
            owners,
            `Only one reference can have Controller set to true. Found "true" in references for ${controllers[0]!.name} and ${controllers[1]!.name}`,
          ),
        ]
      : []),
  ];
}

function finalizerErrors(finalizers: readonly string[] = []): FieldError[] {
  return finalizers.flatMap((finalizer) =>
    qualifiedNameProblems(finalizer).map((problem) =>
      invalidValue('metadata.finalizers', finalizer, problem),
    ),
  );
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

/** What is wrong with the name of a port (an IANA service name). */
export function portNameProblem(name: string): string | undefined {
  if (name.length > 15) return 'must be no more than 15 characters';
  if (!/^[-a-z0-9]+$/.test(name))
    return 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)';
  if (!/[a-z]/.test(name)) return 'must contain at least one letter (a-z)';
  if (name.includes('--')) return 'must not contain consecutive hyphens';
  return name.startsWith('-') || name.endsWith('-') ? 'must not begin or end with a hyphen' : undefined;
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
