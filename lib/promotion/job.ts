/** Gates that run a program: a Job in the cluster that the change comes from, one for each environment, source commit and gate. It
 * is found again by its name, so that it runs once however often it is asked for. */
import { createHash } from 'node:crypto';
import { type KubeClient, KubeError } from '../kube/index.ts';
import type { Gate, KubernetesObject } from '../objects/index.ts';
import { CheckUnavailable } from './check-ports.ts';
import type { GateAnswer } from './gate-result.ts';

type JobGate = Extract<Gate, { readonly type: 'job' }>;

/** For which change it runs. */
export interface JobSubject {
  readonly environment: string;
  readonly source: string;
}

/** What has ended is kept for people to look at. */
const KEPT_SECONDS = 86_400;

const JOB = { group: 'batch', version: 'v1', kind: 'Job' };

/** Starts the Job of a gate unless it is there, and says how far it is. One that failed stays so until somebody deletes it.
 * @throws CheckUnavailable when the cluster does not answer, or does not let us */
export async function jobOutcome(
  client: KubeClient,
  gate: JobGate,
  subject: JobSubject,
): Promise<GateAnswer> {
  const wanted = jobOf(gate, subject);
  const { namespace = '', name } = wanted.metadata;
  try {
    const jobs = await client.resource(JOB);
    const found = await client.get(jobs, { namespace, name });
    return outcomeOf(found ?? (await created(client, wanted)));
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    throw new CheckUnavailable(`Job ${namespace}/${name} cannot be run (${error.code})`);
  }
}

/** Another process may have been faster. */
async function created(client: KubeClient, wanted: KubernetesObject): Promise<KubernetesObject> {
  try {
    return await client.create(wanted);
  } catch (error) {
    const { namespace = '', name } = wanted.metadata;
    const found =
      error instanceof KubeError && (await client.get(await client.resource(JOB), { namespace, name }));
    if (found) return found;
    throw error;
  }
}

function jobOf(gate: JobGate, { environment, source }: JobSubject): KubernetesObject {
  const { image, command, args, serviceAccount, namespace = 'default', timeoutMs } = gate;
  const identity = JSON.stringify([environment, source, image, command, args, serviceAccount, timeoutMs]);
  const name = `truekeel-gate-${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      namespace,
      name,
      labels: { 'app.kubernetes.io/managed-by': 'truekeel' },
      annotations: { 'truekeel.dev/gate-of': environment, 'truekeel.dev/gate-for': source },
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: Math.max(1, Math.ceil(timeoutMs / 1000)),
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: {
        spec: {
          restartPolicy: 'Never',
          ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount }),
          containers: [
            {
              name: 'gate',
              image,
              ...(command && { command: [...command] }),
              ...(args && { args: [...args] }),
            },
          ],
        },
      },
    },
  };
}

function outcomeOf(job: KubernetesObject): GateAnswer {
  const { namespace, name, creationTimestamp } = job.metadata;
  const { conditions = [] } = Object(job.status) as { conditions?: readonly JobCondition[] };
  const condition = (type: string) => conditions.find((one) => one.type === type && one.status === 'True');
  const began = Date.parse(String(creationTimestamp));
  const since = (at: string | undefined) => {
    const time = at === undefined ? began : Date.parse(at);
    return Number.isNaN(time) ? {} : { since: time };
  };
  const called = `Job ${namespace}/${name}`;
  const complete = condition('Complete');
  if (complete)
    return { state: 'passed', why: `${called} ended well`, ...since(complete.lastTransitionTime) };
  const failed = condition('Failed');
  if (!failed) return { state: 'waiting', why: `${called} runs`, ...since(undefined) };
  const why = `${called} failed (${failed.reason ?? 'no reason given'}); delete it to run it again`;
  return { state: 'failed', why, ...since(failed.lastTransitionTime) };
}

interface JobCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly lastTransitionTime?: string;
}
