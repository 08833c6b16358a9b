/** A pod's log, as the simulation tells it. */
import type { KubernetesObject } from '../../objects/index.ts';
import { failureOf } from '../controllers/simulation.ts';
import { badRequest } from '../status.ts';
import { existing, type ResourceRequest } from './handlers.ts';
import { isTrue } from './request-info.ts';

/** @throws ApiError 400 when the container has to be named, is not there or has not started */
export function serveLog(call: ResourceRequest): void {
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

/** Annotation of a pod (or of its template) with the text of its log; followed by `.<container>`, for one container. */
const LOG_ANNOTATION = 'cluster.truekeel.dev/log';

/** What the simulated container has written; an error while it has not started. */
function logText(pod: KubernetesObject, container: string): string {
  const statuses: readonly ContainerStatus[] = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
  ];
  const status = statuses.find(({ name }) => name === container);
  const waiting = status ? status.state?.waiting?.reason : 'ContainerCreating';
  if (waiting === undefined || waiting === 'CrashLoopBackOff') return writtenLog(pod, container);
  const why =
    waiting === 'ImagePullBackOff' || waiting === 'ErrImagePull'
      ? 'trying and failing to pull image'
      : waiting;
  throw badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${why}`);
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly waiting?: { readonly reason?: string } };
}

function writtenLog(pod: KubernetesObject, container: string): string {
  const { annotations = {}, name } = pod.metadata;
  const told = annotations[`${LOG_ANNOTATION}.${container}`] ?? annotations[LOG_ANNOTATION];
  if (told !== undefined) return told;
  const failure = failureOf(pod);
  const fails = failure === 'crash-loop' || failure === 'job-failed';
  return fails ? 'simulated failure: exiting with code 1' : `started ${name}`;
}
