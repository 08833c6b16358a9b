/** The rules of every kind that has any. */
import { customResourceDefinition } from '../crd/definition.ts';
import { role, roleBinding } from './access.ts';
import { admissionPolicy, admissionPolicyBinding, apiService, webhookConfiguration } from './admission.ts';
import { horizontalPodAutoscaler, podDisruptionBudget } from './autoscaling.ts';
import { cronJob, job } from './batch.ts';
import { configMap, secret } from './config.ts';
import { namespace } from './namespace.ts';
import { endpointSlice, endpoints, ingress, ingressClass, networkPolicy } from './network.ts';
import type { KindRules } from './rules.ts';
import {
  flowSchema,
  lease,
  limitRange,
  priorityClass,
  resourceClaim,
  resourceClaimTemplate,
  runtimeClass,
} from './scheduling.ts';
import { service } from './service.ts';
import { csiDriver, persistentVolume, persistentVolumeClaim, storageClass } from './storage.ts';
import { daemonSet, deployment, pod, replicaSet, replicationController, statefulSet } from './workloads.ts';

const NONE: KindRules = {};
const SPEC_HAS_GENERATION: KindRules = { generationOf: ['spec'] };

const RULES: Readonly<Record<string, KindRules>> = {
  '/ConfigMap': configMap,
  '/Endpoints': endpoints,
  '/Event': { createOnUpdate: true },
  '/LimitRange': limitRange,
  '/Namespace': namespace,
  '/PersistentVolume': persistentVolume,
  '/PersistentVolumeClaim': persistentVolumeClaim,
  '/Pod': pod,
  '/PodTemplate': { generationOf: ['template'] },
  '/ReplicationController': replicationController,
  '/Secret': secret,
  '/Service': service,
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': webhookConfiguration,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': admissionPolicy,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': admissionPolicyBinding,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': webhookConfiguration,
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': admissionPolicy,
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': admissionPolicyBinding,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinition,
  'apiregistration.k8s.io/APIService': apiService,
  'apps/DaemonSet': daemonSet,
  'apps/Deployment': deployment,
  'apps/ReplicaSet': replicaSet,
  'apps/StatefulSet': statefulSet,
  'autoscaling/HorizontalPodAutoscaler': horizontalPodAutoscaler,
  'batch/CronJob': cronJob,
  'batch/Job': job,
  'coordination.k8s.io/Lease': lease,
  'discovery.k8s.io/EndpointSlice': endpointSlice,
  'events.k8s.io/Event': { createOnUpdate: true },
  'flowcontrol.apiserver.k8s.io/FlowSchema': flowSchema,
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': SPEC_HAS_GENERATION,
  'networking.k8s.io/Ingress': ingress,
  'networking.k8s.io/IngressClass': ingressClass,
  'networking.k8s.io/NetworkPolicy': networkPolicy,
  'node.k8s.io/RuntimeClass': runtimeClass,
  'policy/PodDisruptionBudget': { ...podDisruptionBudget, conditionalUpdate: true },
  'rbac.authorization.k8s.io/ClusterRole': role,
  'rbac.authorization.k8s.io/ClusterRoleBinding': roleBinding,
  'rbac.authorization.k8s.io/Role': role,
  'rbac.authorization.k8s.io/RoleBinding': roleBinding,
  'resource.k8s.io/ResourceClaim': resourceClaim,
  'resource.k8s.io/ResourceClaimTemplate': resourceClaimTemplate,
  'scheduling.k8s.io/PriorityClass': priorityClass,
  'storage.k8s.io/CSIDriver': csiDriver,
  'storage.k8s.io/StorageClass': storageClass,
};

/** The rules of a kind; for a custom or plain one there are none. */
export function rulesOf(kind: { readonly group: string; readonly kind: string }): KindRules {
  return RULES[`${kind.group}/${kind.kind}`] ?? NONE;
}
