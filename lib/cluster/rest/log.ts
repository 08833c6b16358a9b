/** A pod's log. Nothing runs here, so it says what the pod is told to say, or one plain line. */
import type { KubernetesObject } from '../../objects/index.ts';
import { badRequest } from '../status.ts';
import { existing, type ResourceRequest } from './handlers.ts';
import { isTrue } from './request-info.ts';

/** Annotation on a pod (or its template) with the text of its log. `<annotation>.<container>` is for one container. */
export const LOG_ANNOTATION = 'cluster.truekeel.dev/log';

/** @throws ApiError 400 when the container has to be named, is not there or has not started */
export function podLog(call: ResourceRequest): void {
  const { query } = call.request;
  const pod = existing(call);
  const container = containerFor(pod, query.get('container'));
  const text = logText(pod, container);
  const tail = query.get('tailLines');
  const lines = text.split('\n').filter((line, i, all) => line !== '' || i < all.length - 1);
  const shown = tail === null ? lines : Number(tail) === 0 ? [] : lines.slice(-Number(tail));
  const stamp = isTrue(query.get('timestamps') ?? 'false') ? `${pod.metadata.creationTimestamp} ` : '';
  call.reply.send(200, 'text/plain', shown.map((line) => `${stamp}${line}\n`).join(''));
}

function containerFor(pod: KubernetesObject, asked: string | null): string {
  const names = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])].map(
    (container: { name: string }) => container.name,
  );
  const { name } = pod.metadata;
  if (asked) {
    if (names.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  if (pod.spec.containers.length === 1) return names[0] ?? '';
  throw badRequest(
    `a container name must be specified for pod ${name}, choose one of: [${names.slice(0, pod.spec.containers.length).join(' ')}]`,
  );
}

function logText(pod: KubernetesObject, container: string): string {
  const { annotations = {}, name } = pod.metadata;
  const told = annotations[`${LOG_ANNOTATION}.${container}`] ?? annotations[LOG_ANNOTATION];
  if (told !== undefined) return told;
  const statuses: readonly { name: string; state?: Record<string, { reason?: string; message?: string }> }[] =
    pod.status?.containerStatuses ?? [];
  const state = statuses.find((status) => status.name === container)?.state;
  if (!state || state.waiting) {
    const reason = state?.waiting?.reason ?? 'ContainerCreating';
    if (reason === 'CrashLoopBackOff') return `${container}: exited with an error`;
    throw badRequest(
      `container "${container}" in pod "${name}" is waiting to start: ${reason === 'ImagePullBackOff' || reason === 'ErrImagePull' ? 'trying and failing to pull image' : reason}`,
    );
  }
  if (state.terminated) return `${container}: ${state.terminated.reason ?? 'terminated'}`;
  return `${container}: started`;
}
