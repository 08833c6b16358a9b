import type { KubernetesObject } from '../../objects/index.ts';
import { age } from './age.ts';
import { AGE, CREATED_AT, count, NAME, text, WIDE } from './common-columns.ts';
import type { Column } from './table.ts';

const ACCESS_MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function accessModes(modes: readonly string[] | undefined): string {
  return (modes ?? []).map((mode) => ACCESS_MODES[mode] ?? mode).join(',');
}

function nodeStatus({ spec, status }: KubernetesObject): string {
  const conditions = (status?.conditions ?? []) as readonly { type: string; status: string }[];
  const ready = conditions.find(({ type }) => type === 'Ready');
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable ? `${state},SchedulingDisabled` : state;
}

const ROLE_LABEL = 'node-role.kubernetes.io/';

function nodeRoles({ metadata }: KubernetesObject): string {
  return Object.keys(metadata.labels ?? {})
    .filter((label) => label.startsWith(ROLE_LABEL))
    .map((label) => label.slice(ROLE_LABEL.length))
    .join(',');
}

function nodeAddress(type: string): (node: KubernetesObject) => string | undefined {
  return ({ status }) =>
    ((status?.addresses ?? []) as readonly { type: string; address: string }[]).find(
      (entry) => entry.type === type,
    )?.address;
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

function subjects(kind: string): (binding: KubernetesObject) => string {
  return (binding) =>
    ((binding.subjects ?? []) as readonly Subject[])
      .filter((subject) => subject.kind === kind)
      .map(({ name, namespace }) => (namespace === undefined ? name : `${namespace}/${name}`))
      .join(', ');
}

const BINDING: readonly Column[] = [
  NAME,
  text('Role', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  AGE,
  text('Users', subjects('User'), WIDE),
  text('Groups', subjects('Group'), WIDE),
  text('ServiceAccounts', subjects('ServiceAccount'), WIDE),
];

const dataSize = (object: KubernetesObject) =>
  Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length;

const provisioner = text('Provisioner', ({ provisioner: name }) => name);

export const clusterColumns: Readonly<Record<string, readonly Column[]>> = {
  '/ConfigMap': [NAME, { ...count('Data', dataSize), type: 'string' }, AGE],
  '/Secret': [NAME, text('Type', ({ type }) => type), { ...count('Data', dataSize), type: 'string' }, AGE],
  '/Namespace': [NAME, text('Status', ({ status }) => status?.phase), AGE],
  '/ServiceAccount': [NAME, AGE],
  '/Node': [
    NAME,
    text('Status', nodeStatus),
    text('Roles', nodeRoles),
    AGE,
    text('Version', ({ status }) => status?.nodeInfo?.kubeletVersion),
    text('Internal-IP', nodeAddress('InternalIP'), WIDE),
    text('External-IP', nodeAddress('ExternalIP'), WIDE),
    text('OS-Image', ({ status }) => status?.nodeInfo?.osImage, WIDE),
    text('Kernel-Version', ({ status }) => status?.nodeInfo?.kernelVersion, WIDE),
    text('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion, WIDE),
  ],
  '/Event': [
    {
      ...text('Last Seen', ({ lastTimestamp, eventTime, metadata }, now) =>
        age(lastTimestamp ?? eventTime ?? metadata.creationTimestamp, now),
      ),
    },
    text('Type', ({ type }) => type),
    text('Reason', ({ reason }) => reason),
    text(
      'Object',
      ({ involvedObject: object }) => `${String(object?.kind ?? '').toLowerCase()}/${object?.name}`,
    ),
    text('Subobject', ({ involvedObject: object }) => object?.fieldPath, WIDE),
    text('Source', ({ source }) => source?.component, WIDE),
    text('Message', ({ message }) => message),
    text(
      'First Seen',
      ({ firstTimestamp, metadata }, now) => age(firstTimestamp ?? metadata.creationTimestamp, now),
      WIDE,
    ),
    count('Count', ({ count: seen }) => seen ?? 1, WIDE),
    { ...NAME, priority: WIDE },
  ],
  '/PersistentVolumeClaim': [
    NAME,
    text('Status', ({ status, metadata }) =>
      metadata.deletionTimestamp === undefined ? status?.phase : 'Terminating',
    ),
    { ...text('Volume', () => ''), value: ({ spec }) => spec.volumeName ?? '' },
    { ...text('Capacity', () => ''), value: ({ status }) => status?.capacity?.storage ?? '' },
    { ...text('Access Modes', () => ''), value: ({ status }) => accessModes(status?.accessModes) },
    { ...text('StorageClass', () => ''), value: ({ spec }) => spec.storageClassName ?? '' },
    text('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    AGE,
    text('VolumeMode', ({ spec }) => spec.volumeMode, WIDE),
  ],
  '/PersistentVolume': [
    NAME,
    text('Capacity', ({ spec }) => spec.capacity?.storage),
    text('Access Modes', ({ spec }) => accessModes(spec.accessModes)),
    text('Reclaim Policy', ({ spec }) => spec.persistentVolumeReclaimPolicy),
    text('Status', ({ status }) => status?.phase),
    {
      ...text('Claim', () => ''),
      value: ({ spec }) => (spec.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : ''),
    },
    { ...text('StorageClass', () => ''), value: ({ spec }) => spec.storageClassName ?? '' },
    text('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    { ...text('Reason', () => ''), value: ({ status }) => status?.reason ?? '' },
    AGE,
    text('VolumeMode', ({ spec }) => spec.volumeMode, WIDE),
  ],
  'apiextensions.k8s.io/CustomResourceDefinition': [NAME, CREATED_AT],
  'coordination.k8s.io/Lease': [NAME, text('Holder', ({ spec }) => spec?.holderIdentity), AGE],
  'rbac.authorization.k8s.io/ClusterRole': [NAME, CREATED_AT],
  'rbac.authorization.k8s.io/ClusterRoleBinding': BINDING,
  'rbac.authorization.k8s.io/Role': [NAME, CREATED_AT],
  'rbac.authorization.k8s.io/RoleBinding': BINDING,
  'scheduling.k8s.io/PriorityClass': [
    NAME,
    count('Value', ({ value }) => value),
    { name: 'Global-Default', type: 'boolean', value: ({ globalDefault }) => globalDefault ?? false },
    AGE,
    text('PreemptionPolicy', ({ preemptionPolicy }) => preemptionPolicy),
  ],
  'storage.k8s.io/StorageClass': [
    NAME,
    provisioner,
    text('ReclaimPolicy', ({ reclaimPolicy }) => reclaimPolicy),
    text('VolumeBindingMode', ({ volumeBindingMode }) => volumeBindingMode),
    {
      name: 'AllowVolumeExpansion',
      type: 'boolean',
      value: ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
    },
    AGE,
  ],
};
