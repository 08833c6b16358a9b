/** What the API server's validation of its own kinds refuses beyond their schemas (pkg/apis, each validation package):
 * in comes an object with the types of its schema, out come errors in the server's words. The embedded cluster refuses
 * by it, and validation without a cluster foresees by it. */
import type { KubernetesObject } from '../objects/index.ts';
import { clusterRoleErrors, roleBindingErrors, roleErrors } from './access.ts';
import {
  validatingAdmissionPolicyBindingErrors,
  validatingAdmissionPolicyErrors,
} from './admission/policies.ts';
import { webhookConfigurationErrors } from './admission/webhooks.ts';
import { horizontalPodAutoscalerErrors, podDisruptionBudgetErrors } from './autoscaling.ts';
import { cronJobErrors, jobErrors } from './batch.ts';
import { configMapErrors, secretErrors } from './config.ts';
import { customResourceDefinitionErrors } from './definition/definition.ts';
import { endpointSliceErrors, endpointsErrors } from './endpoints.ts';
import type { FieldError } from './field-errors.ts';
import { ingressErrors } from './ingress.ts';
import { ingressClassErrors } from './ingress-class.ts';
import { limitRangeErrors } from './limit-range.ts';
import { networkPolicyErrors } from './network-policy.ts';
import { persistentVolumeErrors } from './persistent-volume.ts';
import { podErrors } from './pod/spec.ts';
import { resourceQuotaErrors } from './quota.ts';
import { leaseErrors, priorityClassErrors } from './scheduling.ts';
import { serviceErrors } from './service.ts';
import { persistentVolumeClaimErrors, storageClassErrors } from './storage.ts';
import { daemonSetErrors, deploymentErrors, replicaSetErrors, statefulSetErrors } from './workloads.ts';

export {
  enumErrors,
  type FieldError,
  forbidden,
  immutable,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from './field-errors.ts';
export { labelErrors } from './labels.ts';
export { newestKindErrors } from './newest.ts';
export { scheduleProblem } from './schedule.ts';
export { serviceErrors } from './service.ts';

const ERRORS: Readonly<Record<string, (object: KubernetesObject) => readonly FieldError[]>> = {
  '/ConfigMap': configMapErrors,
  '/Endpoints': endpointsErrors,
  '/LimitRange': limitRangeErrors,
  '/PersistentVolume': persistentVolumeErrors,
  '/PersistentVolumeClaim': persistentVolumeClaimErrors,
  '/Pod': podErrors,
  '/ResourceQuota': resourceQuotaErrors,
  '/Secret': secretErrors,
  '/Service': serviceErrors,
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': webhookConfigurationErrors,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': validatingAdmissionPolicyErrors,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': validatingAdmissionPolicyBindingErrors,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': webhookConfigurationErrors,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinitionErrors,
  'apps/DaemonSet': daemonSetErrors,
  'apps/Deployment': deploymentErrors,
  'apps/ReplicaSet': replicaSetErrors,
  'apps/StatefulSet': statefulSetErrors,
  'autoscaling/HorizontalPodAutoscaler': horizontalPodAutoscalerErrors,
  'batch/CronJob': cronJobErrors,
  'batch/Job': jobErrors,
  'coordination.k8s.io/Lease': leaseErrors,
  'discovery.k8s.io/EndpointSlice': endpointSliceErrors,
  'networking.k8s.io/Ingress': ingressErrors,
  'networking.k8s.io/IngressClass': ingressClassErrors,
  'networking.k8s.io/NetworkPolicy': networkPolicyErrors,
  'policy/PodDisruptionBudget': podDisruptionBudgetErrors,
  'rbac.authorization.k8s.io/ClusterRole': clusterRoleErrors,
  'rbac.authorization.k8s.io/ClusterRoleBinding': roleBindingErrors,
  'rbac.authorization.k8s.io/Role': roleErrors,
  'rbac.authorization.k8s.io/RoleBinding': roleBindingErrors,
  'scheduling.k8s.io/PriorityClass': priorityClassErrors,
  'storage.k8s.io/StorageClass': storageClassErrors,
};

/** @param kind of a served version; none has errors of its own in another place
 * @param object with the types of its schema; what the server fills in may be absent */
export function kindErrors(
  kind: { readonly group: string; readonly kind: string },
  object: KubernetesObject,
): readonly FieldError[] {
  const key = `${kind.group}/${kind.kind}`;
  return Object.hasOwn(ERRORS, key) ? (ERRORS[key]?.(object) ?? []) : [];
}
