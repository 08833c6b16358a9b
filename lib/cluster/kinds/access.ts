/** Roles and bindings. */
import { deepEqual } from '../deep-equal.ts';
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';
import { invalidValue, required } from '../validation/names.ts';
import type { KindRules } from './rules.ts';

interface Subject {
  kind: string;
  name: string;
  apiGroup?: string;
}

const RBAC = 'rbac.authorization.k8s.io';

function setBindingDefaults(object: MutableObject): void {
  if (object.roleRef) object.roleRef.apiGroup ||= RBAC;
  for (const subject of (object.subjects ?? []) as Subject[]) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= RBAC;
  }
}

export const role: KindRules = {
  nameFormat: 'path-segment',
  createOnUpdate: true,
  validate: (object) =>
    ((object.rules ?? []) as readonly { verbs?: readonly string[] }[]).flatMap((rule, i): FieldError[] =>
      rule.verbs?.length ? [] : [required(`rules[${i}].verbs`, 'verbs must contain at least one value')],
    ),
};

export const clusterRole: KindRules = {
  ...role,
  validate: (object) => [
    ...(role.validate?.(object) ?? []),
    ...(object.aggregationRule && !object.aggregationRule.clusterRoleSelectors?.length
      ? [
          required(
            'aggregationRule.clusterRoleSelectors',
            'at least one clusterRoleSelector required if aggregationRule is non-nil',
          ),
        ]
      : []),
  ],
};

export const roleBinding: KindRules = {
  nameFormat: 'path-segment',
  createOnUpdate: true,
  setDefaults: setBindingDefaults,
  validate: (object) => [
    ...(object.roleRef?.name ? [] : [required('roleRef.name')]),
    ...(object.subjects ?? []).flatMap((subject: { kind?: string; namespace?: string }, i: number) =>
      object.kind === 'ClusterRoleBinding' && subject.kind === 'ServiceAccount' && !subject.namespace
        ? [required(`subjects[${i}].namespace`)]
        : [],
    ),
  ],
  validateUpdate: (object, old) =>
    deepEqual(object.roleRef, old.roleRef)
      ? []
      : [invalidValue('roleRef', object.roleRef, 'cannot change roleRef')],
};
