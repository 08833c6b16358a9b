/** Databases, queues and object stores: Elastic, RabbitMQ, MinIO, and the operators of Zalando, Percona, MongoDB and
 * MariaDB. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { has, is, isNot, phase, READY, READY_OR_FAILING } from '../words.ts';

/** Elastic's products beside Elasticsearch itself: green when all of it runs. */
const ELASTIC: KindRule = {
  current: [has('status.health', 'green')],
  otherwise: 'InProgress',
};

const ELASTIC_KINDS: Readonly<Record<string, string>> = {
  Kibana: 'kibana.k8s.elastic.co',
  ApmServer: 'apm.k8s.elastic.co',
  EnterpriseSearch: 'enterprisesearch.k8s.elastic.co',
  Beat: 'beat.k8s.elastic.co',
  Agent: 'agent.k8s.elastic.co',
  Logstash: 'logstash.k8s.elastic.co',
  ElasticMapsServer: 'maps.k8s.elastic.co',
};

/** Percona's operators share the words of their status. */
const PERCONA: KindRule = {
  paused: [has('spec.pause', true)],
  failing: [has('status.state', 'error')],
  current: [has('status.state', 'ready')],
  otherwise: 'InProgress',
  message: ['status.messages.0', 'status.message'],
};

const TOPOLOGY_KINDS =
  'Binding Exchange Federation Operator Permission Policy Queue SchemaReplication Shovel User Vhost'.split(
    ' ',
  );

export const databases: KindRules = {
  'Elasticsearch.elasticsearch.k8s.elastic.co': {
    failed: [phase('Invalid')],
    // A red one lacks data; it may be that nodes are on their way back.
    failing: [{ all: [phase('Ready'), has('status.health', 'red')] }, phase('Stalled')],
    current: [{ all: [phase('Ready'), has('status.health', 'green')] }],
    // Yellow: copies of shards are still to be placed.
    otherwise: 'InProgress',
  },
  ...Object.fromEntries(Object.entries(ELASTIC_KINDS).map(([kind, group]) => [`${kind}.${group}`, ELASTIC])),
  'RabbitmqCluster.rabbitmq.com': {
    paused: [has('metadata.labels.rabbitmq.com/pauseReconciliation', 'true')],
    failing: [isNot('ReconcileSuccess')],
    current: [{ all: [is('AllReplicasReady'), is('ClusterAvailable')] }],
    otherwise: 'InProgress',
  },
  ...Object.fromEntries(TOPOLOGY_KINDS.map((kind) => [`${kind}.rabbitmq.com`, READY_OR_FAILING])),
  'Tenant.minio.min.io': {
    failed: [
      has(
        'status.currentState',
        'Statefulset not controlled by operator',
        'Another MinIO Tenant already exists in the namespace',
        'Different versions across MinIO Pools',
      ),
    ],
    failing: [has('status.healthStatus', 'red')],
    current: [has('status.currentState', 'Initialized')],
    otherwise: 'InProgress',
    message: ['status.healthMessage', 'status.currentState'],
  },
  'postgresql.acid.zalan.do': {
    failing: [has('status.PostgresClusterStatus', 'CreateFailed', 'UpdateFailed', 'SyncFailed', 'Invalid')],
    current: [has('status.PostgresClusterStatus', 'Running')],
    otherwise: 'InProgress',
  },
  'PerconaXtraDBCluster.pxc.percona.com': PERCONA,
  'PerconaServerMongoDB.psmdb.percona.com': PERCONA,
  'PerconaPGCluster.pgv2.percona.com': PERCONA,
  'PerconaServerMySQL.ps.percona.com': PERCONA,
  'MongoDBCommunity.mongodbcommunity.mongodb.com': {
    failing: [phase('Failed')],
    current: [phase('Running')],
    otherwise: 'InProgress',
    message: ['status.message'],
  },
  'MariaDB.k8s.mariadb.com': { ...READY, paused: [has('spec.suspend', true)] },
  'Database.k8s.mariadb.com': READY_OR_FAILING,
  'User.k8s.mariadb.com': READY_OR_FAILING,
  'Grant.k8s.mariadb.com': READY_OR_FAILING,
};
