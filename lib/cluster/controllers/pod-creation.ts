/** Makes pods from templates, and refuses where the real API server's admission would: quota and service accounts. */
import type { JsonObject, KubernetesObject } from '../../objects/index.ts';
import { ApiError } from '../status.ts';
import type { ControllerClient } from '../store.ts';
import type { Reconciliation } from './controller.ts';
import { POD, RESOURCE_QUOTA, SERVICE_ACCOUNT } from './kinds.ts';
import { controllerReference } from './owned.ts';
import { isOver } from './pods.ts';
import { failureOf, simulationAnnotations } from './simulation.ts';

export interface PodIdentity {
  readonly name: string;
  /** What the name begins with, when the rest of it is chance. */
  readonly generateName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Merged over the template's spec. */
  readonly spec?: JsonObject;
}

/** A pod of a controller, not yet created. */
export function podOf(
  owner: KubernetesObject,
  template: JsonObject,
  identity: PodIdentity,
): KubernetesObject {
  // A pod template holds the metadata and spec of a pod; the API server has validated it.
  const { metadata = {}, spec } = template as {
    metadata?: {
      labels?: Record<string, string>;
      annotations?: Record<string, string>;
      finalizers?: string[];
    };
    spec: JsonObject;
  };
  const annotations = { ...simulationAnnotations(owner), ...metadata.annotations, ...identity.annotations };
  return {
    ...POD,
    metadata: {
      name: identity.name,
      ...(identity.generateName !== undefined && { generateName: identity.generateName }),
      namespace: owner.metadata.namespace ?? '',
      labels: { ...metadata.labels, ...identity.labels },
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ...(metadata.finalizers && { finalizers: metadata.finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: { ...spec, ...identity.spec },
  };
}

export type PodCreation =
  | { readonly pod: KubernetesObject }
  /** In the API server's words; they end up in a ReplicaFailure condition. They name the pod without the part that
   * is chance, so that the next refusal reads the same and changes nothing. */
  | { readonly refusal: string };

/** How a controller words its Events about pods. */
export interface PodWording {
  readonly created: (pod: string) => string;
  readonly refused: (pod: string, why: string) => string;
  readonly deleted: (pod: string) => string;
}

const WORDING: PodWording = {
  created: (pod) => `Created pod: ${pod}`,
  refused: (_pod, why) => `Error creating: ${why}`,
  deleted: (pod) => `Deleted pod: ${pod}`,
};

/** Creates a pod and tells of it in an Event of its owner.
 * @throws ApiError Conflict, AlreadyExists */
export function createPod(
  { client, events }: Reconciliation,
  owner: KubernetesObject,
  pod: KubernetesObject,
  wording = WORDING,
): PodCreation {
  const refusal = refusalOf(client, pod);
  if (refusal !== undefined) {
    events.warning(owner, 'FailedCreate', wording.refused(pod.metadata.name, refusal));
    return { refusal };
  }
  try {
    const created = client.create(pod);
    events.normal(owner, 'SuccessfulCreate', wording.created(created.metadata.name));
    return { pod: created };
  } catch (error) {
    if (!(error instanceof ApiError) || (error.reason !== 'Forbidden' && error.reason !== 'Invalid'))
      throw error;
    const message = error.message.replaceAll(pod.metadata.name, certainName(pod));
    events.warning(owner, 'FailedCreate', wording.refused(pod.metadata.name, message));
    return { refusal: message };
  }
}

/** Deletes a pod and tells of it in an Event of its owner. */
export function deletePod(
  { client, events }: Reconciliation,
  owner: KubernetesObject,
  pod: KubernetesObject,
  wording = WORDING,
): void {
  const { namespace = '', name, uid } = pod.metadata;
  if (client.delete(POD, namespace, name, uid === undefined ? {} : { uid })) {
    events.normal(owner, 'SuccessfulDelete', wording.deleted(name));
  }
}

function certainName({ metadata }: KubernetesObject): string {
  return metadata.generateName ?? metadata.name;
}

function refusalOf(client: ControllerClient, pod: KubernetesObject): string | undefined {
  const { namespace = '' } = pod.metadata;
  const forbidden = (why: string) => `pods "${certainName(pod)}" is forbidden: ${why}`;
  const account = pod.spec?.serviceAccountName ?? 'default';
  if (!client.get(SERVICE_ACCOUNT, namespace, account)) {
    return forbidden(
      `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
    );
  }
  if (failureOf(pod) === 'quota') return forbidden(exceeded('pods', 0, '0'));
  const quota = exceededQuota(client, namespace);
  return quota && forbidden(quota);
}

function exceededQuota(client: ControllerClient, namespace: string): string | undefined {
  const quotas = client.list(RESOURCE_QUOTA, { namespace });
  if (quotas.length === 0) return undefined;
  const used = countedPods(client, namespace);
  for (const quota of quotas) {
    const limit = quota.spec?.hard?.pods ?? quota.spec?.hard?.['count/pods'];
    if (limit !== undefined && used + 1 > Number(limit)) {
      return exceeded(quota.metadata.name, used, String(limit));
    }
  }
  return undefined;
}

function exceeded(quota: string, used: number, limit: string): string {
  return `exceeded quota: ${quota}, requested: pods=1, used: pods=${used}, limited: pods=${limit}`;
}

/** Pods that count against a quota: all that are not over. */
export function countedPods(client: ControllerClient, namespace: string): number {
  return client.list(POD, { namespace }).filter((pod) => !isOver(pod)).length;
}
