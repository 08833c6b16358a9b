import { conditioned, conditions, phased, type Sample, type Samples } from './sample.ts';

const counted = (spec: object, status: object): Sample => ({ spec, status });

/** Databases, queues, storage, batch, OpenKruise. */
export const data: Samples = {
  'Cluster.postgresql.cnpg.io': {
    Current: [phased('Cluster in healthy state', { instances: 3, readyInstances: 3 })],
    InProgress: [
      phased('Setting up primary', { phaseReason: 'Creating primary instance main-1' }),
      phased('Waiting for the instances to become active', {
        phaseReason: 'Some instances are not yet active',
      }),
    ],
    Failed: [
      phased('Cluster is unrecoverable and needs manual intervention'),
      phased('Unable to create required cluster objects', { phaseReason: 'secret "main-ca" is not ours' }),
    ],
    Failing: [phased('Not enough disk space')],
    Paused: [
      phased('Waiting for user action', { phaseReason: 'User must issue a supervised switchover' }),
      {
        annotations: { 'cnpg.io/reconciliation': 'disabled' },
        status: { phase: 'Cluster in healthy state' },
      },
      conditioned(['cnpg.io/hibernation', 'True', 'Hibernated', 'Cluster has been hibernated']),
    ],
  },
  'Backup.postgresql.cnpg.io': {
    Current: [phased('completed')],
    InProgress: [phased('running'), phased('started')],
    Failed: [phased('failed', { error: 'no credentials for the object store' })],
    Failing: [phased('walArchivingFailing')],
  },
  'ScheduledBackup.postgresql.cnpg.io': { Current: [{}], Paused: [{ spec: { suspend: true } }] },
  'Pooler.postgresql.cnpg.io': {
    Current: [counted({ instances: 2 }, { instances: 2 })],
    InProgress: [counted({ instances: 2 }, { instances: 1 })],
    Paused: [{ spec: { instances: 2, pgbouncer: { paused: true } } }],
  },
  'Database.postgresql.cnpg.io': {
    Current: [{ generation: 1, status: { observedGeneration: 1, applied: true } }],
    InProgress: [{ generation: 2, status: { observedGeneration: 1, applied: true } }],
    Failing: [{ status: { applied: false, message: 'role "app" does not exist' } }],
  },
  'Kafka.kafka.strimzi.io': {
    Current: [{ generation: 2, status: { observedGeneration: 2, ...conditions(['Ready', 'True']) } }],
    InProgress: [
      conditioned(['NotReady', 'True', 'Creating', 'Kafka cluster is being deployed']),
      { generation: 3, status: { observedGeneration: 2, ...conditions(['Ready', 'True']) } },
    ],
    Failing: [
      conditioned(['NotReady', 'True', 'InvalidResourceException', 'The number of replicas is too small']),
      conditioned(['Ready', 'False', 'NotSupported', 'Decreasing partitions not supported']),
    ],
    Paused: [conditioned(['ReconciliationPaused', 'True'])],
  },
  'KafkaNodePool.kafka.strimzi.io': {
    Current: [{ status: { nodeIds: [0, 1, 2], replicas: 3, observedGeneration: 1 } }],
    InProgress: [{ status: { nodeIds: [] } }],
  },
  'KafkaRebalance.kafka.strimzi.io': {
    Current: [conditioned(['Ready', 'True'])],
    InProgress: [conditioned(['Rebalancing', 'True']), conditioned(['PendingProposal', 'True'])],
    Failed: [
      conditioned(['NotReady', 'True', 'CruiseControlRestException', 'Error processing POST request']),
    ],
    Paused: [
      conditioned(['ProposalReady', 'True']),
      conditioned(['Stopped', 'True']),
      conditioned(['ReconciliationPaused', 'True']),
    ],
  },
  'StrimziPodSet.core.strimzi.io': {
    Current: [{ status: { pods: 3, readyPods: 3, currentPods: 3 } }],
    InProgress: [{ status: { pods: 3, readyPods: 2, currentPods: 3 } }],
  },
  'Elasticsearch.elasticsearch.k8s.elastic.co': {
    Current: [phased('Ready', { health: 'green', availableNodes: 3 })],
    InProgress: [phased('ApplyingChanges', { health: 'unknown' }), phased('Ready', { health: 'yellow' })],
    Failed: [phased('Invalid')],
    Failing: [phased('Ready', { health: 'red' }), phased('Stalled', { health: 'red' })],
  },
  'Kibana.kibana.k8s.elastic.co': {
    Current: [{ status: { health: 'green', availableNodes: 1 } }],
    InProgress: [{ status: { health: 'red' } }],
  },
  'RabbitmqCluster.rabbitmq.com': {
    Current: [
      conditioned(
        ['AllReplicasReady', 'True'],
        ['ClusterAvailable', 'True'],
        ['ReconcileSuccess', 'True', 'Success'],
      ),
    ],
    InProgress: [
      conditioned(
        ['AllReplicasReady', 'False', 'NotAllPodsReady', '1/3 Pods ready'],
        ['ClusterAvailable', 'True'],
      ),
    ],
    Failing: [conditioned(['ReconcileSuccess', 'False', 'FailedReconcilePVC', 'cannot shrink'])],
    Paused: [{ labels: { 'rabbitmq.com/pauseReconciliation': 'true' } }],
  },
  'Tenant.minio.min.io': {
    Current: [{ status: { currentState: 'Initialized', healthStatus: 'green' } }],
    InProgress: [
      { status: { currentState: 'Provisioning MinIO Statefulset' } },
      { status: { currentState: 'Waiting for Pods to be ready' } },
    ],
    Failed: [{ status: { currentState: 'Another MinIO Tenant already exists in the namespace' } }],
    Failing: [
      { status: { currentState: 'Initialized', healthStatus: 'red', healthMessage: 'offline drives' } },
    ],
  },
  'postgresql.acid.zalan.do': {
    Current: [{ status: { PostgresClusterStatus: 'Running' } }],
    InProgress: [{ status: { PostgresClusterStatus: 'Creating' } }],
    Failing: [{ status: { PostgresClusterStatus: 'CreateFailed' } }],
  },
  'PerconaXtraDBCluster.pxc.percona.com': {
    Current: [{ status: { state: 'ready', ready: 6, size: 6 } }],
    InProgress: [{ status: { state: 'initializing', ready: 1, size: 6 } }],
    Failing: [{ status: { state: 'error', messages: ['pxc: no such secret'] } }],
    Paused: [{ spec: { pause: true }, status: { state: 'paused' } }],
  },
  'MongoDBCommunity.mongodbcommunity.mongodb.com': {
    Current: [phased('Running')],
    InProgress: [phased('Pending', { message: 'ReplicaSet is not yet ready' })],
    Failing: [phased('Failed', { message: 'error validating spec' })],
  },
  'MariaDB.k8s.mariadb.com': {
    Current: [conditioned(['Ready', 'True', 'StatefulSetReady', 'Running'])],
    InProgress: [conditioned(['Ready', 'False', 'StatefulSetNotReady', 'Not ready'])],
    Paused: [{ spec: { suspend: true } }],
  },
  'CephCluster.ceph.rook.io': {
    Current: [phased('Ready', { ceph: { health: 'HEALTH_WARN' } })],
    InProgress: [phased('Progressing', { message: 'Configuring Ceph Mons' })],
    Failing: [
      phased('Ready', { ceph: { health: 'HEALTH_ERR' } }),
      phased('Failure', { message: 'failed to create cluster: no osds' }),
    ],
  },
  'CephBlockPool.ceph.rook.io': {
    Current: [phased('Ready')],
    InProgress: [phased('Progressing')],
    Failing: [phased('Failure'), phased('ReconcileFailed', { info: { error: 'no such device class' } })],
  },
  'Volume.longhorn.io': {
    Current: [
      { status: { state: 'attached', robustness: 'healthy' } },
      { status: { state: 'detached', robustness: 'unknown' } },
    ],
    InProgress: [
      { status: { state: 'attaching', robustness: 'unknown' } },
      { status: { state: 'attached', robustness: 'degraded' } },
    ],
    Failing: [{ status: { state: 'detached', robustness: 'faulted' } }],
  },
  'BackupTarget.longhorn.io': {
    Current: [{ status: { available: true } }],
    InProgress: [{ status: { available: false } }],
    Failing: [conditioned(['Unavailable', 'True', 'Unavailable', 'cannot list backups'])],
  },
  'Backup.longhorn.io': {
    Current: [{ status: { state: 'Completed', progress: 100 } }],
    InProgress: [{ status: { state: 'InProgress', progress: 40 } }],
    Failed: [{ status: { state: 'Error', error: 'no such bucket' } }],
  },
  'VolumeSnapshot.snapshot.storage.k8s.io': {
    Current: [{ status: { readyToUse: true, restoreSize: '1Gi' } }],
    InProgress: [{ status: { readyToUse: false } }],
    Failing: [
      { status: { readyToUse: false, error: { message: 'Failed to create snapshot: no such volume' } } },
    ],
  },
  'VolumeSnapshotContent.snapshot.storage.k8s.io': {
    Current: [{ status: { readyToUse: true } }],
    InProgress: [{ status: { readyToUse: false } }],
    Failing: [{ status: { error: { message: 'Failed to create snapshot content' } } }],
  },
  'DataVolume.cdi.kubevirt.io': {
    Current: [phased('Succeeded', { progress: '100.0%' })],
    InProgress: [phased('ImportInProgress', { progress: '40.0%' })],
    Failed: [phased('Failed')],
    Failing: [
      {
        status: {
          phase: 'ImportInProgress',
          ...conditions(['Running', 'False', 'Error', 'Unable to connect to http']),
        },
      },
    ],
    Paused: [phased('WaitForFirstConsumer')],
  },
  'CloneSet.apps.kruise.io': {
    Current: [
      counted(
        { replicas: 3 },
        {
          observedGeneration: 1,
          replicas: 3,
          readyReplicas: 3,
          updatedReplicas: 3,
          updatedReadyReplicas: 3,
          expectedUpdatedReplicas: 3,
        },
      ),
    ],
    InProgress: [
      counted(
        { replicas: 3 },
        {
          observedGeneration: 1,
          replicas: 3,
          readyReplicas: 3,
          updatedReplicas: 1,
          updatedReadyReplicas: 1,
          expectedUpdatedReplicas: 3,
        },
      ),
    ],
    Failing: [
      conditioned(['FailedScale', 'True', undefined, 'exceeded quota']),
      conditioned(['FailedUpdate', 'True', undefined, 'no']),
    ],
    Paused: [{ spec: { updateStrategy: { paused: true } } }],
  },
  'StatefulSet.apps.kruise.io': {
    Current: [
      counted({ replicas: 3 }, { observedGeneration: 1, readyReplicas: 3, updatedReplicas: 3 }),
      counted(
        { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        { observedGeneration: 1, readyReplicas: 3, updatedReplicas: 1 },
      ),
    ],
    InProgress: [counted({ replicas: 3 }, { observedGeneration: 1, readyReplicas: 3, updatedReplicas: 1 })],
    Failing: [
      conditioned(['FailedCreatePod', 'True', undefined, 'exceeded quota']),
      conditioned(['FailedUpdatePod', 'True', undefined, 'no']),
    ],
    Paused: [{ spec: { updateStrategy: { rollingUpdate: { paused: true } } } }],
  },
  'DaemonSet.apps.kruise.io': {
    Current: [{ status: { desiredNumberScheduled: 3, numberReady: 3, updatedNumberScheduled: 3 } }],
    InProgress: [{ status: { desiredNumberScheduled: 3, numberReady: 3, updatedNumberScheduled: 1 } }],
    Paused: [{ spec: { updateStrategy: { rollingUpdate: { paused: true } } } }],
  },
  'BroadcastJob.apps.kruise.io': {
    Current: [conditioned(['Complete', 'True']), phased('completed')],
    InProgress: [phased('running')],
    Failed: [conditioned(['Failed', 'True', 'BackoffLimitExceeded']), phased('failed')],
    Paused: [{ spec: { paused: true } }, phased('paused')],
  },
  'SidecarSet.apps.kruise.io': {
    Current: [{ status: { observedGeneration: 1, matchedPods: 4, updatedPods: 4, updatedReadyPods: 4 } }],
    InProgress: [{ status: { observedGeneration: 1, matchedPods: 4, updatedPods: 4, updatedReadyPods: 3 } }],
    Paused: [{ spec: { updateStrategy: { paused: true } } }],
  },
  'AdvancedCronJob.apps.kruise.io': { Current: [{}], Paused: [{ spec: { paused: true } }] },
  'ClusterQueue.kueue.x-k8s.io': {
    Current: [conditioned(['Active', 'True', 'Ready', 'Can admit new workloads'])],
    InProgress: [conditioned(['Active', 'Unknown'])],
    Failing: [
      conditioned(['Active', 'False', 'FlavorNotFound', 'references missing ResourceFlavor(s): spot']),
    ],
    Paused: [{ spec: { stopPolicy: 'Hold' } }, conditioned(['Active', 'False', 'Stopped'])],
  },
  'AdmissionCheck.kueue.x-k8s.io': {
    Current: [conditioned(['Active', 'True', 'Active'])],
    InProgress: [conditioned(['Active', 'Unknown'])],
    Failing: [conditioned(['Active', 'False', 'BadParametersRef'])],
  },
  'Workload.kueue.x-k8s.io': {
    Current: [
      conditioned(['QuotaReserved', 'True'], ['Admitted', 'True']),
      conditioned(['Admitted', 'True'], ['Finished', 'True', 'JobFinished', 'Job finished successfully']),
    ],
    InProgress: [
      conditioned(['QuotaReserved', 'False', 'Pending', "couldn't assign flavors: insufficient quota"]),
    ],
    Failed: [
      conditioned(['Admitted', 'True'], ['Finished', 'True', 'Failed', 'Job has failed']),
      conditioned(['DeactivationTarget', 'True', 'RequeuingLimitExceeded']),
    ],
    Paused: [{ spec: { active: false } }],
  },
  'Job.batch.volcano.sh': {
    Current: [{ status: { state: { phase: 'Completed' } } }],
    InProgress: [{ status: { state: { phase: 'Pending' } } }, { status: { state: { phase: 'Running' } } }],
    Failed: [{ status: { state: { phase: 'Failed', message: 'task failed too often' } } }],
    Paused: [{ status: { state: { phase: 'Aborted' } } }],
  },
  'PodGroup.scheduling.volcano.sh': {
    Current: [phased('Running'), phased('Completed')],
    InProgress: [phased('Inqueue')],
    Failing: [
      {
        status: {
          phase: 'Pending',
          ...conditions(['Unschedulable', 'True', 'NotEnoughResources', '3/3 tasks unready']),
        },
      },
      phased('Unknown'),
    ],
  },
  'Queue.scheduling.volcano.sh': {
    Current: [{ status: { state: 'Open' } }],
    InProgress: [{ status: { reservation: {}, running: 0 } }],
    Failing: [{ status: { state: 'Unknown' } }],
    Paused: [{ status: { state: 'Closed' } }],
  },
  'PyTorchJob.kubeflow.org': {
    Current: [
      conditioned(['Created', 'True'], ['Running', 'False'], ['Succeeded', 'True', 'PyTorchJobSucceeded']),
    ],
    InProgress: [conditioned(['Created', 'True'], ['Running', 'True', 'PyTorchJobRunning'])],
    Failed: [
      conditioned(['Created', 'True'], ['Failed', 'True', 'PyTorchJobFailed', '1 Worker replica failed']),
    ],
    Paused: [
      conditioned(['Created', 'True'], ['Suspended', 'True', 'PyTorchJobSuspended']),
      { spec: { runPolicy: { suspend: true } } },
    ],
  },
  'JobSet.jobset.x-k8s.io': {
    Current: [conditioned(['Completed', 'True', 'AllJobsCompleted']), conditioned(['Complete', 'True'])],
    InProgress: [conditioned(['StartupPolicyCompleted', 'True'])],
    Failed: [conditioned(['Failed', 'True', 'FailedJobs', 'jobset failed due to one or more job failures'])],
    Paused: [{ spec: { suspend: true } }, conditioned(['Suspended', 'True'])],
  },
  'SparkApplication.sparkoperator.k8s.io': {
    Current: [{ status: { applicationState: { state: 'COMPLETED' } } }],
    InProgress: [
      { status: { applicationState: { state: 'SUBMITTED' } } },
      { status: { applicationState: { state: 'RUNNING' } } },
    ],
    Failed: [{ status: { applicationState: { state: 'FAILED', errorMessage: 'driver container failed' } } }],
    Failing: [
      { status: { applicationState: { state: 'SUBMISSION_FAILED', errorMessage: 'no such image' } } },
    ],
    Paused: [{ spec: { suspend: true } }, { status: { applicationState: { state: 'SUSPENDED' } } }],
  },
  'ScheduledSparkApplication.sparkoperator.k8s.io': {
    Current: [{ status: { scheduleState: 'Scheduled' } }],
    InProgress: [{ status: { scheduleState: '', lastRunName: '' } }],
    Failed: [{ status: { scheduleState: 'FailedValidation', reason: 'bad schedule' } }],
    Paused: [{ spec: { suspend: true } }],
  },
  'FlinkDeployment.flink.apache.org': {
    Current: [{ status: { lifecycleState: 'STABLE', jobManagerDeploymentStatus: 'READY' } }],
    InProgress: [{ status: { lifecycleState: 'DEPLOYED', jobManagerDeploymentStatus: 'DEPLOYING' } }],
    Failed: [{ status: { lifecycleState: 'FAILED', error: 'JobManager deployment is missing' } }],
    Failing: [{ status: { lifecycleState: 'DEPLOYED', jobManagerDeploymentStatus: 'ERROR' } }],
    Paused: [{ status: { lifecycleState: 'SUSPENDED' } }],
  },
  'RayCluster.ray.io': {
    Current: [{ status: { state: 'ready' } }],
    InProgress: [{ status: { desiredWorkerReplicas: 2 } }],
    Failing: [{ status: { state: 'failed', reason: 'no such service account' } }],
    Paused: [{ spec: { suspend: true } }, { status: { state: 'suspended' } }],
  },
  'RayJob.ray.io': {
    Current: [{ status: { jobStatus: 'SUCCEEDED', jobDeploymentStatus: 'Complete' } }],
    InProgress: [{ status: { jobStatus: 'RUNNING', jobDeploymentStatus: 'Running' } }],
    Failed: [
      { status: { jobStatus: 'FAILED', message: 'exit code 1' } },
      { status: { jobDeploymentStatus: 'Failed' } },
    ],
    Paused: [{ spec: { suspend: true } }, { status: { jobDeploymentStatus: 'Suspended' } }],
  },
  'RayService.ray.io': {
    Current: [
      conditioned(['Ready', 'True', 'NonZeroServeEndpoints']),
      { status: { serviceStatus: 'Running' } },
    ],
    InProgress: [conditioned(['Ready', 'False', 'Initializing'])],
    Failing: [conditioned(['Ready', 'False', 'ValidationFailed', 'bad serveConfigV2'])],
  },
  'LeaderWorkerSet.leaderworkerset.x-k8s.io': {
    Current: [conditioned(['Available', 'True', 'AllGroupsReady'])],
    InProgress: [
      conditioned(['Available', 'False', 'GroupsNotReady'], ['Progressing', 'True', 'GroupsProgressing']),
    ],
  },
};
