/** Finds what objects need from each other in their content: one file for each sort of reference. */
import type { DependencyEdge } from '../../objects/index.ts';
import type { KeyIndex } from '../key-index.ts';
import { formatGroupKind } from '../live.ts';
import { flowSchemaEdges, mutatingBindingEdges, policyEdges, validatingBindingEdges } from './admission.ts';
import { definitionEdges } from './definition.ts';
import type { EdgeFinder, EdgeSource } from './edge.ts';
import { certificateEdges, externalSecretEdges } from './issued.ts';
import { namespaceEdges } from './namespace.ts';
import { ownerEdges } from './owner.ts';
import { podEdges } from './pods.ts';
import { bindingEdges, serviceAccountEdges, tokenEdges } from './role.ts';
import { gatewayEdges, ingressClassEdges, ingressEdges, routeParentEdges } from './route.ts';
import {
  horizontalEdges,
  scaledObjectEdges,
  triggerAuthenticationEdges,
  triggerEdges,
  verticalEdges,
} from './scale-target.ts';
import {
  apiServiceEdges,
  conversionEdges,
  governingServiceEdges,
  ingressServiceEdges,
  routeServiceEdges,
  webhookEdges,
} from './service.ts';
import { claimEdges, claimTemplateEdges, snapshotEdges, volumeEdges } from './storage.ts';
import { WrittenTables } from './written.ts';

export type { EdgeSource } from './edge.ts';
export { definedKind } from './written.ts';

/** For every kind: a custom resource may have a pod template, too. */
const FOR_ALL: readonly EdgeFinder[] = [namespaceEdges, definitionEdges, ownerEdges, podEdges];

const route: readonly EdgeFinder[] = [routeServiceEdges, routeParentEdges];

const FOR_KIND: ReadonlyMap<string, readonly EdgeFinder[]> = new Map([
  ['APIService.apiregistration.k8s.io', [apiServiceEdges]],
  ['Certificate.cert-manager.io', [certificateEdges]],
  ['ClusterRoleBinding.rbac.authorization.k8s.io', [bindingEdges]],
  ['CustomResourceDefinition.apiextensions.k8s.io', [conversionEdges]],
  ['ExternalSecret.external-secrets.io', [externalSecretEdges]],
  ['FlowSchema.flowcontrol.apiserver.k8s.io', [flowSchemaEdges]],
  ['GRPCRoute.gateway.networking.k8s.io', route],
  ['Gateway.gateway.networking.k8s.io', [gatewayEdges]],
  ['HTTPRoute.gateway.networking.k8s.io', route],
  ['HorizontalPodAutoscaler.autoscaling', [horizontalEdges]],
  ['Ingress.networking.k8s.io', [ingressServiceEdges, ingressEdges]],
  ['IngressClass.networking.k8s.io', [ingressClassEdges]],
  ['MutatingAdmissionPolicy.admissionregistration.k8s.io', [policyEdges]],
  ['MutatingAdmissionPolicyBinding.admissionregistration.k8s.io', [mutatingBindingEdges]],
  ['MutatingWebhookConfiguration.admissionregistration.k8s.io', [webhookEdges]],
  ['PersistentVolume', [volumeEdges]],
  ['PersistentVolumeClaim', [claimEdges]],
  ['PushSecret.external-secrets.io', [externalSecretEdges]],
  ['RoleBinding.rbac.authorization.k8s.io', [bindingEdges]],
  ['ScaledJob.keda.sh', [triggerEdges]],
  ['ScaledObject.keda.sh', [scaledObjectEdges, triggerEdges]],
  ['Secret', [tokenEdges]],
  ['ServiceAccount', [serviceAccountEdges]],
  ['StatefulSet.apps', [governingServiceEdges, claimTemplateEdges]],
  ['TCPRoute.gateway.networking.k8s.io', route],
  ['TLSRoute.gateway.networking.k8s.io', route],
  ['TriggerAuthentication.keda.sh', [triggerAuthenticationEdges]],
  ['UDPRoute.gateway.networking.k8s.io', route],
  ['ValidatingAdmissionPolicy.admissionregistration.k8s.io', [policyEdges]],
  ['ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io', [validatingBindingEdges]],
  ['ValidatingWebhookConfiguration.admissionregistration.k8s.io', [webhookEdges]],
  ['VerticalPodAutoscaler.autoscaling.k8s.io', [verticalEdges]],
  ['VolumeSnapshot.snapshot.storage.k8s.io', [snapshotEdges]],
]);

/** An edge between objects by their numbers. */
export interface FoundEdge {
  readonly from: number;
  readonly to: number;
  readonly until: DependencyEdge['until'];
  /** Without what it needs, the object cannot be written at all. */
  readonly isVital: boolean;
}

/** Edges from some objects to others, found in their content.
 * @param sources what is to be written; nothing waits for what stays as it is
 * @param known the objects of the program */
export function findEdges(sources: readonly EdgeSource[], known: KeyIndex): readonly FoundEdge[] {
  const groupKinds = sources.map(({ key }) => formatGroupKind(key));
  const written = new WrittenTables(sources, groupKinds);
  const edges: FoundEdge[] = [];
  for (const [index, source] of sources.entries()) {
    const from = known.find(source.key);
    if (from === undefined) continue;
    const collect = (find: EdgeFinder) => {
      for (const need of find(source, written)) {
        const to = known.find(need.to);
        if (to === undefined || to === from) continue;
        edges.push({ from, to, until: need.until, isVital: need.isVital === true });
      }
    };
    FOR_ALL.forEach(collect);
    FOR_KIND.get(groupKinds[index]!)?.forEach(collect);
  }
  return edges;
}
