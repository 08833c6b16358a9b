import type { JsonValue, ObjectKey } from '../../objects/index.ts';
import { fieldOf, itemsOf, stringOf } from '../field-path.ts';
import { clusterWide, type EdgeFinder, inNamespace, type Need, secrets } from './edge.ts';

/** A claim comes after its class, the volume that it asks for, and what it is filled from. */
export const claimEdges: EdgeFinder = ({ key, object }) => claimNeeds(object, key);

/** So do the claims that a StatefulSet makes. */
export const claimTemplateEdges: EdgeFinder = ({ key, object }) =>
  itemsOf(object, 'spec', 'volumeClaimTemplates').flatMap((claim) => claimNeeds(claim, key));

function claimNeeds(claim: JsonValue, { namespace }: ObjectKey): readonly Need[] {
  const source = fieldOf(claim, 'spec', 'dataSourceRef') ?? fieldOf(claim, 'spec', 'dataSource');
  return [
    ...clusterWide('storage.k8s.io', 'StorageClass', stringOf(claim, 'spec', 'storageClassName')),
    ...clusterWide(
      'storage.k8s.io',
      'VolumeAttributesClass',
      stringOf(claim, 'spec', 'volumeAttributesClassName'),
    ),
    ...clusterWide('', 'PersistentVolume', stringOf(claim, 'spec', 'volumeName')),
    ...inNamespace(
      {
        group: stringOf(source, 'apiGroup') ?? '',
        kind: stringOf(source, 'kind') ?? 'PersistentVolumeClaim',
        namespace: stringOf(source, 'namespace') ?? namespace,
      },
      stringOf(source, 'name'),
    ),
  ];
}

/** A volume comes after its class, and after the Secrets that its driver is given. */
export const volumeEdges: EdgeFinder = ({ object }) => {
  const csi = fieldOf(object, 'spec', 'csi');
  return [
    ...clusterWide('storage.k8s.io', 'StorageClass', stringOf(object, 'spec', 'storageClassName')),
    ...['controllerPublish', 'nodeStage', 'nodePublish', 'controllerExpand', 'nodeExpand'].flatMap((use) =>
      secrets(stringOf(csi, `${use}SecretRef`, 'namespace') ?? '', [
        stringOf(csi, `${use}SecretRef`, 'name'),
      ]),
    ),
  ];
};

/** A snapshot comes after what it is taken of, and after its class. */
export const snapshotEdges: EdgeFinder = ({ key: { namespace }, object }) => [
  ...inNamespace(
    { group: '', kind: 'PersistentVolumeClaim', namespace },
    stringOf(object, 'spec', 'source', 'persistentVolumeClaimName'),
  ),
  ...clusterWide(
    'snapshot.storage.k8s.io',
    'VolumeSnapshotClass',
    stringOf(object, 'spec', 'volumeSnapshotClassName'),
  ),
];
