/** An administrator whom nobody else is, so that the audit log tells its requests from those of other tests. */
import { join } from 'node:path';
import { type Connection, send, writeKubeconfig } from '../controlplane/connection.ts';

export interface AuditedUser {
  /** As the audit log names it. */
  readonly name: string;
  /** Path. */
  readonly kubeconfig: string;
}

export async function auditedUser(connection: Connection, name: string): Promise<AuditedUser> {
  const namespace = 'default';
  const create = async (path: string, body: object): Promise<string> => {
    const answer = await send(connection, 'POST', path, body);
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.body}`);
    return answer.body;
  };
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await create(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  await create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  // The API server's own answer: its shape is authentication.k8s.io/v1's.
  const { status } = JSON.parse(await create(`${accounts}/${name}/token`, request)) as {
    readonly status: { readonly token: string };
  };
  const kubeconfig = join(connection.directory, `${name}.kubeconfig`);
  writeKubeconfig(kubeconfig, connection, { name, credential: status.token });
  return { name: `system:serviceaccount:${namespace}:${name}`, kubeconfig };
}
