/** Volumes and claims. */

import { invalidValue } from '../../kinds/index.ts';
import { nameProblems, parseQuantity } from '../../objects/index.ts';
import { deepEqual } from '../deep-equal.ts';
import type { MutableObject } from '../mutable.ts';
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
      resources: undefined,
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

export const persistentVolume: KindRules = {
  setDefaults(object) {
    object.spec.persistentVolumeReclaimPolicy ||= 'Retain';
    object.spec.volumeMode ||= 'Filesystem';
    if (object.spec.hostPath) object.spec.hostPath.type ||= '';
  },
  prepareCreate(object) {
    object.status = { phase: 'Pending' };
  },
};

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
};

export const storageClass: KindRules = {
  setDefaults(object) {
    object.reclaimPolicy ||= 'Delete';
    object.volumeBindingMode ||= 'Immediate';
  },
  validateUpdate: (object, old) =>
    (['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const)
      .filter((field) => !deepEqual(object[field], old[field]))
      .map((field) => ({
        type: 'FieldValueForbidden',
        field,
        message: `Forbidden: updates to ${field} are forbidden.`,
      })),
};
