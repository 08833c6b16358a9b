/** What becomes of a pod's containers, and the Events that tell of it. */
import type { KubernetesObject } from '../../objects/index.ts';
import type { MissingReference } from './pod-references.ts';

interface ContainerState {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason: string;
    readonly startedAt: string;
    readonly finishedAt: string;
  };
}

export interface ContainerOutcome {
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
  readonly lastState?: ContainerState;
}

export interface PodOutcome {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /** Whether the init containers are through. */
  readonly initialized: boolean;
  readonly container: (container: { readonly name: string; readonly image: string }) => ContainerOutcome;
  readonly events: readonly PodEvent[];
}

interface PodEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

const normal = (reason: string, message: string): PodEvent => ({ type: 'Normal', reason, message });
const warning = (reason: string, message: string): PodEvent => ({ type: 'Warning', reason, message });

interface Container {
  readonly name: string;
  readonly image: string;
}

function containersOf(pod: KubernetesObject): readonly Container[] {
  return pod.spec?.containers ?? [];
}

/** When the containers started: as the status says, else now. */
function startedAt(pod: KubernetesObject, now: string): string {
  return pod.status?.containerStatuses?.[0]?.state?.running?.startedAt ?? now;
}

export function running(pod: KubernetesObject, { ready, now }: { ready: boolean; now: string }): PodOutcome {
  const since = startedAt(pod, now);
  return {
    phase: 'Running',
    initialized: true,
    container: () => ({ ready, restartCount: 0, state: { running: { startedAt: since } } }),
    events: [],
  };
}

export function notReady(pod: KubernetesObject, now: string): PodOutcome {
  const failure = warning('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503');
  const outcome = running(pod, { ready: false, now });
  return { ...outcome, events: [...outcome.events, failure] };
}

/** All containers have ended with this exit code. */
export function ended(
  pod: KubernetesObject,
  { exitCode, now }: { exitCode: number; now: string },
): PodOutcome {
  const terminated = {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: startedAt(pod, now),
    finishedAt: now,
  };
  return {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    initialized: true,
    container: () => ({ ready: false, restartCount: 0, state: { terminated } }),
    events: [],
  };
}

export function waitingFor({ reason, message, event }: MissingReference): PodOutcome {
  const waiting = { reason, ...(message !== '' && { message }) };
  return {
    phase: 'Pending',
    initialized: false,
    container: () => ({ ready: false, restartCount: 0, state: { waiting } }),
    events: [warning(event.reason, event.message)],
  };
}

/** @param backsOff false right after a try, true once the kubelet waits before the next */
export function imagePullFailing(pod: KubernetesObject, { backsOff }: { backsOff: boolean }): PodOutcome {
  const error = (image: string) =>
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  return {
    phase: 'Pending',
    initialized: true,
    container: ({ image }) => ({
      ready: false,
      restartCount: 0,
      state: {
        waiting: backsOff
          ? {
              reason: 'ImagePullBackOff',
              message: `Back-off pulling image "${image}": ErrImagePull: ${error(image)}`,
            }
          : { reason: 'ErrImagePull', message: error(image) },
      },
    }),
    events: containersOf(pod).flatMap(({ image }) =>
      backsOff
        ? [
            normal('BackOff', `Back-off pulling image "${image}"`),
            warning('Failed', 'Error: ImagePullBackOff'),
          ]
        : [
            normal('Pulling', `Pulling image "${image}"`),
            warning('Failed', `Failed to pull image "${image}": ${error(image)}`),
            warning('Failed', 'Error: ErrImagePull'),
          ],
    ),
  };
}

/** @param backOffMs how long the kubelet waits before the next start
 * @param now when the container ended last */
export function crashLooping(
  pod: KubernetesObject,
  { restarts, backOffMs, now }: { restarts: number; backOffMs: number; now: string },
): PodOutcome {
  const { name: podName, namespace, uid } = pod.metadata;
  const message = (name: string) =>
    `back-off ${backOffMs}ms restarting failed container=${name} pod=${podName}_${namespace}(${uid})`;
  const terminated = { exitCode: 1, reason: 'Error', startedAt: now, finishedAt: now };
  return {
    phase: 'Running',
    initialized: true,
    container: ({ name }) => ({
      ready: false,
      restartCount: restarts,
      state: { waiting: { reason: 'CrashLoopBackOff', message: message(name) } },
      lastState: { terminated },
    }),
    events: containersOf(pod).map(({ name }) =>
      warning(
        'BackOff',
        `Back-off restarting failed container ${name} in pod ${podName}_${namespace}(${uid})`,
      ),
    ),
  };
}
