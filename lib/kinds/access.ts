/** Roles and bindings. */
import type { KubernetesObject } from '../objects/index.ts';
import { type FieldError, type Fields, required } from './field-errors.ts';

export function roleErrors({ rules }: KubernetesObject): FieldError[] {
  return ((rules ?? []) as readonly Fields[]).flatMap((rule, i) =>
    rule.verbs?.length ? [] : [required(`rules[${i}].verbs`, 'verbs must contain at least one value')],
  );
}

export function clusterRoleErrors(object: KubernetesObject): FieldError[] {
  const { aggregationRule } = object;
  return [
    ...roleErrors(object),
    ...(aggregationRule && !aggregationRule.clusterRoleSelectors?.length
      ? [
          required(
            'aggregationRule.clusterRoleSelectors',
            'at least one clusterRoleSelector required if aggregationRule is non-nil',
          ),
        ]
      : []),
  ];
}

export function roleBindingErrors({ kind, roleRef, subjects }: KubernetesObject): FieldError[] {
  return [
    ...(roleRef?.name ? [] : [required('roleRef.name')]),
    ...((subjects ?? []) as readonly Fields[]).flatMap((subject, i) =>
      kind === 'ClusterRoleBinding' && subject.kind === 'ServiceAccount' && !subject.namespace
        ? [required(`subjects[${i}].namespace`)]
        : [],
    ),
  ];
}
