/** Requests and objects that sequences are made of. */
import type { ParityRequest } from './sequence.ts';

export const CORE = '/api/v1/namespaces/$NS';
export const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/$NS';
export const APPS = '/apis/apps/v1/namespaces/$NS';
export const APPLY = 'application/apply-patch+yaml';

export const get = (path: string, accept?: string): ParityRequest => ({
  method: 'GET',
  path,
  ...(accept && { accept }),
});
export const post = (path: string, body: unknown): ParityRequest => ({ method: 'POST', path, body });
export const put = (path: string, body: unknown): ParityRequest => ({ method: 'PUT', path, body });
export const remove = (path: string, body?: unknown): ParityRequest => ({
  method: 'DELETE',
  path,
  ...(body !== undefined && { body }),
});
export const patch = (path: string, body: unknown, contentType?: string): ParityRequest => ({
  method: 'PATCH',
  path,
  body,
  ...(contentType && { contentType }),
});
export const apply = (path: string, body: unknown, query = 'fieldManager=one'): ParityRequest =>
  patch(`${path}?${query}`, body, APPLY);

export const configMap = (name: string, data: object = { a: '1' }, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

export const podSpec = {
  containers: [{ name: 'web', image: 'example/web:1.0', ports: [{ containerPort: 80 }] }],
};
export const deployment = (name: string, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: podSpec },
    ...spec,
  },
});
