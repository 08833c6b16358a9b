/** Volumes, claims and classes of storage. */
import type { KubernetesObject } from '../objects/index.ts';
import { type FieldError, type Fields, notSupported, required } from './field-errors.ts';

export function persistentVolumeClaimErrors({ spec }: KubernetesObject): FieldError[] {
  return claimErrors(spec ?? {}, 'spec');
}

export function claimErrors(spec: Fields, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.accessModes?.length)
    errors.push(required(`${path}.accessModes`, 'at least 1 access mode is required'));
  if (spec.resources?.requests?.storage === undefined) errors.push(required(`${path}.resources[storage]`));
  return errors;
}

export function persistentVolumeErrors({ spec }: KubernetesObject): FieldError[] {
  const capacity = spec?.capacity ?? {};
  return [
    ...(spec?.accessModes?.length ? [] : [required('spec.accessModes')]),
    ...(Object.keys(capacity).length > 0 ? [] : [required('spec.capacity')]),
    ...(Object.keys(capacity).join() === 'storage'
      ? []
      : [notSupported('spec.capacity', capacity, ['storage'])]),
    ...(Object.keys(spec ?? {}).some((field) => VOLUME_SOURCES.has(field))
      ? []
      : [required('spec', 'must specify a volume type')]),
  ];
}

/** Members of PersistentVolumeSpec that say where the volume is. */
const VOLUME_SOURCES = new Set([
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephfs',
  'cinder',
  'csi',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'glusterfs',
  'hostPath',
  'iscsi',
  'local',
  'nfs',
  'photonPersistentDisk',
  'portworxVolume',
  'quobyte',
  'rbd',
  'scaleIO',
  'storageos',
  'vsphereVolume',
]);

export function storageClassErrors({ provisioner }: KubernetesObject): FieldError[] {
  return provisioner ? [] : [required('provisioner')];
}
