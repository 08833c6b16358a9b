/** Who writes what people want, and who writes what the cluster makes of it. */
import { isPeoplesTool } from '../../plan/index.ts';

/** Tools that apply what people keep elsewhere. */
const DEPLOYERS: readonly RegExp[] = [
  /^truekeel$/,
  /^argocd(?:-.*)?$/, // argocd-controller, argocd-application-controller
  /^(?:kustomize|helm)-controller$/, // Flux
  /^terraform(?:-.*)?$|^hashicorp$/,
  /^pulumi(?:-.*)?$/,
  /^(?:kapp|kapp-server|kluctl|skaffold|tilt|nelm|timoni|werf|kustomize)(?:-.*)?$/,
  /^ansible(?:-.*)?$/,
];

/** Parts of every cluster: that they made an object says nothing. */
const CLUSTER: readonly RegExp[] = [
  /^kube-(?:apiserver|controller-manager|scheduler|proxy)$/,
  /^(?:kubelet|cloud-controller-manager|cluster-autoscaler|coredns|k3s|rke2|eks|gke|aks)$/,
];

const matches = (patterns: readonly RegExp[], manager: string): boolean =>
  patterns.some((pattern) => pattern.test(manager.toLowerCase()));

/** Whether a field manager writes what a person asked for. */
export function isWriter(manager: string): boolean {
  return isPeoplesTool(manager) || matches(DEPLOYERS, manager);
}

export function isPartOfCluster(manager: string): boolean {
  return matches(CLUSTER, manager);
}
