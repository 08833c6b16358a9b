/** argoproj.io: Argo Rollouts, Workflows, CD and Events, which share one API group. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { has, is, isNot, NO_STATUS, phase } from '../words.ts';

/** AnalysisRun and Experiment of Argo Rollouts. What ends inconclusive stops a rollout just as a failure does. */
const ANALYSIS: KindRule = {
  failed: [phase('Failed', 'Error', 'Inconclusive')],
  current: [phase('Successful')],
  otherwise: 'InProgress',
  message: ['status.message'],
};

/** A kind of Argo Events that is done when all of its conditions are True. */
const events = (...conditions: readonly string[]): KindRule => ({
  failing: conditions.map((type) => isNot(type)),
  current: [{ all: conditions.map((type) => is(type)) }],
  otherwise: 'InProgress',
});

export const argo: KindRules = {
  'Rollout.argoproj.io': {
    // A canary step that waits for a person has the phase Paused, too.
    paused: [has('spec.paused', true), phase('Paused')],
    // Aborted, progress deadline exceeded: a rollout stays like that until somebody retries it or changes it.
    failed: [is('InvalidSpec'), phase('Degraded')],
    current: [phase('Healthy')],
    otherwise: 'InProgress',
    message: ['status.message'],
  },
  'AnalysisRun.argoproj.io': ANALYSIS,
  'Experiment.argoproj.io': ANALYSIS,
  'Workflow.argoproj.io': {
    failed: [phase('Failed', 'Error')],
    current: [phase('Succeeded')],
    paused: [has('spec.suspend', true)],
    otherwise: 'InProgress',
    message: ['status.message'],
  },
  'CronWorkflow.argoproj.io': {
    paused: [has('spec.suspend', true)],
    failed: [is('SpecError')],
    failing: [is('SubmissionError')],
    otherwise: 'Current',
  },
  'Application.argoproj.io': {
    paused: [has('status.health.status', 'Suspended')],
    failing: [
      {
        all: [has('status.operationState.phase', 'Failed', 'Error'), has('status.sync.status', 'OutOfSync')],
      },
      has('status.health.status', 'Degraded'),
    ],
    inProgress: [has('status.operationState.phase', 'Running', 'Terminating')],
    current: [
      { all: [has('status.health.status', 'Healthy'), has('status.sync.status', 'Synced')] },
      // Nobody but a person would sync it.
      {
        all: [has('status.health.status', 'Healthy'), { field: 'spec.syncPolicy.automated', in: 'nothing' }],
      },
    ],
    otherwise: 'InProgress',
    message: ['status.operationState.message', 'status.health.message'],
  },
  'ApplicationSet.argoproj.io': {
    failing: [is('ErrorOccurred')],
    current: [is('ResourcesUpToDate')],
    otherwise: 'InProgress',
  },
  'AppProject.argoproj.io': NO_STATUS,
  'EventBus.argoproj.io': events('Configured', 'Deployed'),
  'EventSource.argoproj.io': events('SourcesProvided', 'Deployed'),
  'Sensor.argoproj.io': events('DependenciesProvided', 'TriggersProvided', 'Deployed'),
};
