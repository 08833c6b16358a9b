/** Roles and bindings (rbac/validation). */
import { type KubernetesObject, nameProblems } from '../objects/index.ts';
import {
  type FieldError,
  type Fields,
  invalidValue,
  itemsOf,
  notSupported,
  required,
} from './field-errors.ts';
import { selectorErrors } from './selector.ts';

const GROUP = 'rbac.authorization.k8s.io';

export function roleErrors({ rules }: KubernetesObject): FieldError[] {
  return itemsOf(rules).flatMap((rule, i) => ruleErrors(rule, true, `rules[${i}]`));
}

export function clusterRoleErrors({ rules, aggregationRule }: KubernetesObject): FieldError[] {
  const selectors = 'aggregationRule.clusterRoleSelectors';
  return [
    ...itemsOf(rules).flatMap((rule, i) => ruleErrors(rule, false, `rules[${i}]`)),
    ...(aggregationRule && !aggregationRule.clusterRoleSelectors?.length
      ? [required(selectors, 'at least one clusterRoleSelector required if aggregationRule is non-nil')]
      : []),
    ...itemsOf(aggregationRule?.clusterRoleSelectors).flatMap((selector, i) =>
      withWhole(selectorErrors(selector, `${selectors}[${i}]`), `${selectors}[${i}]`),
    ),
  ];
}

/** What is wrong in a selector, and that it is wrong. */
function withWhole(errors: FieldError[], field: string): FieldError[] {
  return errors.length > 0 ? [...errors, invalidValue(field, null, 'invalid label selector.')] : [];
}

function ruleErrors(rule: Fields, isNamespaced: boolean, at: string): FieldError[] {
  const errors: FieldError[] = [];
  const { nonResourceURLs } = rule;
  if (!rule.verbs?.length) errors.push(required(`${at}.verbs`));
  if (nonResourceURLs?.length) {
    const field = `${at}.nonResourceURLs`;
    if (isNamespaced)
      errors.push(invalidValue(field, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
    if (rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length) {
      const why = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.push(invalidValue(field, nonResourceURLs, why));
    }
    return errors;
  }
  if (!rule.apiGroups?.length)
    errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
  if (!rule.resources?.length)
    errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

export function roleBindingErrors(binding: KubernetesObject): FieldError[] {
  const isNamespaced = binding.kind === 'RoleBinding';
  return [
    ...roleRefErrors(binding.roleRef ?? {}, isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']),
    ...itemsOf(binding.subjects).flatMap((subject, i) =>
      subjectErrors(subject ?? {}, isNamespaced, `subjects[${i}]`),
    ),
  ];
}

function roleRefErrors({ apiGroup, kind, name }: Fields, kinds: readonly string[]): FieldError[] {
  return [
    ...(apiGroup && apiGroup !== GROUP ? [notSupported('roleRef.apiGroup', apiGroup, [GROUP])] : []),
    ...(kinds.includes(kind) ? [] : [notSupported('roleRef.kind', kind ?? '', kinds)]),
    ...(name
      ? nameProblems(name, 'path-segment').map((problem) => invalidValue('roleRef.name', name, problem))
      : [required('roleRef.name')]),
  ];
}

const SUBJECTS = ['ServiceAccount', 'User', 'Group'];

function subjectErrors(subject: Fields, isNamespaced: boolean, at: string): FieldError[] {
  const { apiGroup, kind, name, namespace } = subject;
  const named = name ? [] : [required(`${at}.name`)];
  switch (kind) {
    case 'ServiceAccount':
      return [
        ...named,
        ...(name
          ? nameProblems(name, undefined).map((problem) => invalidValue(`${at}.name`, name, problem))
          : []),
        ...(apiGroup ? [notSupported(`${at}.apiGroup`, apiGroup, [''])] : []),
        ...(isNamespaced || namespace ? [] : [required(`${at}.namespace`)]),
      ];
    case 'User':
    case 'Group':
      return [
        ...named,
        ...(apiGroup && apiGroup !== GROUP ? [notSupported(`${at}.apiGroup`, apiGroup, [GROUP])] : []),
      ];
    default:
      return [...named, notSupported(`${at}.kind`, kind ?? '', SUBJECTS)];
  }
}
