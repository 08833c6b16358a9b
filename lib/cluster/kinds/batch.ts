/** Jobs and cron jobs. */
import { immutable } from '../../kinds/index.ts';
import { deepEqual } from '../deep-equal.ts';
import type { MutableObject } from '../mutable.ts';
import { setPodSpecDefaults } from './pod-spec.ts';
import type { KindRules } from './rules.ts';

function setJobDefaults(spec: MutableObject['spec']): void {
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1;
    spec.parallelism = 1;
  }
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2147483647;
  spec.completionMode ||= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const condition of rule.onPodConditions ?? []) condition.status ||= 'True';
  }
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  if (spec.template?.spec) setPodSpecDefaults(spec.template.spec);
}

export const job: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    setJobDefaults(object.spec);
    if (object.spec.template?.metadata?.labels && !object.metadata.labels) {
      object.metadata.labels = { ...object.spec.template.metadata.labels };
    }
  },
  prepareCreate(object) {
    const { spec, metadata } = object;
    if (spec.manualSelector) return;
    spec.template.metadata ??= {};
    const uid = 'batch.kubernetes.io/controller-uid';
    const own = {
      [uid]: metadata.uid,
      'controller-uid': metadata.uid,
      'batch.kubernetes.io/job-name': metadata.name,
      'job-name': metadata.name,
    };
    // What is there already and says something else is refused by validation.
    spec.template.metadata.labels = { ...own, ...spec.template.metadata.labels };
    spec.selector = {
      ...spec.selector,
      matchLabels: { [uid]: metadata.uid, ...spec.selector?.matchLabels },
    };
    metadata.labels ??= { ...spec.template.metadata.labels };
  },
  prepareUpdate(object, old) {
    // Assigned at creation; an apply of the original text does not carry them.
    object.spec.selector ??= old.spec.selector;
    if (object.spec.manualSelector || !object.spec.template) return;
    const assigned = Object.entries(
      (old.spec.template?.metadata?.labels ?? {}) as Record<string, string>,
    ).filter(([key]) => key.endsWith('controller-uid') || key.endsWith('job-name'));
    object.spec.template.metadata ??= {};
    object.spec.template.metadata.labels = {
      ...Object.fromEntries(assigned),
      ...object.spec.template.metadata.labels,
    };
  },
  validateUpdate: (object, old) =>
    (
      [
        'completions',
        'selector',
        'template',
        'completionMode',
        'podFailurePolicy',
        'backoffLimitPerIndex',
      ] as const
    )
      .filter((field) => !deepEqual(object.spec[field], old.spec[field]))
      .map((field) => immutable(`spec.${field}`, object.spec[field])),
};

export const cronJob: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    const { spec } = object;
    spec.concurrencyPolicy ||= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    const inner = spec.jobTemplate?.spec;
    if (inner?.template?.spec) setPodSpecDefaults(inner.template.spec);
  },
};
