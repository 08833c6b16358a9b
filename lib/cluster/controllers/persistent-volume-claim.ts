import type { KubernetesObject } from '../../objects/index.ts';
import { type Controller, itself, type Reconciliation } from './controller.ts';
import { PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM } from './kinds.ts';
import { writeStatus } from './write-status.ts';

/** Gives every claim a volume: the one it names, or a new one. Storage classes are not asked; every one can provide,
 * at once. */
export const persistentVolumeClaimController: Controller = {
  manager: 'kube-controller-manager',
  component: 'persistentvolume-controller',
  watches: [
    itself(PERSISTENT_VOLUME_CLAIM),
    {
      kind: PERSISTENT_VOLUME,
      names: ({ object: { spec } }) =>
        spec?.claimRef ? [{ namespace: spec.claimRef.namespace, name: spec.claimRef.name }] : [],
    },
  ],
  reconcile(context, { namespace, name }) {
    const claim = context.client.get(PERSISTENT_VOLUME_CLAIM, namespace, name);
    if (!claim) releaseVolumes(context, { namespace, name });
    else if (claim.metadata.deletionTimestamp === undefined) bind(context, claim);
  },
};

function bind(context: Reconciliation, claim: KubernetesObject): void {
  const { client } = context;
  const wanted: string | undefined = claim.spec?.volumeName;
  const volume = wanted ? client.get(PERSISTENT_VOLUME, '', wanted) : provision(context, claim);
  if (!volume) {
    const phase = claim.status?.phase === 'Bound' ? 'Lost' : 'Pending';
    writeStatus(client, claim, { ...claim.status, phase });
    return;
  }
  const reserved = claimVolume(context, volume, claim);
  if (!reserved) {
    writeStatus(client, claim, { ...claim.status, phase: 'Pending' });
    return;
  }
  const { namespace = '', name } = claim.metadata;
  const bound = wanted
    ? claim
    : client.patch(PERSISTENT_VOLUME_CLAIM, namespace, name, {
        metadata: {
          annotations: {
            'pv.kubernetes.io/bind-completed': 'yes',
            'pv.kubernetes.io/bound-by-controller': 'yes',
          },
        },
        spec: { volumeName: volume.metadata.name },
      });
  writeStatus(client, bound, {
    phase: 'Bound',
    accessModes: reserved.spec.accessModes,
    capacity: reserved.spec.capacity,
  });
}

function provision({ client, events }: Reconciliation, claim: KubernetesObject): KubernetesObject {
  const name = `pvc-${claim.metadata.uid}`;
  const existing = client.get(PERSISTENT_VOLUME, '', name);
  if (existing) return existing;
  const volume = client.create({
    ...PERSISTENT_VOLUME,
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': 'cluster.truekeel.dev' } },
    spec: {
      accessModes: claim.spec?.accessModes ?? ['ReadWriteOnce'],
      capacity: { storage: claim.spec?.resources?.requests?.storage ?? '1Gi' },
      claimRef: claimReference(claim),
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: claim.spec?.storageClassName ?? '',
      ...(claim.spec?.volumeMode && { volumeMode: claim.spec.volumeMode }),
      hostPath: { path: `/var/lib/truekeel/${name}` },
    },
  });
  events.normal(claim, 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`);
  return volume;
}

function claimReference({ apiVersion, kind, metadata }: KubernetesObject): KubernetesObject['spec'] {
  return { apiVersion, kind, name: metadata.name, namespace: metadata.namespace, uid: metadata.uid };
}

/** @returns the volume, bound to the claim; undefined when it is another's */
function claimVolume(
  { client }: Reconciliation,
  volume: KubernetesObject,
  claim: KubernetesObject,
): KubernetesObject | undefined {
  const owner = volume.spec?.claimRef;
  const isAnothers =
    owner &&
    (owner.name !== claim.metadata.name ||
      owner.namespace !== claim.metadata.namespace ||
      (owner.uid !== undefined && owner.uid !== claim.metadata.uid));
  if (isAnothers) return undefined;
  const reserved = owner?.uid
    ? volume
    : client.patch(PERSISTENT_VOLUME, '', volume.metadata.name, {
        spec: { claimRef: claimReference(claim) },
      });
  return writeStatus(client, reserved, { ...reserved.status, phase: 'Bound' });
}

/** The claim is gone: a volume made for it goes too, any other is released. */
function releaseVolumes({ client }: Reconciliation, claim: { namespace: string; name: string }): void {
  for (const volume of client.list(PERSISTENT_VOLUME)) {
    const { claimRef, persistentVolumeReclaimPolicy } = volume.spec ?? {};
    if (claimRef?.namespace !== claim.namespace || claimRef?.name !== claim.name) continue;
    if (volume.metadata.deletionTimestamp !== undefined) continue;
    if (persistentVolumeReclaimPolicy === 'Delete')
      client.delete(PERSISTENT_VOLUME, '', volume.metadata.name);
    else if (claimRef.uid) writeStatus(client, volume, { ...volume.status, phase: 'Released' });
  }
}
