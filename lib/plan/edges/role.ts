import { itemsOf, stringOf } from '../field-path.ts';
import { core, type EdgeFinder, present } from './edge.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** A binding comes after its role and after the service accounts that it names. */
export const roleEdges: EdgeFinder = (object, key) => {
  if (key.group !== RBAC || !key.kind.endsWith('Binding')) return [];
  const kind = stringOf(object, 'roleRef', 'kind');
  const name = stringOf(object, 'roleRef', 'name');
  const accounts = itemsOf(object, 'subjects').flatMap((subject) => {
    const account = subject.kind === 'ServiceAccount' ? stringOf(subject, 'name') : undefined;
    return account === undefined
      ? []
      : [present(core('ServiceAccount', stringOf(subject, 'namespace') ?? key.namespace, account))];
  });
  if (kind === undefined || name === undefined) return accounts;
  const namespace = kind === 'Role' ? key.namespace : '';
  return [present({ group: RBAC, kind, namespace, name }), ...accounts];
};
