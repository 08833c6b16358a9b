import type { JsonObject, KubernetesObject } from '../../objects/index.ts';
import { type Condition, isTrue, withCondition, withoutCondition } from './conditions.ts';
import { type Controller, controlled, everyIn, itself, type Reconciliation } from './controller.ts';
import { JOB, POD, RESOURCE_QUOTA, SERVICE_ACCOUNT } from './kinds.ts';
import { generated } from './names.ts';
import { uidOf } from './owned.ts';
import { createPod, deletePod, podOf } from './pod-creation.ts';
import { isActive, isReady } from './pods.ts';
import { millisecondsOf, rfc3339 } from './time.ts';
import { countsOf, writeStatus } from './write-status.ts';

const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';

/** Runs pods until enough of them have succeeded, or too many have failed. */
export const jobController: Controller = {
  manager: 'kube-controller-manager',
  component: 'job-controller',
  watches: [itself(JOB), controlled(POD, JOB), everyIn(RESOURCE_QUOTA, JOB), everyIn(SERVICE_ACCOUNT, JOB)],
  reconcile(context, { namespace, name }) {
    const job = context.client.get(JOB, namespace, name);
    if (!job || job.metadata.deletionTimestamp !== undefined) return;
    if (isFinished(job)) removeInTime(context, job);
    else if (job.spec.suspend === true) suspend(context, job);
    else work(context, job);
  },
};

export function isFinished(job: KubernetesObject): boolean {
  return isTrue(job.status?.conditions, 'Complete') || isTrue(job.status?.conditions, 'Failed');
}

/** ttlSecondsAfterFinished. */
function removeInTime(context: Reconciliation, job: KubernetesObject): void {
  const ttlSeconds: number | undefined = job.spec.ttlSecondsAfterFinished;
  if (ttlSeconds === undefined) return;
  const conditions: readonly Condition[] = job.status?.conditions ?? [];
  const end = conditions.find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  );
  const left = millisecondsOf(end?.lastTransitionTime) + ttlSeconds * 1_000 - context.now().getTime();
  if (left > 0) context.again(left);
  else context.client.delete(JOB, job.metadata.namespace ?? '', job.metadata.name);
}

function suspend(context: Reconciliation, job: KubernetesObject): void {
  const pods = podsOf(context, job).filter(isActive);
  for (const pod of pods) deletePod(context, job, pod);
  const condition = {
    type: 'Suspended',
    status: 'True',
    reason: 'JobSuspended',
    message: 'Job suspended',
  } as const;
  const { startTime: _, active: __, ...status } = job.status ?? {};
  const written = writeStatus(context.client, job, {
    ...status,
    ready: 0,
    terminating: 0,
    uncountedTerminatedPods: {},
    conditions: withCondition(status.conditions, condition, context.now()),
  });
  if (written !== job) context.events.normal(job, 'Suspended', 'Job suspended');
}

function podsOf({ client, owned }: Reconciliation, job: KubernetesObject): readonly KubernetesObject[] {
  return owned.of(client, POD, job);
}

interface Tally {
  readonly active: readonly KubernetesObject[];
  readonly succeeded: number;
  readonly failed: number;
  /** Absent when any one success ends the Job. */
  readonly completions: number | undefined;
}

function tally(context: Reconciliation, job: KubernetesObject): Tally {
  const pods = podsOf(context, job);
  const inPhase = (phase: string) => pods.filter(({ status }) => status?.phase === phase).length;
  return {
    active: pods.filter(isActive),
    // Pods that are gone still count.
    succeeded: Math.max(inPhase('Succeeded'), job.status?.succeeded ?? 0),
    failed: Math.max(inPhase('Failed'), job.status?.failed ?? 0),
    completions: job.spec.completions ?? undefined,
  };
}

function work(context: Reconciliation, job: KubernetesObject): void {
  const now = context.now();
  const before = tally(context, job);
  const failure = failureOf(context, job, before);
  if (failure) {
    for (const pod of before.active) deletePod(context, job, pod);
    finish(context, job, { ...before, failed: before.failed + before.active.length }, [
      { type: 'FailureTarget', status: 'True', ...failure },
      { type: 'Failed', status: 'True', ...failure },
    ]);
    context.events.warning(job, failure.reason, failure.message);
    return;
  }
  if (
    before.succeeded >= (before.completions ?? 1) &&
    (before.completions !== undefined || before.active.length === 0)
  ) {
    for (const pod of before.active) deletePod(context, job, pod);
    const reason = 'CompletionsReached';
    const message = 'Reached expected number of succeeded pods';
    finish(context, job, before, [
      { type: 'SuccessCriteriaMet', status: 'True', reason, message },
      { type: 'Complete', status: 'True', reason, message },
    ]);
    context.events.normal(job, 'Completed', 'Job completed');
    return;
  }
  createMissing(context, job, before);
  writeStatus(context.client, job, statusOf(job, tally(context, job), resumed(job, now), now));
}

