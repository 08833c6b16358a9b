/** Specs of jobs (batch/validation, validateJobSpec). */
import {
  enumErrors,
  type FieldError,
  type Fields,
  invalidValue,
  notNegative,
  notSupported,
  required,
  tooLong,
} from './field-errors.ts';
import { subdomainErrors } from './names.ts';
import { podTemplateErrors } from './pod/spec.ts';
import { podFailurePolicyErrors } from './pod-failure-policy.ts';
import { successPolicyErrors } from './success-policy.ts';

const NOT_NEGATIVE = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];
const MODES = ['NonIndexed', 'Indexed'];
const REPLACEMENTS = ['Failed', 'TerminatingOrFailed'];

/** @param spec with the completions that the server fills in */
export function jobSpecErrors(spec: Fields, path: string): FieldError[] {
  const isIndexed = spec.completionMode === 'Indexed';
  const { podFailurePolicy, successPolicy } = spec;
  return [
    ...NOT_NEGATIVE.flatMap((name) => notNegative(spec[name], `${path}.${name}`)),
    ...(spec.maxFailedIndexes != null && spec.backoffLimitPerIndex == null
      ? [required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]
      : []),
    ...managerErrors(spec.managedBy, `${path}.managedBy`),
    ...enumErrors(spec.completionMode, MODES, `${path}.completionMode`),
    ...(isIndexed ? indexedErrors(spec, path) : []),
    ...(spec.completionMode == null || spec.completionMode === 'NonIndexed'
      ? ['backoffLimitPerIndex', 'maxFailedIndexes']
          .filter((name) => spec[name] != null)
          .map((name) => invalidValue(`${path}.${name}`, spec[name], 'requires indexed completion mode'))
      : []),
    ...(podFailurePolicy ? podFailurePolicyErrors(spec, `${path}.podFailurePolicy`) : []),
    ...(successPolicy && !isIndexed
      ? [invalidValue(`${path}.successPolicy`, successPolicy, 'requires indexed completion mode')]
      : []),
    ...(successPolicy && isIndexed && spec.completions != null
      ? successPolicyErrors(successPolicy, spec.completions, `${path}.successPolicy`)
      : []),
    ...enumErrors(
      spec.podReplacementPolicy,
      podFailurePolicy ? ['Failed'] : REPLACEMENTS,
      `${path}.podReplacementPolicy`,
    ),
    ...podTemplateErrors(spec.template, `${path}.template`),
    ...restartErrors(spec, `${path}.template.spec.restartPolicy`),
  ];
}

/** Statuses of jobs list their indexes: they must not become too long. */
const LIMITS = { parallelism: 100_000, maxFailedIndexes: 100_000, completions: 100_000, many: 10_000 };

function indexedErrors(spec: Fields, path: string): FieldError[] {
  const { completions, parallelism, maxFailedIndexes } = spec;
  const errors: FieldError[] = [];
  const limit = (name: string, most: number, why = '') => {
    if (!(spec[name] > most)) return;
    errors.push(invalidValue(`${path}.${name}`, spec[name], `must be less than or equal to ${most}${why}`));
  };
  if (completions == null) errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  limit('parallelism', LIMITS.parallelism, ' when completion mode is Indexed');
  if (completions != null && maxFailedIndexes > completions) {
    const why = 'must be less than or equal to completions';
    errors.push(invalidValue(`${path}.maxFailedIndexes`, maxFailedIndexes, why));
  }
  limit('maxFailedIndexes', LIMITS.maxFailedIndexes);
  if (!(completions > LIMITS.completions) || spec.backoffLimitPerIndex == null) return errors;
  if (maxFailedIndexes == null) {
    const why = `must be specified when completions is above ${LIMITS.completions}`;
    errors.push(required(`${path}.maxFailedIndexes`, why));
  }
  const why = ` when completions are above ${LIMITS.completions} and used with backoff limit per index`;
  if (parallelism != null) limit('parallelism', LIMITS.many, why);
  limit('maxFailedIndexes', LIMITS.many, why);
  return errors;
}

const LONGEST_MANAGER = 63;
const HTTP_PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

function managerErrors(manager: string | null | undefined, field: string): FieldError[] {
  if (manager == null) return [];
  return [
    ...domainPrefixedErrors(manager, field),
    ...(manager.length > LONGEST_MANAGER ? [tooLong(field, LONGEST_MANAGER)] : []),
  ];
}

function domainPrefixedErrors(text: string, field: string): FieldError[] {
  if (text === '') return [required(field)];
  const slash = text.indexOf('/');
  const [host, path] = [text.slice(0, slash), text.slice(slash + 1)];
  if (slash <= 0 || path === '') {
    return [invalidValue(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  return [
    ...subdomainErrors(host, field),
    ...(HTTP_PATH.test(path)
      ? []
      : [
          invalidValue(
            field,
            path,
            "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')",
          ),
        ]),
  ];
}

/** Pods that are started again whenever they end never complete. */
function restartErrors(spec: Fields, field: string): FieldError[] {
  const policy = spec.template?.spec?.restartPolicy;
  if (!policy || policy === 'Always') return [required(field, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never')
    return [notSupported(field, policy, ['OnFailure', 'Never'])];
  return spec.podFailurePolicy && policy !== 'Never'
    ? [invalidValue(field, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}
