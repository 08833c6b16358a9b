/** The namespaces of previews in a cluster. */
import { type ApiResource, type KubeClient, KubeError } from '../../lib/kube/index.ts';
import type { KubernetesObject, PodSecurityLevel } from '../../lib/objects/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import { annotationsOf, PREVIEW_LABEL, type Preview, type PreviewRecord, previewOf } from './record.ts';

const NAMESPACE = { group: '', version: 'v1', kind: 'Namespace' } as const;

/** Whose previews: those of one project, and of one repository of a forge. */
type PreviewOwner = Pick<Preview, 'project' | 'repository'>;

/** Previews that are in a cluster, by namespace. */
export async function listPreviews(
  client: KubeClient,
  isWanted: (preview: Preview) => boolean,
): Promise<readonly Preview[]> {
  const resource = await client.resource(NAMESPACE);
  const { items } = await client.listMetadata(resource, { labelSelector: PREVIEW_LABEL });
  return items
    .flatMap((item) => previewOf(item) ?? [])
    .filter(isWanted)
    .sort((a, b) => (a.namespace < b.namespace ? -1 : 1));
}

/** The namespace of a preview, which is made if it is not there.
 * @throws TruekeelError `PREVIEW_NAMESPACE_TAKEN` when it is there and somebody else's; `PREVIEW_GOING` while an earlier one
 * is being deleted */
export async function ensureNamespace(
  client: KubeClient,
  namespace: string,
  record: PreviewRecord,
  podSecurity: PodSecurityLevel,
): Promise<Preview> {
  const resource = await client.resource(NAMESPACE);
  const wanted: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace,
      labels: { [PREVIEW_LABEL]: record.name, 'pod-security.kubernetes.io/enforce': podSecurity },
      annotations: annotationsOf(record),
    },
  };
  const created = await client.create(wanted).catch((error: unknown) => {
    if (error instanceof KubeError && error.code === 'ALREADY_EXISTS') return undefined;
    throw error;
  });
  if (created) return foundOrTaken(created, namespace, record);
  const there = await client.getMetadata(resource, { namespace: '', name: namespace });
  // It went between the two questions.
  if (!there) throw going(namespace);
  const preview = foundOrTaken(there, namespace, record);
  if (preview.status === 'going') throw going(namespace);
  return patch(client, resource, preview, {
    ...(wanted.metadata.labels && { labels: wanted.metadata.labels }),
    annotations: annotationsOf(record),
  });
}

/** Writes down what is known now. The namespace has to be the very one that it was. */
export async function updateRecord(
  client: KubeClient,
  preview: Preview,
  record: Partial<PreviewRecord>,
): Promise<Preview> {
  const resource = await client.resource(NAMESPACE);
  return patch(client, resource, preview, { annotations: annotationsOf(record) });
}

/** Deletes the namespace of a preview: the very one that was looked at.
 * @returns false when it was gone already */
export async function deleteNamespace(client: KubeClient, { namespace, uid }: Preview): Promise<boolean> {
  const resource = await client.resource(NAMESPACE);
  return client.delete(resource, { namespace: '', name: namespace }, { uid, propagation: 'Background' });
}

/** A server refuses a patch that names another uid than the object has. */
async function patch(
  client: KubeClient,
  resource: ApiResource,
  { namespace, uid }: Preview,
  metadata: Pick<KubernetesObject['metadata'], 'labels' | 'annotations'>,
): Promise<Preview> {
  const patched = await client.patch(
    resource,
    { namespace: '', name: namespace },
    { metadata: { uid, ...metadata } },
    { type: 'merge', fieldManager: 'truekeel-preview' },
  );
  const preview = previewOf(patched);
  if (!preview) throw new Error(`${namespace} lost what it was marked with`);
  return preview;
}

function foundOrTaken(
  object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>,
  namespace: string,
  owner: PreviewOwner & Pick<Preview, 'name'>,
): Preview {
  const preview = previewOf(object);
  const isOurs =
    preview?.name === owner.name &&
    preview.project === owner.project &&
    preview.repository === owner.repository;
  if (isOurs) return preview;
  const whose = preview
    ? `a preview of project ${preview.project}${preview.repository === '' ? '' : ` (${preview.repository})`}`
    : 'no preview';
  throw new TruekeelError(`namespace ${namespace} is there already, and ${whose}`, {
    code: 'PREVIEW_NAMESPACE_TAKEN',
    family: 'conflict',
    key: { group: '', kind: 'Namespace', namespace: '', name: namespace },
    hint: 'Nothing of it was touched. Give the previews of this project a `namespacePrefix` of their own.',
  });
}

function going(namespace: string): TruekeelError {
  return new TruekeelError(`namespace ${namespace} is still being deleted`, {
    code: 'PREVIEW_GOING',
    family: 'not-ready',
    key: { group: '', kind: 'Namespace', namespace: '', name: namespace },
    hint: 'Try again once it is gone; `kubectl get namespace` says what it waits for.',
  });
}
