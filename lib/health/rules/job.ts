import { counted, type KubernetesObject } from '../../objects/index.ts';
import { conditionsOf, integerAt, stringAt, valueAt } from '../fields.ts';
import type { Health, HealthRule } from '../health.ts';
import { current, failed, inProgress, paused } from '../health.ts';

function judgeFinished(object: KubernetesObject): Health | undefined {
  const completions = integerAt(object, 'spec.completions', integerAt(object, 'spec.parallelism', 1));
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (status !== 'True') continue;
    if (type === 'Complete') {
      return current(`completed, ${integerAt(object, 'status.succeeded', 0)}/${completions} succeeded`);
    }
    if (type === 'Failed') {
      const counts = `${counted(integerAt(object, 'status.failed', 0), 'pod')} failed`;
      return failed(reason || 'JobFailed', message ? `${message} (${counts})` : counts);
    }
  }
  return undefined;
}

function progress(object: KubernetesObject): string {
  const [active, succeeded, failures] = ['active', 'succeeded', 'failed'].map((count) =>
    integerAt(object, `status.${count}`, 0),
  );
  return `running: ${active} active, ${succeeded} succeeded, ${failures} failed`;
}

function judgeStarted(object: KubernetesObject): Health | undefined {
  if (valueAt(object, 'spec.suspend') === true) return paused('the Job is suspended (spec.suspend)');
  return stringAt(object, 'status.startTime', '') === ''
    ? inProgress('JobNotStarted', 'not started yet')
    : undefined;
}

/** kstatus: a Job is Current as soon as it runs, since running is what was asked of it. */
export const job: HealthRule = (object) =>
  judgeFinished(object) ?? judgeStarted(object) ?? current(progress(object));

/** For a wait it has to be over: what comes after a migration needs its result. */
export const jobReadiness: HealthRule = (object) =>
  judgeFinished(object) ?? judgeStarted(object) ?? inProgress('JobRunning', progress(object));
