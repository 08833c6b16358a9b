/** Queues and jobs: Kueue, Volcano, Kubeflow, Spark, Flink, Ray, JobSet. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { has, is, isNot, phase } from '../words.ts';

/** Kueue: a queue is Active when all that it refers to is there. */
const QUEUE: KindRule = {
  paused: [
    has('spec.stopPolicy', 'Hold', 'HoldAndDrain'),
    isNot('Active', 'Stopped', 'ClusterQueueIsInactive'),
  ],
  failing: [isNot('Active')],
  current: [is('Active')],
  otherwise: 'InProgress',
};

/** The training operator of Kubeflow: a history of conditions, of which those that end it decide. */
const TRAINING: KindRule = {
  failed: [is('Failed')],
  current: [is('Succeeded')],
  paused: [is('Suspended'), has('spec.runPolicy.suspend', true)],
  otherwise: 'InProgress',
};

const TRAINING_KINDS = 'JAXJob MPIJob PaddleJob PyTorchJob TFJob XGBoostJob'.split(' ');

const FINISHING: KindRule = {
  failed: [is('Failed')],
  current: [is('Completed'), is('Complete')],
  paused: [has('spec.suspend', true), is('Suspended')],
  otherwise: 'InProgress',
};

export const batch: KindRules = {
  'ClusterQueue.kueue.x-k8s.io': QUEUE,
  'LocalQueue.kueue.x-k8s.io': QUEUE,
  'AdmissionCheck.kueue.x-k8s.io': {
    failing: [isNot('Active')],
    current: [is('Active')],
    otherwise: 'InProgress',
  },
  'Workload.kueue.x-k8s.io': {
    failed: [is('Finished', 'JobFailed', 'Failed'), is('DeactivationTarget')],
    current: [is('Finished'), is('Admitted')],
    paused: [has('spec.active', false)],
    otherwise: 'InProgress',
  },
  'Job.batch.volcano.sh': {
    // Aborted by a person, and may be resumed by one.
    paused: [has('status.state.phase', 'Aborted')],
    failed: [has('status.state.phase', 'Failed', 'Terminated')],
    current: [has('status.state.phase', 'Completed')],
    otherwise: 'InProgress',
    message: ['status.state.message', 'status.state.reason'],
  },
  'PodGroup.scheduling.volcano.sh': {
    failing: [phase('Unknown'), is('Unschedulable')],
    current: [phase('Running', 'Completed')],
    otherwise: 'InProgress',
  },
  'Queue.scheduling.volcano.sh': {
    paused: [has('status.state', 'Closed', 'Closing')],
    failing: [has('status.state', 'Unknown')],
    current: [has('status.state', 'Open')],
    otherwise: 'InProgress',
  },
  ...Object.fromEntries(TRAINING_KINDS.map((kind) => [`${kind}.kubeflow.org`, TRAINING])),
  'TrainJob.trainer.kubeflow.org': FINISHING,
  'SparkApplication.sparkoperator.k8s.io': {
    paused: [has('spec.suspend', true), has('status.applicationState.state', 'SUSPENDED')],
    failed: [has('status.applicationState.state', 'FAILED')],
    // Tried again as often as the restart policy says; FAILED follows when that is over.
    failing: [has('status.applicationState.state', 'SUBMISSION_FAILED')],
    current: [has('status.applicationState.state', 'COMPLETED')],
    otherwise: 'InProgress',
    message: ['status.applicationState.errorMessage'],
  },
  'ScheduledSparkApplication.sparkoperator.k8s.io': {
    paused: [has('spec.suspend', true)],
    failed: [has('status.scheduleState', 'FailedValidation')],
    current: [has('status.scheduleState', 'Scheduled')],
    otherwise: 'InProgress',
    message: ['status.reason'],
  },
  'FlinkDeployment.flink.apache.org': {
    paused: [has('status.lifecycleState', 'SUSPENDED')],
    failed: [has('status.lifecycleState', 'FAILED', 'ROLLED_BACK')],
    failing: [has('status.jobManagerDeploymentStatus', 'ERROR')],
    current: [has('status.lifecycleState', 'STABLE')],
    otherwise: 'InProgress',
    message: ['status.error'],
  },
  'RayCluster.ray.io': {
    paused: [has('spec.suspend', true), has('status.state', 'suspended')],
    failing: [has('status.state', 'failed')],
    current: [has('status.state', 'ready')],
    otherwise: 'InProgress',
    message: ['status.reason'],
  },
  'RayJob.ray.io': {
    paused: [has('spec.suspend', true), has('status.jobDeploymentStatus', 'Suspended')],
    failed: [has('status.jobStatus', 'FAILED', 'STOPPED'), has('status.jobDeploymentStatus', 'Failed')],
    current: [has('status.jobStatus', 'SUCCEEDED')],
    otherwise: 'InProgress',
    message: ['status.message'],
  },
  'RayService.ray.io': {
    failing: [isNot('Ready', 'ValidationFailed')],
    current: [is('Ready'), has('status.serviceStatus', 'Running')],
    otherwise: 'InProgress',
  },
  'JobSet.jobset.x-k8s.io': FINISHING,
  'LeaderWorkerSet.leaderworkerset.x-k8s.io': { current: [is('Available')], otherwise: 'InProgress' },
};
