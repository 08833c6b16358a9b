/** Volumes and claims. */

import { immutable, invalidValue } from '../../kinds/index.ts';
import { nameProblems, parseQuantity } from '../../objects/index.ts';
import { deepEqual } from '../deep-equal.ts';
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';
import type { KindRules } from './rules.ts';

export function setClaimDefaults(claim: MutableObject): void {
  claim.spec ??= {};
  claim.spec.volumeMode ||= 'Filesystem';
}

const CLAIM_IS_IMMUTABLE =
  'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

const SOURCES = ['/PersistentVolumeClaim', 'snapshot.storage.k8s.io/VolumeSnapshot'];

/** A source that the server knows nothing of is dropped, and each of the two fields is filled in from the other. */
function settleSources(spec: MutableObject['spec']): void {
  const { dataSource } = spec;
  if (dataSource && !SOURCES.includes(`${dataSource.apiGroup ?? ''}/${dataSource.kind}`))
    delete spec.dataSource;
  if (spec.dataSource) spec.dataSourceRef ??= structuredClone(spec.dataSource);
  else if (spec.dataSourceRef && spec.dataSourceRef.namespace === undefined)
    spec.dataSource = structuredClone(spec.dataSourceRef);
}

export const persistentVolumeClaim: KindRules = {
  setDefaults: setClaimDefaults,
  // Beside what is common to all versions of Kubernetes: older ones drop this field.
  validate: ({ spec }) =>
    spec?.volumeAttributesClassName
      ? nameProblems(spec.volumeAttributesClassName, undefined).map((problem) =>
          invalidValue('spec.volumeAttributesClassName', spec.volumeAttributesClassName, problem),
        )
      : [],
  prepareCreate(object) {
    object.status = { phase: 'Pending' };
    settleSources(object.spec ?? {});
    object.metadata.finalizers ??= [];
    if (!object.metadata.finalizers.includes('kubernetes.io/pvc-protection')) {
      object.metadata.finalizers.push('kubernetes.io/pvc-protection');
    }
  },
  validateUpdate(object, old) {
    const fixed = (spec: MutableObject['spec']) => ({
      ...spec,
      resources: old.status?.phase === 'Bound' ? undefined : spec.resources,
      volumeAttributesClassName: undefined,
      // The binder fills these in.
      volumeName: old.spec.volumeName === undefined ? undefined : spec.volumeName,
      storageClassName: old.spec.storageClassName === undefined ? undefined : spec.storageClassName,
    });
    if (!deepEqual(fixed(object.spec), fixed(old.spec))) {
      return [{ type: 'FieldValueForbidden', field: 'spec', message: CLAIM_IS_IMMUTABLE }];
    }
    const [before, after] = [old.spec, object.spec].map((spec) =>
      parseQuantity(spec.resources?.requests?.storage ?? '0'),
    );
    if (after !== undefined && before !== undefined && after < before) {
      return [
        {
          type: 'FieldValueForbidden',
          field: 'spec.resources.requests.storage',
          message: 'Forbidden: field can not be less than status.capacity',
        },
      ];
    }
    return [];
  },
};

const SOURCE_IS_IMMUTABLE: FieldError = {
  type: 'FieldValueForbidden',
  field: 'spec.persistentvolumesource',
  message: 'Forbidden: spec.persistentvolumesource is immutable after creation',
};

export const persistentVolume: KindRules = {
  setDefaults(object) {
    object.spec.persistentVolumeReclaimPolicy ||= 'Retain';
    object.spec.volumeMode ||= 'Filesystem';
    if (object.spec.hostPath) object.spec.hostPath.type ||= '';
  },
  prepareCreate(object) {
    object.status = { phase: 'Pending' };
  },
  validateUpdate: (object, old) => [
    ...(deepEqual(sourceOf(object.spec, old.spec), sourceOf(old.spec, old.spec))
      ? []
      : [SOURCE_IS_IMMUTABLE]),
    ...(object.spec.volumeMode === old.spec.volumeMode
      ? []
      : [immutable('volumeMode', object.spec.volumeMode)]),
  ],
};

/** What of a volume is not where it is. */
const NO_SOURCE: ReadonlySet<string> = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);

/** Where a volume is; how it may be made larger can be said later. */
function sourceOf(spec: MutableObject['spec'], old: MutableObject['spec']): MutableObject['spec'] {
  const source = Object.fromEntries(Object.entries(spec).filter(([name]) => !NO_SOURCE.has(name)));
  if (!spec.csi || !old.csi || old.csi.controllerExpandSecretRef) return source;
  const { controllerExpandSecretRef: _, ...csi } = spec.csi;
  return { ...source, csi };
}

export const csiDriver: KindRules = {
  conditionalUpdate: true,
  setDefaults({ spec }) {
    if (!spec) return;
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ||= 'ReadWriteOnceWithFSType';
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
    spec.preventPodSchedulingIfMissing ??= false;
    if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent'];
  },
  validateUpdate: ({ spec }, old) => [
    // As the server spells it.
    ...(spec.attachRequired === old.spec.attachRequired
      ? []
      : [immutable('spec.attachedRequired', spec.attachRequired)]),
    ...(deepEqual(spec.volumeLifecycleModes, old.spec.volumeLifecycleModes)
      ? []
      : [immutable('spec.volumeLifecycleModes', spec.volumeLifecycleModes)]),
  ],
};

export const storageClass: KindRules = {
  setDefaults(object) {
    object.reclaimPolicy ||= 'Delete';
    object.volumeBindingMode ||= 'Immediate';
  },
  validateUpdate: (object, old) =>
    (['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const)
      .filter((field) => !deepEqual(object[field], old[field]))
      // The server tells no value of what declares itself to be immutable.
      .map((field) => immutable(field, null)),
};
