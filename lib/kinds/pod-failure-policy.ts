/** What a job does when a pod of its fails (batch/validation). */
import {
  duplicate,
  type FieldError,
  type Fields,
  invalidValue,
  notSupported,
  omittedValue,
  required,
  tooMany,
} from './field-errors.ts';
import { qualifiedNameErrors } from './names.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const MOST = { rules: 20, exitCodes: 255, patterns: 20 };

export function podFailurePolicyErrors(spec: Fields, path: string): FieldError[] {
  const rules: readonly Fields[] = spec.podFailurePolicy?.rules ?? [];
  return [
    ...(rules.length > MOST.rules ? [tooMany(`${path}.rules`, rules.length, MOST.rules)] : []),
    ...rules.flatMap((rule, i) => ruleErrors(rule, spec, `${path}.rules[${i}]`)),
  ];
}

function ruleErrors(rule: Fields, spec: Fields, at: string): FieldError[] {
  const { action, onExitCodes } = rule;
  const patterns: readonly Fields[] = rule.onPodConditions ?? [];
  const needsIndexes = 'requires the backoffLimitPerIndex to be set';
  return [
    ...(action === 'FailIndex' && spec.backoffLimitPerIndex == null
      ? [invalidValue(`${at}.action`, action, needsIndexes)]
      : chosenErrors(action, ACTIONS, `${at}.action`)),
    ...(onExitCodes ? exitCodesErrors(onExitCodes, spec, `${at}.onExitCodes`) : []),
    ...(patterns.length > MOST.patterns
      ? [tooMany(`${at}.onPodConditions`, patterns.length, MOST.patterns)]
      : []),
    ...patterns.flatMap((pattern, i) => patternErrors(pattern, `${at}.onPodConditions[${i}]`)),
    ...(onExitCodes && patterns.length > 0
      ? [omittedValue(at, 'specifying both OnExitCodes and OnPodConditions is not supported')]
      : []),
    ...(onExitCodes || patterns.length > 0
      ? []
      : [omittedValue(at, 'specifying one of OnExitCodes and OnPodConditions is required')]),
  ];
}

function chosenErrors(value: string | undefined, allowed: readonly string[], field: string): FieldError[] {
  if (!value) {
    return [required(field, `valid values: [${allowed.map((one) => JSON.stringify(one)).join(' ')}]`)];
  }
  return allowed.includes(value) ? [] : [notSupported(field, value, allowed)];
}

function patternErrors({ type = '', status }: Fields, at: string): FieldError[] {
  return [
    ...qualifiedNameErrors(type, `${at}.type`),
    // The server fills in that it is true.
    ...(status == null ? [] : chosenErrors(status, STATUSES, `${at}.status`)),
  ];
}

function exitCodesErrors(requirement: Fields, spec: Fields, at: string): FieldError[] {
  const { operator, containerName } = requirement;
  const values: readonly number[] = requirement.values ?? [];
  const errors = chosenErrors(operator, OPERATORS, `${at}.operator`);
  if (containerName != null && !containerNames(spec).includes(containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalidValue(`${at}.containerName`, containerName, why));
  }
  if (values.length === 0)
    errors.push(invalidValue(`${at}.values`, values, 'at least one value is required'));
  if (values.length > MOST.exitCodes) errors.push(tooMany(`${at}.values`, values.length, MOST.exitCodes));
  const seen = new Set<number>();
  for (const [i, code] of values.entries()) {
    if (operator === 'In' && code === 0) {
      errors.push(invalidValue(`${at}.values[${i}]`, code, 'must not be 0 for the In operator'));
    }
    if (seen.has(code)) errors.push(duplicate(`${at}.values[${i}]`, code));
    seen.add(code);
  }
  if (values.some((code, i) => i > 0 && values[i - 1]! > code)) {
    errors.push(invalidValue(`${at}.values`, values, 'must be ordered'));
  }
  return errors;
}

function containerNames({ template }: Fields): readonly string[] {
  const { containers, initContainers } = template?.spec ?? {};
  return [...(containers ?? []), ...(initContainers ?? [])].map(({ name }) => name);
}