function resumed(job: KubernetesObject, now: Date): readonly Condition[] {
  const conditions: readonly Condition[] = job.status?.conditions ?? [];
  return isTrue(conditions, 'Suspended')
    ? withCondition(
        conditions,
        { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' },
        now,
      )
    : conditions;
}

function failureOf(
  context: Reconciliation,
  job: KubernetesObject,
  { failed }: Tally,
): { readonly reason: string; readonly message: string } | undefined {
  if (failed > (job.spec.backoffLimit ?? 6)) {
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const deadlineSeconds: number | undefined = job.spec.activeDeadlineSeconds;
  if (deadlineSeconds === undefined) return undefined;
  const started = job.status?.startTime ? millisecondsOf(job.status.startTime) : context.now().getTime();
  const left = started + deadlineSeconds * 1_000 - context.now().getTime();
  if (left <= 0) {
    return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  context.again(left);
  return undefined;
}

function createMissing(
  context: Reconciliation,
  job: KubernetesObject,
  { active, succeeded, completions }: Tally,
): void {
  const parallelism: number = job.spec.parallelism ?? 1;
  // Without completions a success means that the work is done: the pods that run may end, no new one starts.
  const left = completions === undefined ? (succeeded > 0 ? 0 : parallelism) : completions - succeeded;
  const wanted = Math.min(parallelism, left);
  for (const pod of active.slice(Math.max(0, wanted))) deletePod(context, job, pod);
  const indexes = job.spec.completionMode === 'Indexed' ? freeIndexes(context, job) : [];
  for (let missing = wanted - active.length; missing > 0; missing--) {
    if ('refusal' in createPod(context, job, jobPod(job, indexes.shift()))) return;
  }
}

function freeIndexes(context: Reconciliation, job: KubernetesObject): number[] {
  const taken = new Set(
    podsOf(context, job)
      .filter((pod) => isActive(pod) || pod.status?.phase === 'Succeeded')
      .map((pod) => Number(pod.metadata.annotations?.[COMPLETION_INDEX])),
  );
  return Array.from({ length: job.spec.completions ?? 0 }, (_, index) => index).filter(
    (index) => !taken.has(index),
  );
}

function jobPod(job: KubernetesObject, index: number | undefined): KubernetesObject {
  const { name } = job.metadata;
  const uid = uidOf(job);
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  if (index === undefined) return podOf(job, job.spec.template, { ...generated(`${name}-`), labels });
  const completionIndex = { [COMPLETION_INDEX]: String(index) };
  return podOf(job, job.spec.template, {
    ...generated(`${name}-${index}-`),
    labels: { ...labels, ...completionIndex },
    annotations: completionIndex,
    spec: { hostname: `${name}-${index}` },
  });
}

function finish(
  context: Reconciliation,
  job: KubernetesObject,
  tally: Tally,
  conditions: readonly (Condition & { readonly type: string })[],
): void {
  const now = context.now();
  const all = conditions.reduce<readonly Condition[]>(
    (before, condition) => withCondition(before, condition, now),
    withoutCondition<Condition>(job.status?.conditions, 'Suspended'),
  );
  const status = statusOf(job, { ...tally, active: [] }, all, now);
  const completed = conditions.some(({ type }) => type === 'Complete');
  writeStatus(context.client, job, { ...status, ...(completed && { completionTime: rfc3339(now) }) });
}

function statusOf(
  job: KubernetesObject,
  tally: Tally,
  conditions: readonly Condition[],
  now: Date,
): JsonObject {
  const { active, succeeded, failed } = tally;
  const indexed = job.spec.completionMode === 'Indexed' && succeeded > 0;
  return {
    startTime: job.status?.startTime ?? rfc3339(now),
    ...(conditions.length > 0 && { conditions: conditions.map((condition) => ({ ...condition })) }),
    ...countsOf({ active: active.length, succeeded, failed }),
    ready: active.filter(isReady).length,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(indexed && { completedIndexes: succeeded === 1 ? '0' : `0-${succeeded - 1}` }),
  };
}
