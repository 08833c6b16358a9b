/** Whether a namespace takes a write (the NamespaceLifecycle admission plugin). */
import type { Core } from '../core.ts';
import { rulesOf } from '../kinds/index.ts';
import { forbidden, notFound } from '../status.ts';
import type { Target } from './context.ts';

const NAMESPACES = { group: '', plural: 'namespaces' };

/** @throws ApiError 404 when the namespace is not there, 403 when it is being removed */
export function admitToNamespace(core: Core, target: Target, operation: 'create' | 'update'): void {
  if (!target.resource.namespaced || operation === 'update') return;
  const namespace = core.storage.get('/namespaces', '', target.namespace);
  if (!namespace) throw notFound(NAMESPACES, target.namespace);
  if (namespace.metadata.deletionTimestamp === undefined) return;
  throw forbidden(
    target.resource,
    target.name,
    `unable to create new content in namespace ${target.namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${target.namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  );
}

export function createsOnUpdate(target: Target): boolean {
  return rulesOf(target.resource).createOnUpdate === true;
}
