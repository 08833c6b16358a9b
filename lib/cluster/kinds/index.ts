/** The rules of every kind that has any. */
import { customResourceDefinition } from '../crd/definition.ts';
import { role, roleBinding } from './access.ts';
import { horizontalPodAutoscaler, podDisruptionBudget } from './autoscaling.ts';
import { cronJob, job } from './batch.ts';
import { configMap, secret } from './config.ts';
import { namespace } from './namespace.ts';
import { endpointSlice, endpoints, ingress, networkPolicy } from './network.ts';
import type { KindRules } from './rules.ts';
import { service } from './service.ts';
import { persistentVolume, persistentVolumeClaim, storageClass } from './storage.ts';
import { daemonSet, deployment, pod, replicaSet, statefulSet } from './workloads.ts';

const NONE: KindRules = {};
const SPEC_HAS_GENERATION: KindRules = { generationOf: ['spec'] };

const RULES: Readonly<Record<string, KindRules>> = {
  '/ConfigMap': configMap,
  '/Endpoints': endpoints,
  '/Event': { createOnUpdate: true },
  '/LimitRange': { createOnUpdate: true },
  '/Namespace': namespace,
  '/PersistentVolume': persistentVolume,
  '/PersistentVolumeClaim': persistentVolumeClaim,
  '/Pod': pod,
  '/PodTemplate': { generationOf: ['template'] },
  '/ReplicationController': SPEC_HAS_GENERATION,
  '/Secret': secret,
  '/Service': service,
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': {
    generationOf: ['webhooks'],
    conditionalUpdate: true,
  },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': {
    ...SPEC_HAS_GENERATION,
    conditionalUpdate: true,
  },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': {
    ...SPEC_HAS_GENERATION,
    conditionalUpdate: true,
  },
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': {
    generationOf: ['webhooks'],
    conditionalUpdate: true,
  },
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinition,
  'apps/DaemonSet': daemonSet,
  'apps/Deployment': deployment,
  'apps/ReplicaSet': replicaSet,
  'apps/StatefulSet': statefulSet,
  'autoscaling/HorizontalPodAutoscaler': horizontalPodAutoscaler,
  'batch/CronJob': cronJob,
  'batch/Job': job,
  'coordination.k8s.io/Lease': { createOnUpdate: true, conditionalUpdate: true },
  'discovery.k8s.io/EndpointSlice': endpointSlice,
  'events.k8s.io/Event': { createOnUpdate: true },
  'flowcontrol.apiserver.k8s.io/FlowSchema': SPEC_HAS_GENERATION,
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': SPEC_HAS_GENERATION,
  'networking.k8s.io/Ingress': ingress,
  'networking.k8s.io/IngressClass': SPEC_HAS_GENERATION,
  'networking.k8s.io/NetworkPolicy': networkPolicy,
  'node.k8s.io/RuntimeClass': { createOnUpdate: true, conditionalUpdate: true },
  'policy/PodDisruptionBudget': { ...podDisruptionBudget, conditionalUpdate: true },
  'rbac.authorization.k8s.io/ClusterRole': role,
  'rbac.authorization.k8s.io/ClusterRoleBinding': roleBinding,
  'rbac.authorization.k8s.io/Role': role,
  'rbac.authorization.k8s.io/RoleBinding': roleBinding,
  'scheduling.k8s.io/PriorityClass': { generationOf: [] },
  'storage.k8s.io/CSIDriver': { ...SPEC_HAS_GENERATION, conditionalUpdate: true },
  'storage.k8s.io/StorageClass': storageClass,
};

/** The rules of a kind; for a custom or plain one there are none. */
export function rulesOf(kind: { readonly group: string; readonly kind: string }): KindRules {
  return RULES[`${kind.group}/${kind.kind}`] ?? NONE;
}
