/** Roles and bindings. */
import { immutable } from '../../kinds/index.ts';
import { deepEqual } from '../deep-equal.ts';
import type { MutableObject } from '../mutable.ts';
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
};

export const roleBinding: KindRules = {
  nameFormat: 'path-segment',
  createOnUpdate: true,
  setDefaults: setBindingDefaults,
  validateUpdate: (object, old) =>
    deepEqual(object.roleRef, old.roleRef) ? [] : [immutable('roleRef', object.roleRef)],
};
