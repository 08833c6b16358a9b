/** Rules that say which requests something is asked about (admissionregistration/validation, validateRule). */
import { nameProblems } from '../../objects/index.ts';
import {
  duplicate,
  enumErrors,
  type FieldError,
  type Fields,
  invalidValue,
  notSupported,
  required,
  textsOf,
} from '../field-errors.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

export function ruleErrors(rule: Fields, at: string): FieldError[] {
  const operations: readonly string[] = textsOf(rule.operations);
  return [
    ...(operations.length > 0 ? [] : [required(`${at}.operations`)]),
    ...aloneErrors(operations, `${at}.operations`, 'operations'),
    ...operations.flatMap((operation, i) =>
      OPERATIONS.includes(operation) ? [] : [notSupported(`${at}.operations[${i}]`, operation, OPERATIONS)],
    ),
    ...(rule.apiGroups?.length ? [] : [required(`${at}.apiGroups`)]),
    ...aloneErrors(textsOf(rule.apiGroups), `${at}.apiGroups`, 'API groups'),
    ...(rule.apiVersions?.length ? [] : [required(`${at}.apiVersions`)]),
    ...aloneErrors(textsOf(rule.apiVersions), `${at}.apiVersions`, 'API versions'),
    ...emptyErrors(textsOf(rule.apiVersions), `${at}.apiVersions`),
    ...resourceErrors(textsOf(rule.resources), `${at}.resources`),
    ...enumErrors(rule.scope, ['*', 'Cluster', 'Namespaced'], `${at}.scope`),
  ];
}

/** Rules of policies can name objects too. */
export function namedRuleErrors(rule: Fields, at: string): FieldError[] {
  const names: readonly string[] = textsOf(rule.resourceNames);
  return [
    ...names.flatMap((name, i) => [
      ...nameProblems(name, 'path-segment').map((problem) =>
        invalidValue(`${at}.resourceNames[${i}]`, name, problem),
      ),
      ...(names.indexOf(name) < i ? [duplicate(`${at}.resourceNames[${i}]`, name)] : []),
    ]),
    ...ruleErrors(rule, at),
  ];
}

function aloneErrors(values: readonly string[], field: string, what: string): FieldError[] {
  return values.length > 1 && values.includes('*')
    ? [invalidValue(field, values, `if '*' is present, must not specify other ${what}`)]
    : [];
}

function emptyErrors(values: readonly string[], field: string): FieldError[] {
  return values.flatMap((value, i) => (value === '' ? [required(`${field}[${i}]`)] : []));
}

function resourceErrors(resources: readonly string[], at: string): FieldError[] {
  if (resources.length === 0) return [required(at)];
  const errors = emptyErrors(resources, at);
  const wholeResources = new Set<string>();
  const wholeSubresources = new Set<string>();
  // As the server has it, the last one without a subresource decides.
  let isLastPlain = false;
  for (const [i, resource] of resources.entries()) {
    const slash = resource.indexOf('/');
    if (slash < 0) {
      isLastPlain = resource !== '*';
      continue;
    }
    const [name, below] = [resource.slice(0, slash), resource.slice(slash + 1)];
    const field = `${at}[${i}]`;
    if (wholeResources.has(name))
      errors.push(invalidValue(field, resource, `if '${name}/*' is present, must not specify ${resource}`));
    if (wholeSubresources.has(below))
      errors.push(invalidValue(field, resource, `if '*/${below}' is present, must not specify ${resource}`));
    if (below === '*') wholeResources.add(name);
    if (name === '*') wholeSubresources.add(below);
  }
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalidValue(at, resources, "if '*/*' is present, must not specify other resources"));
  if (resources.includes('*') && isLastPlain) {
    const why = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalidValue(at, resources, why));
  }
  return errors;
}
