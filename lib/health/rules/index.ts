/** The rules of each kind, as two tables: what kstatus says, and what a wait asks for where that is more. */
import { current, type HealthRule, type HealthRules } from '../health.ts';
import { customResourceDefinition } from './custom-resource-definition.ts';
import { daemonSet, daemonSetReadiness } from './daemon-set.ts';
import { deployment } from './deployment.ts';
import { job, jobReadiness } from './job.ts';
import { kindRule } from './kind-rule.ts';
import { persistentVolumeClaim } from './persistent-volume-claim.ts';
import { pod, podReadiness } from './pod.ts';
import { replicaSet } from './replica-set.ts';
import { service, serviceReadiness } from './service.ts';
import { statefulSet } from './stateful-set.ts';

const exists: HealthRule = () => current('exists');

/** kstatus' own rules. A kind that is not here has its Ready condition looked at, and is Current without one:
 * Namespace, Ingress, HorizontalPodAutoscaler, webhook configurations, RBAC and so on. */
export const STATUS_RULES: HealthRules = {
  ConfigMap: exists,
  Secret: exists,
  Service: service,
  Pod: pod,
  PersistentVolumeClaim: persistentVolumeClaim,
  'Deployment.apps': deployment,
  'Deployment.extensions': deployment,
  'ReplicaSet.apps': replicaSet,
  'ReplicaSet.extensions': replicaSet,
  'StatefulSet.apps': statefulSet,
  'DaemonSet.apps': daemonSet,
  'DaemonSet.extensions': daemonSet,
  'Job.batch': job,
  'CronJob.batch': exists,
  // That the disruption controller has seen it is told by observedGeneration, which is checked for every kind.
  'PodDisruptionBudget.policy': () => current('allowed disruptions are computed'),
  'CustomResourceDefinition.apiextensions.k8s.io': customResourceDefinition,
};

/** Where a wait needs more than kstatus asks. undefined from a rule: kstatus' answer stands. */
export const READINESS_RULES: HealthRules = {
  Service: serviceReadiness,
  Pod: podReadiness,
  'DaemonSet.apps': daemonSetReadiness,
  'Job.batch': jobReadiness,
  'APIService.apiregistration.k8s.io': kindRule({
    current: [{ type: 'Available', status: 'True' }],
    otherwise: 'InProgress',
  }),
};
