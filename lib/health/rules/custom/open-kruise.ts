/** apps.kruise.io (OpenKruise, API). Workloads with the words of the built-in ones, and some more. */
import type { KindRules } from '../kind-rule.ts';
import { filled, has, is, NO_STATUS, phase } from '../words.ts';

export const openKruise: KindRules = {
  'CloneSet.apps.kruise.io': {
    paused: [has('spec.updateStrategy.paused', true)],
    failing: [is('FailedScale'), is('FailedUpdate')],
    current: [
      {
        all: [
          filled('status.observedGeneration'),
          { count: 'status.replicas', atLeast: 'spec.replicas', byDefault: 1 },
          { count: 'status.readyReplicas', atLeast: 'spec.replicas', byDefault: 1 },
          // With a partition, not all of them.
          { count: 'status.updatedReplicas', atLeast: 'status.expectedUpdatedReplicas' },
          { count: 'status.updatedReadyReplicas', atLeast: 'status.expectedUpdatedReplicas' },
        ],
      },
    ],
    otherwise: 'InProgress',
  },
  'StatefulSet.apps.kruise.io': {
    paused: [has('spec.updateStrategy.rollingUpdate.paused', true)],
    failing: [is('FailedCreatePod'), is('FailedUpdatePod')],
    current: [
      {
        all: [
          filled('status.observedGeneration'),
          { count: 'status.readyReplicas', atLeast: 'spec.replicas', byDefault: 1 },
          {
            not: {
              all: [
                { field: 'spec.updateStrategy.rollingUpdate.partition', in: 'nothing' },
                { not: { count: 'status.updatedReplicas', atLeast: 'spec.replicas', byDefault: 1 } },
              ],
            },
          },
        ],
      },
    ],
    otherwise: 'InProgress',
  },
  'DaemonSet.apps.kruise.io': {
    paused: [has('spec.updateStrategy.rollingUpdate.paused', true)],
    current: [
      {
        all: [
          filled('status.desiredNumberScheduled'),
          { count: 'status.numberReady', atLeast: 'status.desiredNumberScheduled' },
          {
            not: {
              all: [
                { field: 'spec.updateStrategy.rollingUpdate.partition', in: 'nothing' },
                { not: { count: 'status.updatedNumberScheduled', atLeast: 'status.desiredNumberScheduled' } },
              ],
            },
          },
        ],
      },
    ],
    otherwise: 'InProgress',
  },
  'BroadcastJob.apps.kruise.io': {
    paused: [has('spec.paused', true), phase('paused')],
    failed: [is('Failed'), phase('failed')],
    current: [is('Complete'), phase('completed')],
    otherwise: 'InProgress',
  },
  'SidecarSet.apps.kruise.io': {
    paused: [has('spec.updateStrategy.paused', true)],
    current: [
      {
        all: [
          filled('status.observedGeneration'),
          { count: 'status.updatedReadyPods', atLeast: 'status.matchedPods' },
        ],
      },
    ],
    otherwise: 'InProgress',
  },
  'AdvancedCronJob.apps.kruise.io': { ...NO_STATUS, paused: [has('spec.paused', true)] },
};
