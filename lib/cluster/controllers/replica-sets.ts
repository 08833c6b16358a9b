/** The ReplicaSets of a Deployment: finding, making, scaling and forgetting them. */
import type { KubernetesObject } from '../../objects/index.ts';
import type { Reconciliation } from './controller.ts';
import { DEPLOYMENT, REPLICA_SET } from './kinds.ts';
import { hashOf } from './names.ts';
import { adoptOrphan, controllerReference } from './owned.ts';
import { isActive } from './pods.ts';
import { rollingLimits } from './rolling-update.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
const HASH_LABEL = 'pod-template-hash';
/** Annotations of a Deployment that its ReplicaSets do not get (deployment controller, `skipCopyAnnotation`). */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  'deployment.kubernetes.io/revision-history',
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

/** Eldest revision first. */
export function replicaSetsOf(
  context: Reconciliation,
  deployment: KubernetesObject,
): readonly KubernetesObject[] {
  return context.owned
    .of(context.client, REPLICA_SET, deployment)
    .toSorted((a, b) => revisionOf(a) - revisionOf(b));
}

/** The ReplicaSet with the Deployment's present template, if it was made already. */
export function newReplicaSetOf(
  deployment: KubernetesObject,
  replicaSets: readonly KubernetesObject[],
): KubernetesObject | undefined {
  const hash = hashOf(deployment.spec.template);
  return replicaSets.find(({ metadata }) => metadata.labels?.[HASH_LABEL] === hash);
}

function revisionOf(replicaSet: KubernetesObject): number {
  return Number(replicaSet.metadata.annotations?.[REVISION] ?? 0);
}

/** Finds or makes the ReplicaSet of the present template, and gives it and the Deployment the newest revision. */
export function ensureNewReplicaSet(
  context: Reconciliation,
  deployment: KubernetesObject,
  replicas: number,
): KubernetesObject {
  adoptOrphan(context, deployment, REPLICA_SET, nameFor(deployment));
  const all = replicaSetsOf(context, deployment);
  const existing = newReplicaSetOf(deployment, all);
  const newest = Math.max(0, ...all.filter((other) => other !== existing).map(revisionOf));
  const revision = String(Math.max(newest + 1, existing ? revisionOf(existing) : 0));
  const annotations = {
    ...copiedAnnotations(deployment),
    [REVISION]: revision,
    [DESIRED_REPLICAS]: String(deployment.spec?.replicas ?? 1),
    [MAX_REPLICAS]: String(mostReplicas(deployment)),
  };
  const replicaSet = existing
    ? annotate(context, existing, annotations)
    : createReplicaSet(context, deployment, annotations, replicas);
  annotate(context, deployment, { [REVISION]: revision });
  return replicaSet;
}

function nameFor({ metadata, spec }: KubernetesObject): string {
  return `${metadata.name}-${hashOf(spec.template)}`;
}

function mostReplicas({ spec }: KubernetesObject): number {
  const wanted: number = spec?.replicas ?? 1;
  const { maxSurge, maxUnavailable } = spec?.strategy?.rollingUpdate ?? {};
  const isRolling = wanted > 0 && spec?.strategy?.type !== 'Recreate';
  return isRolling ? wanted + rollingLimits(wanted, maxSurge, maxUnavailable).maxSurge : wanted;
}

function createReplicaSet(
  context: Reconciliation,
  deployment: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
  replicas: number,
): KubernetesObject {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = { [HASH_LABEL]: hashOf(template) };
  const labels = { ...template.metadata?.labels, ...hash };
  const created = context.client.create({
    ...REPLICA_SET,
    metadata: {
      name: nameFor(deployment),
      namespace: deployment.metadata.namespace ?? '',
      labels,
      annotations,
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  });
  if (replicas > 0) tellOfScaling(context, deployment, created, 0, replicas);
  return created;
}

function copiedAnnotations(deployment: KubernetesObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !NOT_COPIED.has(name)),
  );
}

function annotate(
  { client }: Reconciliation,
  object: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
): KubernetesObject {
  const missing = Object.entries(annotations).filter(
    ([name, value]) => object.metadata.annotations?.[name] !== value,
  );
  if (missing.length === 0) return object;
  const kind = object.kind === DEPLOYMENT.kind ? DEPLOYMENT : REPLICA_SET;
  return client.patch(kind, object.metadata.namespace ?? '', object.metadata.name, {
    metadata: { annotations: Object.fromEntries(missing) },
  });
}

/** Sets the number of pods of one ReplicaSet and tells of it, unless it is that number already. */
export function scaleTo(
  context: Reconciliation,
  deployment: KubernetesObject,
  replicaSet: KubernetesObject,
  replicas: number,
): KubernetesObject {
  const before: number = replicaSet.spec.replicas ?? 1;
  if (before === replicas) return replicaSet;
  const { namespace = '', name } = replicaSet.metadata;
  const scaled = context.client.patch(REPLICA_SET, namespace, name, { spec: { replicas } });
  tellOfScaling(context, deployment, replicaSet, before, replicas);
  return scaled;
}

function tellOfScaling(
  { events }: Reconciliation,
  deployment: KubernetesObject,
  replicaSet: KubernetesObject,
  from: number,
  to: number,
): void {
  const direction = to > from ? 'up' : 'down';
  events.normal(
    deployment,
    'ScalingReplicaSet',
    `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${from} to ${to}`,
  );
}

/** Deletes the eldest ReplicaSets that hold nothing any more, beyond `revisionHistoryLimit`. */
export function removeOldHistory(context: Reconciliation, deployment: KubernetesObject): void {
  const all = replicaSetsOf(context, deployment);
  const fresh = newReplicaSetOf(deployment, all);
  const idle = all.filter(
    (replicaSet) =>
      replicaSet !== fresh &&
      isActive(replicaSet) &&
      replicaSet.spec.replicas === 0 &&
      (replicaSet.status?.replicas ?? 0) === 0,
  );
  const tooMany = Math.max(0, idle.length - (deployment.spec?.revisionHistoryLimit ?? 10));
  for (const { metadata } of idle.slice(0, tooMany)) {
    context.client.delete(REPLICA_SET, metadata.namespace ?? '', metadata.name);
  }
}
