/** Persistent volumes (core/validation, ValidatePersistentVolumeSpec). */
import { type KubernetesObject, nameProblems } from '../objects/index.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from './field-errors.ts';
import { HOST_PATH_TYPES, pathErrors } from './files.ts';
import { nodeSelectorErrors } from './node-selector.ts';
import { positiveAmountErrors } from './resource-names.ts';
import { accessModeErrors, classNameErrors, VOLUME_MODES } from './storage.ts';

export function persistentVolumeErrors({ spec }: KubernetesObject): FieldError[] {
  const fields: Fields = spec ?? {};
  return [
    ...(fields.accessModes?.length ? [] : [required('spec.accessModes')]),
    ...accessModeErrors(fields.accessModes ?? [], 'spec.accessModes'),
    ...capacityErrors(fields.capacity ?? {}),
    ...enumErrors(
      fields.persistentVolumeReclaimPolicy || undefined,
      ['Delete', 'Recycle', 'Retain'],
      'spec.persistentVolumeReclaimPolicy',
    ),
    ...affinityErrors(fields.nodeAffinity),
    ...sourceErrors(fields),
    ...(fields.hostPath?.path === '/' && fields.persistentVolumeReclaimPolicy === 'Recycle'
      ? [forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'")]
      : []),
    ...classNameErrors(fields.storageClassName, 'spec.storageClassName'),
    ...enumErrors(fields.volumeMode, VOLUME_MODES, 'spec.volumeMode'),
  ];
}

function capacityErrors(capacity: Readonly<Record<string, string>>): FieldError[] {
  return [
    ...(Object.keys(capacity).length > 0 ? [] : [required('spec.capacity')]),
    ...(Object.keys(capacity).join() === 'storage'
      ? []
      : [notSupported('spec.capacity', Object.keys(capacity).length > 0 ? capacity : null, ['storage'])]),
    ...Object.entries(capacity).flatMap(([name, amount]) =>
      positiveAmountErrors(amount, `spec.capacity[${name}]`),
    ),
  ];
}

function affinityErrors(affinity: Fields): FieldError[] {
  if (!affinity) return [];
  return affinity.required
    ? nodeSelectorErrors(affinity.required, 'spec.nodeAffinity.required')
    : [required('spec.nodeAffinity.required', 'must specify required node constraints')];
}

type Check = (source: Fields, at: string, spec: Fields) => FieldError[];

function needed(source: Fields, at: string, ...names: readonly string[]): FieldError[] {
  return names.filter((name) => !source[name]).map((name) => required(`${at}.${name}`));
}

const hostPath: Check = (source, at) => [
  ...(source.path ? pathErrors(source.path, `${at}.path`) : [required(`${at}.path`)]),
  ...enumErrors(source.type, HOST_PATH_TYPES, `${at}.type`),
];

const nfs: Check = (source, at) => [
  ...needed(source, at, 'server', 'path'),
  ...(!source.path?.startsWith('/')
    ? [invalidValue(`${at}.path`, source.path ?? '', 'must be an absolute path')]
    : []),
];

const local: Check = (source, at, { nodeAffinity }) => [
  ...(source.path ? pathErrors(source.path, `${at}.path`) : [required(`${at}.path`)]),
  ...(nodeAffinity ? [] : [required('spec.nodeAffinity', 'Local volume requires node affinity')]),
];

const SECRETS = [
  'controllerPublishSecretRef',
  'nodePublishSecretRef',
  'controllerExpandSecretRef',
  'nodeExpandSecretRef',
];

const csi: Check = (source, at) => [
  ...(source.driver
    ? nameProblems(source.driver.toLowerCase(), undefined).map((problem) =>
        invalidValue(`${at}.driver`, source.driver, problem),
      )
    : [required(`${at}.driver`)]),
  ...needed(source, at, 'volumeHandle'),
  ...SECRETS.flatMap((name) =>
    source[name] ? needed(source[name], `${at}.${name}`, 'name', 'namespace') : [],
  ),
];

const unchecked: Check = () => [];

/** Members of PersistentVolumeSpec that say where the volume is, in the order in which the server looks at them. */
const SOURCES: Readonly<Record<string, Check>> = {
  hostPath,
  gcePersistentDisk: (source, at) => needed(source, at, 'pdName'),
  awsElasticBlockStore: (source, at) => needed(source, at, 'volumeID'),
  glusterfs: unchecked,
  flocker: unchecked,
  nfs,
  rbd: unchecked,
  quobyte: unchecked,
  cephfs: unchecked,
  iscsi: unchecked,
  cinder: (source, at) => needed(source, at, 'volumeID'),
  fc: unchecked,
  flexVolume: (source, at) => needed(source, at, 'driver'),
  azureFile: unchecked,
  vsphereVolume: (source, at) => needed(source, at, 'volumePath'),
  photonPersistentDisk: unchecked,
  portworxVolume: unchecked,
  azureDisk: unchecked,
  scaleIO: unchecked,
  local,
  storageos: unchecked,
  csi,
};

function sourceErrors(spec: Fields): FieldError[] {
  const given = Object.keys(SOURCES).filter((name) => spec[name] != null);
  const [first, ...more] = given;
  if (first === undefined) return [required('spec', 'must specify a volume type')];
  return [
    ...SOURCES[first]!(spec[first], `spec.${first}`, spec), // a member's name
    ...more.map((name) => forbidden(`spec.${name}`, 'may not specify more than 1 volume type')),
  ];
}
