import type { JsonObject, KubernetesObject } from '../../objects/index.ts';
import { type Controller, controlled, everyIn, itself, type Reconciliation } from './controller.ts';
import {
  CONTROLLER_REVISION,
  PERSISTENT_VOLUME_CLAIM,
  POD,
  RESOURCE_QUOTA,
  SERVICE_ACCOUNT,
  STATEFUL_SET,
} from './kinds.ts';
import { adoptOrphan } from './owned.ts';
import { createPod, deletePod, type PodWording, podOf } from './pod-creation.ts';
import { countPods, isActive, isOver, isReady } from './pods.ts';
import { ensureRevision, REVISION_HASH, templateOf } from './revisions.ts';
import { countsOf, writeStatus } from './write-status.ts';

/** Keeps the numbered pods of a StatefulSet, and their claims. */
export const statefulSetController: Controller = {
  manager: 'kube-controller-manager',
  component: 'statefulset-controller',
  watches: [
    itself(STATEFUL_SET),
    controlled(POD, STATEFUL_SET),
    controlled(CONTROLLER_REVISION, STATEFUL_SET),
    everyIn(RESOURCE_QUOTA, STATEFUL_SET),
    everyIn(SERVICE_ACCOUNT, STATEFUL_SET),
  ],
  reconcile(context, { namespace, name }) {
    const statefulSet = context.client.get(STATEFUL_SET, namespace, name);
    if (!statefulSet || statefulSet.metadata.deletionTimestamp !== undefined) return;
    const update = ensureRevision(context, statefulSet).name;
    const current: string = statefulSet.status?.currentRevision ?? update;
    const set = { statefulSet, current, update };
    if (keepOrdinals(context, set)) rollOut(context, set);
    updateStatus(context, set);
  },
};

interface Revisions {
  readonly statefulSet: KubernetesObject;
  /** Name of the revision that pods had before the rollout. */
  readonly current: string;
  readonly update: string;
}

function wordingOf({ metadata }: KubernetesObject): PodWording {
  return {
    created: (pod) => `Create Pod ${pod} in StatefulSet ${metadata.name} successful`,
    refused: (pod, why) => `Create Pod ${pod} in StatefulSet ${metadata.name} failed error: ${why}`,
    deleted: (pod) => `Delete Pod ${pod} in StatefulSet ${metadata.name} successful`,
  };
}

function ordinalsOf({ spec }: KubernetesObject): readonly number[] {
  const start: number = spec.ordinals?.start ?? 0;
  return Array.from({ length: spec.replicas ?? 1 }, (_, index) => start + index);
}

function ordinalOf(pod: KubernetesObject): number {
  return Number(pod.metadata.name.slice(pod.metadata.name.lastIndexOf('-') + 1));
}

function podsOf(
  { client, owned }: Reconciliation,
  statefulSet: KubernetesObject,
): readonly KubernetesObject[] {
  return owned.of(client, POD, statefulSet).toSorted((a, b) => ordinalOf(a) - ordinalOf(b));
}

function revisionOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.labels?.[REVISION_HASH];
}

/** Makes what is missing and removes what is too much; in order, one at a time, unless the policy is Parallel.
 * @returns whether a rollout may go on: in order, only when all pods are there and ready, so that a pod that never
 * becomes ready stands in the way of its own replacement (Kubernetes, StatefulSets, "Forced rollback") */
function keepOrdinals(context: Reconciliation, set: Revisions): boolean {
  const { statefulSet } = set;
  const parallel = statefulSet.spec.podManagementPolicy === 'Parallel';
  const wanted = ordinalsOf(statefulSet);
  const pods = podsOf(context, statefulSet);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
  for (const ordinal of wanted) {
    const pod = byOrdinal.get(ordinal);
    if (pod && isOver(pod) && pod.metadata.deletionTimestamp === undefined)
      deletePod(context, statefulSet, pod, wordingOf(statefulSet));
    if (!pod && !adoptOrphan(context, statefulSet, POD, podNameOf(statefulSet, ordinal))) {
      if (!create(context, set, ordinal)) return false;
    }
    if (pod && isActive(pod) && isReady(pod)) continue;
    if (!parallel) return false;
  }

  const surplus = pods.filter((pod) => !wanted.includes(ordinalOf(pod))).toReversed();
  for (const pod of surplus) {
    if (pod.metadata.deletionTimestamp === undefined)
      deletePod(context, statefulSet, pod, wordingOf(statefulSet));
    if (!parallel) return false;
  }
  return true;
}

