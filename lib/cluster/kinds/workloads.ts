/** Workloads of the apps group, and pods. */

import { immutable } from '../../kinds/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { deepEqual } from '../deep-equal.ts';
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';
import { setPodDefaults, setPodSpecDefaults } from './pod-spec.ts';
import type { KindRules } from './rules.ts';
import { setClaimDefaults } from './storage.ts';

function setTemplateDefaults(object: MutableObject): void {
  if (object.spec.template?.spec) setPodSpecDefaults(object.spec.template.spec);
}

function selectorIsImmutable(object: MutableObject, old: KubernetesObject): FieldError[] {
  return deepEqual(object.spec.selector, old.spec.selector)
    ? []
    : [immutable('spec.selector', object.spec.selector)];
}

export const deployment: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    const { spec } = object;
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    spec.strategy ??= {};
    spec.strategy.type ||= 'RollingUpdate';
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate ??= {};
      spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
      spec.strategy.rollingUpdate.maxSurge ??= '25%';
    }
    setTemplateDefaults(object);
  },
  validateUpdate: (object, old) => selectorIsImmutable(object, old),
};

export const replicaSet: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    object.spec.replicas ??= 1;
    setTemplateDefaults(object);
  },
  validateUpdate: (object, old) => selectorIsImmutable(object, old),
};

export const replicationController: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    const { spec, metadata } = object;
    const labels = spec?.template?.metadata?.labels;
    if (labels) {
      if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
      if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
    }
    // The schema fills in the zero that is not written out.
    if (spec?.minReadySeconds === 0) delete spec.minReadySeconds;
    if (!spec) return;
    spec.replicas ??= 1;
    setTemplateDefaults(object);
  },
};

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export const daemonSet: KindRules = {
  generationOf: ['spec'],
  prepareUpdate(object, old) {
    const before = Number(old.metadata.annotations?.[TEMPLATE_GENERATION] ?? 1);
    const isChanged = !deepEqual(object.spec.template, old.spec.template);
    object.metadata.annotations = {
      ...object.metadata.annotations,
      [TEMPLATE_GENERATION]: String(isChanged ? before + 1 : before),
    };
  },
  setDefaults(object) {
    const { spec } = object;
    object.metadata.annotations = { [TEMPLATE_GENERATION]: '1', ...object.metadata.annotations };
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
      spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
    }
    spec.revisionHistoryLimit ??= 10;
    setTemplateDefaults(object);
  },
  validateUpdate: (object, old) => selectorIsImmutable(object, old),
};

export const statefulSet: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    const { spec } = object;
    spec.replicas ??= 1;
    spec.podManagementPolicy ||= 'OrderedReady';
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.partition ??= 0;
      spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    }
    spec.revisionHistoryLimit ??= 10;
    spec.persistentVolumeClaimRetentionPolicy ??= {};
    spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
    spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
    setTemplateDefaults(object);
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.apiVersion ||= 'v1';
      claim.kind ||= 'PersistentVolumeClaim';
      setClaimDefaults(claim);
      claim.status = { ...claim.status, phase: claim.status?.phase ?? 'Pending' };
    }
  },
  validateUpdate: (object, old) =>
    (['selector', 'volumeClaimTemplates', 'serviceName', 'podManagementPolicy'] as const)
      .filter((field) => !deepEqual(object.spec[field], old.spec[field]))
      .map((field) => immutable(`spec.${field}`, object.spec[field])),
};

const POD_UPDATE_FORBIDDEN =
  'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

export const pod: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    setPodSpecDefaults(object.spec);
    setPodDefaults(object.spec);
  },
  prepareCreate(object) {
    object.status = { phase: 'Pending', qosClass: qosClass(object.spec) };
    object.spec.tolerations ??= [];
    for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
      const tolerates = object.spec.tolerations.some(
        (toleration: { key?: string }) => toleration.key === key,
      );
      if (!tolerates) {
        object.spec.tolerations.push({
          key,
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        });
      }
    }
    object.spec.priority ??= 0;
    object.spec.preemptionPolicy ||= 'PreemptLowerPriority';
    object.spec.serviceAccountName ||= 'default';
    object.spec.serviceAccount ??= object.spec.serviceAccountName;
  },
  validateUpdate(object, old) {
    const fixed = (spec: MutableObject['spec']) => ({
      ...spec,
      containers: spec.containers?.map((container: object) => ({ ...container, image: undefined })),
      initContainers: spec.initContainers?.map((container: object) => ({ ...container, image: undefined })),
      activeDeadlineSeconds: undefined,
      tolerations: undefined,
      terminationGracePeriodSeconds: undefined,
      // Set by the binding of the pod, not by an update.
      nodeName: old.spec.nodeName === undefined ? undefined : spec.nodeName,
      schedulingGates: undefined,
    });
    if (deepEqual(fixed(object.spec), fixed(old.spec))) return [];
    return [{ type: 'FieldValueForbidden', field: 'spec', message: POD_UPDATE_FORBIDDEN }];
  },
};

/** Guaranteed, Burstable or BestEffort, from requests and limits (Kubernetes, "Pod Quality of Service Classes"). */
function qosClass(spec: MutableObject['spec']): string {
  const containers: readonly MutableObject['spec'][] = [
    ...(spec.containers ?? []),
    ...(spec.initContainers ?? []),
  ];
  const has = (container: MutableObject['spec'], list: 'limits' | 'requests', name: string) =>
    container.resources?.[list]?.[name] !== undefined;
  const names = ['cpu', 'memory'];
  if (
    !containers.some((container) =>
      names.some((name) => has(container, 'limits', name) || has(container, 'requests', name)),
    )
  ) {
    return 'BestEffort';
  }
  const guaranteed = containers.every((container) =>
    names.every(
      (name) =>
        has(container, 'limits', name) &&
        container.resources.limits[name] === container.resources.requests?.[name],
    ),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
