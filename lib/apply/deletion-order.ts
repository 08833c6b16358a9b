/** In which order objects are deleted that have left the program: their content is not read, so their kinds tell. Whatever
 * the edges of a plan can say that one kind needs of another, the one is deleted first; a test holds this table to the
 * edges. */
import type { ObjectKey } from '../objects/index.ts';
import { formatGroupKind } from '../plan/index.ts';

const ADMISSION = 'admissionregistration.k8s.io';
const GATEWAY = 'gateway.networking.k8s.io';

const RANKS = {
  /** What stands in the way of requests: while nobody answers for it, nothing else can be deleted. */
  admission: [
    `ValidatingWebhookConfiguration.${ADMISSION}`,
    `MutatingWebhookConfiguration.${ADMISSION}`,
    `ValidatingAdmissionPolicyBinding.${ADMISSION}`,
    `MutatingAdmissionPolicyBinding.${ADMISSION}`,
    'APIService.apiregistration.k8s.io',
  ],
  /** Custom resources whose definition goes too: their controller, which is likely to go as well, has to see to their
   * finalizers first. Policies take such as parameters. */
  instances: [`ValidatingAdmissionPolicy.${ADMISSION}`, `MutatingAdmissionPolicy.${ADMISSION}`],
  /** A definition takes along what others made of it, which needs the controller in the same way. */
  definitions: ['CustomResourceDefinition.apiextensions.k8s.io'],
  /** What sends requests to pods, and what scales them. */
  traffic: [
    'Ingress.networking.k8s.io',
    ...['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map((kind) => `${kind}.${GATEWAY}`),
    'HorizontalPodAutoscaler.autoscaling',
    'VerticalPodAutoscaler.autoscaling.k8s.io',
    'ScaledObject.keda.sh',
  ],
  workloads: [
    'Deployment.apps',
    'StatefulSet.apps',
    'DaemonSet.apps',
    'ReplicaSet.apps',
    'ReplicationController',
    'CronJob.batch',
    'Job.batch',
    'Pod',
    'Rollout.argoproj.io',
    'ScaledJob.keda.sh',
    'Service.serving.knative.dev',
  ],
  gateways: [`Gateway.${GATEWAY}`, 'IngressClass.networking.k8s.io'],
  /** What pods have used, and what uses others in its turn; every other custom resource. */
  users: [
    'RoleBinding.rbac.authorization.k8s.io',
    'ClusterRoleBinding.rbac.authorization.k8s.io',
    'PersistentVolumeClaim',
    'FlowSchema.flowcontrol.apiserver.k8s.io',
    'ResourceClaim.resource.k8s.io',
  ],
  /** What those have used. */
  used: [
    'ServiceAccount',
    'PersistentVolume',
    'VolumeSnapshot.snapshot.storage.k8s.io',
    ...['Issuer', 'ClusterIssuer'].map((kind) => `${kind}.cert-manager.io`),
    ...['SecretStore', 'ClusterSecretStore'].map((kind) => `${kind}.external-secrets.io`),
    ...['TriggerAuthentication', 'ClusterTriggerAuthentication'].map((kind) => `${kind}.keda.sh`),
  ],
  /** All else: what nothing needs that is left, and what needs nothing. */
  rest: [],
  namespaces: ['Namespace'],
} satisfies Readonly<Record<string, readonly string[]>>;

const NAMES = Object.keys(RANKS);
const RANK_OF = new Map(
  Object.values(RANKS).flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)),
);
const RANK = {
  instances: NAMES.indexOf('instances'),
  workloads: NAMES.indexOf('workloads'),
  users: NAMES.indexOf('users'),
  rest: NAMES.indexOf('rest'),
} as const;

/** Lower is deleted first.
 * @param leavingGroups API groups of definitions that are deleted in the same run */
export function deletionRank(
  key: Pick<ObjectKey, 'group' | 'kind'>,
  leavingGroups: ReadonlySet<string> = new Set(),
): number {
  if (leavingGroups.has(key.group)) return RANK.instances;
  return RANK_OF.get(formatGroupKind(key)) ?? (isCustom(key.group) ? RANK.users : RANK.rest);
}

/** Whether it has pods, which are to be gone with it before what they use goes. */
export function hasPods(key: Pick<ObjectKey, 'group' | 'kind'>): boolean {
  return deletionRank(key) === RANK.workloads;
}

/** Groups of Kubernetes itself have no dot, or end like this (Kubernetes, "API groups"). */
function isCustom(group: string): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io');
}

/** The API group of a definition, which its name ends in; undefined for what is none. */
export function definedGroup({ kind, group, name }: ObjectKey): string | undefined {
  return kind === 'CustomResourceDefinition' && group === 'apiextensions.k8s.io'
    ? name.slice(name.indexOf('.') + 1)
    : undefined;
}