function podNameOf({ metadata }: KubernetesObject, ordinal: number): string {
  return `${metadata.name}-${ordinal}`;
}

function create(
  context: Reconciliation,
  { statefulSet, current, update }: Revisions,
  ordinal: number,
): boolean {
  const partition: number = statefulSet.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const before =
    ordinal < partition && current !== update ? templateOf(context, statefulSet, current) : undefined;
  const template: JsonObject = before ?? statefulSet.spec.template;
  const name = podNameOf(statefulSet, ordinal);
  const claims = ensureClaims(context, statefulSet, ordinal);
  // core/v1 PodSpec
  const spec = template.spec as { readonly volumes?: readonly { readonly name: string }[] };
  const ownVolumes = (spec.volumes ?? []).filter(
    (volume) => !claims.some((claim) => claim.volume === volume.name),
  );
  const pod = podOf(statefulSet, template, {
    name,
    labels: {
      [REVISION_HASH]: before ? current : update,
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': String(ordinal),
    },
    spec: {
      hostname: name,
      ...(statefulSet.spec.serviceName && { subdomain: statefulSet.spec.serviceName }),
      volumes: [
        ...ownVolumes.map((volume) => ({ ...volume })),
        ...claims.map(({ volume, claim }) => ({ name: volume, persistentVolumeClaim: { claimName: claim } })),
      ],
    },
  });
  return 'pod' in createPod(context, statefulSet, pod, wordingOf(statefulSet));
}

/** One claim for each template; they outlive the pod, and the StatefulSet. */
function ensureClaims(
  { client, events }: Reconciliation,
  statefulSet: KubernetesObject,
  ordinal: number,
): readonly { readonly volume: string; readonly claim: string }[] {
  const { namespace = '', name } = statefulSet.metadata;
  const templates: readonly KubernetesObject[] = statefulSet.spec.volumeClaimTemplates ?? [];
  return templates.map((template) => {
    const claim = `${template.metadata.name}-${name}-${ordinal}`;
    if (!client.get(PERSISTENT_VOLUME_CLAIM, namespace, claim)) {
      client.create({
        ...PERSISTENT_VOLUME_CLAIM,
        metadata: {
          ...(template.metadata.annotations && { annotations: template.metadata.annotations }),
          labels: { ...template.metadata.labels, ...statefulSet.spec.selector?.matchLabels },
          name: claim,
          namespace,
        },
        spec: template.spec,
      });
      const pod = `${name}-${ordinal}`;
      const message = `Create Claim ${claim} Pod ${pod} in StatefulSet ${name} success`;
      events.normal(statefulSet, 'SuccessfulCreate', message);
    }
    return { volume: template.metadata.name, claim };
  });
}

/** Replaces the pod with the highest number that is not at the update revision, once those above it are ready. */
function rollOut(context: Reconciliation, { statefulSet, update }: Revisions): void {
  if (statefulSet.spec.updateStrategy?.type === 'OnDelete') return;
  const partition: number = statefulSet.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const unfinished = podsOf(context, statefulSet).findLast(
    (pod) => ordinalOf(pod) >= partition && (revisionOf(pod) !== update || !isReady(pod)),
  );
  if (!unfinished || unfinished.metadata.deletionTimestamp !== undefined) return;
  if (revisionOf(unfinished) !== update) {
    deletePod(context, statefulSet, unfinished, wordingOf(statefulSet));
  }
}

function updateStatus(context: Reconciliation, { statefulSet, current, update }: Revisions): void {
  const pods = podsOf(context, statefulSet).filter((pod) => !isOver(pod));
  const active = pods.filter(isActive);
  const { ready, available, nextAvailableIn } = countPods(
    pods,
    statefulSet.spec.minReadySeconds ?? 0,
    context.now(),
  );
  if (nextAvailableIn !== undefined) context.again(nextAvailableIn);
  const at = (revision: string) => active.filter((pod) => revisionOf(pod) === revision).length;
  const updated = at(update);
  const rolledOut = updated === pods.length && ready === pods.length;
  const onDelete = statefulSet.spec.updateStrategy?.type === 'OnDelete';
  const nowCurrent = rolledOut && !onDelete ? update : current;
  writeStatus(context.client, statefulSet, {
    observedGeneration: statefulSet.metadata.generation,
    replicas: pods.length,
    ...countsOf({ readyReplicas: ready, currentReplicas: at(nowCurrent), updatedReplicas: updated }),
    availableReplicas: available,
    collisionCount: 0,
    currentRevision: nowCurrent,
    updateRevision: update,
  });
}
