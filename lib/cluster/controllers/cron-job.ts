import type { KubernetesObject } from '../../objects/index.ts';
import { isTrue } from './conditions.ts';
import { type Controller, controlled, itself, type Reconciliation } from './controller.ts';
import { nextTime } from './cron.ts';
import { isFinished } from './job.ts';
import { CRON_JOB, JOB } from './kinds.ts';
import { controllerReference } from './owned.ts';
import { simulationAnnotations } from './simulation.ts';
import { millisecondsOf, rfc3339 } from './time.ts';
import { writeStatus } from './write-status.ts';

/** Makes a Job whenever a CronJob is due (in UTC; time zones are not looked up). */
export const cronJobController: Controller = {
  manager: 'kube-controller-manager',
  component: 'cronjob-controller',
  watches: [itself(CRON_JOB), controlled(JOB, CRON_JOB)],
  reconcile(context, { namespace, name }) {
    const cronJob = context.client.get(CRON_JOB, namespace, name);
    if (!cronJob || cronJob.metadata.deletionTimestamp !== undefined) return;
    const jobs = context.owned.of(context.client, JOB, cronJob);
    removeHistory(context, cronJob, jobs);
    const started = cronJob.spec.suspend === true ? undefined : startWhenDue(context, cronJob, jobs);
    updateStatus(context, cronJob, started);
  },
};

/** @returns the time that was due, if a Job was made for it */
function startWhenDue(
  context: Reconciliation,
  cronJob: KubernetesObject,
  jobs: readonly KubernetesObject[],
): Date | undefined {
  const now = context.now();
  const last = cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp;
  const due = nextTime(cronJob.spec.schedule, new Date(millisecondsOf(last) || now));
  if (!due) {
    context.events.warning(cronJob, 'UnparseableSchedule', `unparseable schedule: ${cronJob.spec.schedule}`);
    return undefined;
  }
  if (due > now) {
    context.again(due.getTime() - now.getTime());
    return undefined;
  }
  // Of several missed times only the latest is made up for.
  const latest = latestUntil(cronJob.spec.schedule, due, now);
  context.again((nextTime(cronJob.spec.schedule, now)?.getTime() ?? now.getTime()) - now.getTime());
  const running = jobs.filter((job) => !isFinished(job));
  if (running.length > 0 && cronJob.spec.concurrencyPolicy === 'Forbid') return undefined;
  if (cronJob.spec.concurrencyPolicy === 'Replace') {
    for (const job of running) context.client.delete(JOB, job.metadata.namespace ?? '', job.metadata.name);
  }
  const job = context.client.create(jobOf(cronJob, latest));
  context.events.normal(cronJob, 'SuccessfulCreate', `Created job ${job.metadata.name}`);
  return latest;
}

function latestUntil(schedule: string, due: Date, now: Date): Date {
  let latest = due;
  for (let tries = 0; tries < 100; tries++) {
    const next = nextTime(schedule, latest);
    if (!next || next > now) break;
    latest = next;
  }
  return latest;
}

function jobOf(cronJob: KubernetesObject, due: Date): KubernetesObject {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  return {
    ...JOB,
    metadata: {
      ...metadata,
      // As the real controller names them: one Job for each minute, whoever makes it.
      name: `${cronJob.metadata.name}-${due.getTime() / 60_000}`,
      namespace: cronJob.metadata.namespace ?? '',
      annotations: {
        ...simulationAnnotations(cronJob),
        ...metadata?.annotations,
        'batch.kubernetes.io/cronjob-scheduled-timestamp': rfc3339(due),
      },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec,
  };
}

function removeHistory(
  { client }: Reconciliation,
  { spec }: KubernetesObject,
  jobs: readonly KubernetesObject[],
): void {
  const eldestFirst = jobs.toSorted(
    (a, b) => millisecondsOf(a.metadata.creationTimestamp) - millisecondsOf(b.metadata.creationTimestamp),
  );
  const keep = { Complete: spec.successfulJobsHistoryLimit ?? 3, Failed: spec.failedJobsHistoryLimit ?? 1 };
  for (const [type, limit] of Object.entries(keep)) {
    const over = eldestFirst.filter(({ status }) => isTrue(status?.conditions, type));
    for (const { metadata } of over.slice(0, Math.max(0, over.length - limit))) {
      client.delete(JOB, metadata.namespace ?? '', metadata.name);
    }
  }
}

function updateStatus(context: Reconciliation, cronJob: KubernetesObject, started: Date | undefined): void {
  const jobs = context.owned.of(context.client, JOB, cronJob);
  const active = jobs
    .filter((job) => !isFinished(job))
    .map(({ apiVersion, kind, metadata: { name, namespace, uid, resourceVersion } }) => {
      return { apiVersion, kind, name, namespace, uid, resourceVersion };
    });
  const successes = jobs.map(({ status }) => status?.completionTime).filter((time) => time !== undefined);
  const lastSuccessfulTime = [cronJob.status?.lastSuccessfulTime ?? '', ...successes].toSorted().at(-1);
  const lastScheduleTime = started ? rfc3339(started) : cronJob.status?.lastScheduleTime;
  writeStatus(context.client, cronJob, {
    ...(active.length > 0 && { active }),
    ...(lastScheduleTime && { lastScheduleTime }),
    ...(lastSuccessfulTime && { lastSuccessfulTime }),
  });
}
