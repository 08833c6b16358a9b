import type { KubernetesObject } from '../../objects/index.ts';
import type { ControllerClient, KindReference } from '../store.ts';
import { CONFIG_MAP, SECRET } from './kinds.ts';

/** Something that a pod's containers cannot start without. */
export interface MissingReference {
  /** The containers' waiting reason. */
  readonly reason: 'CreateContainerConfigError' | 'ContainerCreating';
  readonly message: string;
  /** What the Event says. */
  readonly event: { readonly reason: 'Failed' | 'FailedMount'; readonly message: string };
}

interface Reference {
  readonly name?: string;
  readonly key?: string;
  readonly optional?: boolean;
}

/** Finds a ConfigMap or Secret, or a key in it, that a pod needs and that is not there. */
export function missingReference(
  client: ControllerClient,
  pod: KubernetesObject,
): MissingReference | undefined {
  const missing = ({ kind, reference }: Found) => whatIsMissing(client, pod, kind, reference);
  for (const volume of pod.spec?.volumes ?? []) {
    const message = firstOf(volumeReferences(volume), missing);
    if (message === undefined) continue;
    const event = `MountVolume.SetUp failed for volume "${volume.name}" : ${message}`;
    return { reason: 'ContainerCreating', message: '', event: { reason: 'FailedMount', message: event } };
  }
  for (const container of [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]) {
    const message = firstOf(environmentReferences(container), missing);
    if (message === undefined) continue;
    const event = { reason: 'Failed', message: `Error: ${message}` } as const;
    return { reason: 'CreateContainerConfigError', message, event };
  }
  return undefined;
}

interface Found {
  readonly kind: KindReference;
  readonly reference: Reference;
}

function found(configMap: Reference | undefined, secret: Reference | undefined): readonly Found[] {
  return [
    ...(configMap ? [{ kind: CONFIG_MAP, reference: configMap }] : []),
    ...(secret ? [{ kind: SECRET, reference: secret }] : []),
  ];
}

function volumeReferences(volume: KubernetesObject['spec']): readonly Found[] {
  const secretOf = (source: KubernetesObject['spec']): Reference | undefined =>
    source && { name: source.secretName, optional: source.optional };
  return [
    ...found(volume.configMap, secretOf(volume.secret)),
    ...(volume.projected?.sources ?? []).flatMap((source: KubernetesObject['spec']) =>
      found(source.configMap, source.secret),
    ),
  ];
}

function environmentReferences(container: KubernetesObject['spec']): readonly Found[] {
  return [
    ...(container.envFrom ?? []).flatMap((source: KubernetesObject['spec']) =>
      found(source.configMapRef, source.secretRef),
    ),
    ...(container.env ?? []).flatMap(({ valueFrom }: KubernetesObject['spec']) =>
      found(valueFrom?.configMapKeyRef, valueFrom?.secretKeyRef),
    ),
  ];
}

function whatIsMissing(
  client: ControllerClient,
  pod: KubernetesObject,
  kind: KindReference,
  { name = '', key, optional = false }: Reference,
): string | undefined {
  if (optional) return undefined;
  const { namespace = '' } = pod.metadata;
  const object = client.get(kind, namespace, name);
  if (!object) return `${kind.kind.toLowerCase()} "${name}" not found`;
  if (key === undefined || Object.hasOwn({ ...object.data, ...object.binaryData }, key)) return undefined;
  return `couldn't find key ${key} in ${kind.kind} ${namespace}/${name}`;
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const result = find(item);
    if (result !== undefined) return result;
  }
  return undefined;
}
