import { itemsOf, stringOf } from '../field-path.ts';
import { core, type EdgeFinder, present, secrets } from './edge.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** A binding comes after its role and after the service accounts that it names. */
export const bindingEdges: EdgeFinder = ({ key, object }) => {
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

/** A service account comes after the Secrets that it hands on to its pods. */
export const serviceAccountEdges: EdgeFinder = ({ key, object }) =>
  secrets(
    key.namespace,
    [...itemsOf(object, 'imagePullSecrets'), ...itemsOf(object, 'secrets')].map((one) =>
      stringOf(one, 'name'),
    ),
  );

/** A Secret for the token of a service account comes after it: one without its account is deleted by the token
 * controller (Kubernetes, "Managing Service Accounts"). */
export const tokenEdges: EdgeFinder = ({ key, object }) => {
  const account = object.metadata.annotations?.['kubernetes.io/service-account.name'];
  return object.type === 'kubernetes.io/service-account-token' && account !== undefined
    ? [present(core('ServiceAccount', key.namespace, account))]
    : [];
};
