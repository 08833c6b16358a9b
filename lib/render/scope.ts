/** Which kinds live in a namespace: those of Kubernetes itself, and those whose definition is in the program.
 * Of other custom kinds nothing is known before a cluster is asked. */
import type { KubernetesObject } from '../objects/index.ts';

type Scope = 'Namespaced' | 'Cluster';

/** Kubernetes 1.37 (its discovery documents), and what older servers may still have. */
const CLUSTER: Readonly<Record<string, string>> = {
  '': 'Namespace Node PersistentVolume ComponentStatus',
  'admissionregistration.k8s.io':
    'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
  'apiextensions.k8s.io': 'CustomResourceDefinition',
  'apiregistration.k8s.io': 'APIService',
  'authentication.k8s.io': 'SelfSubjectReview TokenReview',
  'authorization.k8s.io': 'SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  'certificates.k8s.io': 'CertificateSigningRequest ClusterTrustBundle',
  'flowcontrol.apiserver.k8s.io': 'FlowSchema PriorityLevelConfiguration',
  'internal.apiserver.k8s.io': 'StorageVersion',
  'networking.k8s.io': 'IPAddress IngressClass ServiceCIDR',
  'node.k8s.io': 'RuntimeClass',
  policy: 'PodSecurityPolicy',
  'rbac.authorization.k8s.io': 'ClusterRole ClusterRoleBinding',
  'resource.k8s.io': 'DeviceClass DeviceTaintRule ResourcePoolStatusRequest ResourceSlice',
  'scheduling.k8s.io': 'PriorityClass',
  'storage.k8s.io': 'CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass',
  'storagemigration.k8s.io': 'StorageVersionMigration',
};

const NAMESPACED: Readonly<Record<string, string>> = {
  '': 'Binding ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  apps: 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'authorization.k8s.io': 'LocalSubjectAccessReview',
  autoscaling: 'HorizontalPodAutoscaler',
  batch: 'CronJob Job',
  'certificates.k8s.io': 'PodCertificateRequest',
  'coordination.k8s.io': 'Lease LeaseCandidate',
  'discovery.k8s.io': 'EndpointSlice',
  'events.k8s.io': 'Event',
  'lifecycle.k8s.io': 'Eviction EvictionRequest',
  'networking.k8s.io': 'Ingress NetworkPolicy',
  policy: 'Eviction PodDisruptionBudget',
  'rbac.authorization.k8s.io': 'Role RoleBinding',
  'resource.k8s.io': 'ResourceClaim ResourceClaimTemplate',
  'scheduling.k8s.io': 'CompositePodGroup PodGroup Workload',
  'storage.k8s.io': 'CSIStorageCapacity',
};

const BUILT_IN: ReadonlyMap<string, Scope> = new Map([
  ...entries(CLUSTER, 'Cluster'),
  ...entries(NAMESPACED, 'Namespaced'),
]);

function entries(table: Readonly<Record<string, string>>, scope: Scope): [string, Scope][] {
  return Object.entries(table).flatMap(([group, kinds]) =>
    kinds.split(' ').map((kind): [string, Scope] => [`${group}/${kind}`, scope]),
  );
}

/** Finds the scope of kinds by group and kind. */
export type ScopeOf = (group: string, kind: string) => Scope | undefined;

/** Whether a kind of Kubernetes itself lives in no namespace. */
export function isClusterScoped(group: string, kind: string): boolean {
  return BUILT_IN.get(`${group}/${kind}`) === 'Cluster';
}

/** @param objects looked through for CustomResourceDefinitions */
export function scopesOf(objects: Iterable<KubernetesObject>): ScopeOf {
  const defined = new Map<string, Scope>();
  for (const object of objects) {
    if (object.kind !== 'CustomResourceDefinition' || !object.apiVersion.startsWith('apiextensions.k8s.io/'))
      continue;
    const group: unknown = object.spec?.group;
    const kind: unknown = object.spec?.names?.kind;
    const scope: unknown = object.spec?.scope;
    if (scope === 'Namespaced' || scope === 'Cluster') defined.set(`${group}/${kind}`, scope);
  }
  return (group, kind) => BUILT_IN.get(`${group}/${kind}`) ?? defined.get(`${group}/${kind}`);
}
