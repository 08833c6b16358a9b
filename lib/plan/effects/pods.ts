/** What becomes of the pods of a workload. A changed ConfigMap or Secret restarts nothing by itself: pods that read it
 * are made anew only when their template changes. */
import { counted, type JsonObject, type KubernetesObject } from '../../objects/index.ts';
import { fieldOf, numberOf, stringOf } from '../field-path.ts';
import { formatGroupKind } from '../live.ts';
import type { Effect, FieldChange } from '../plan.ts';
import type { Consequence } from './consequence.ts';
import { isRemoval } from './consequence.ts';

interface Workload {
  /** How many pods there are; undefined when only the cluster knows. */
  readonly pods: (live: JsonObject | undefined) => number | undefined;
  /** How many of them a new template makes anew. */
  readonly rolled: (after: JsonObject | undefined, pods: number | undefined) => number | undefined;
  /** What makes them anew, beside the template. */
  readonly restartField?: string;
}

const replicas = (live: JsonObject | undefined): number => numberOf(live, 'spec', 'replicas') ?? 1;
const none = (after: JsonObject | undefined, ...strategy: readonly string[]): boolean =>
  stringOf(after, ...strategy) === 'OnDelete' || fieldOf(after, 'spec', 'paused') === true;

/** Workloads that roll their pods when their template changes. ReplicaSets, ReplicationControllers, Jobs and CronJobs
 * do not: they use a template for the next pod. */
const WORKLOADS: Readonly<Record<string, Workload>> = {
  'Deployment.apps': { pods: replicas, rolled: (after, pods) => (none(after) ? 0 : pods) },
  'StatefulSet.apps': {
    pods: replicas,
    rolled: (after, pods = 0) => {
      if (none(after, 'spec', 'updateStrategy', 'type')) return 0;
      const kept = numberOf(after, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
      return Math.max(0, pods - kept);
    },
  },
  'DaemonSet.apps': {
    pods: (live) => numberOf(live, 'status', 'desiredNumberScheduled'),
    rolled: (after, pods) => (none(after, 'spec', 'updateStrategy', 'type') ? 0 : pods),
  },
  'Rollout.argoproj.io': {
    pods: replicas,
    rolled: (after, pods) => (none(after) ? 0 : pods),
    restartField: 'spec.restartAt',
  },
};

export function restartsPods({ key, action, changes, live, after }: Consequence): Effect | undefined {
  const workload = WORKLOADS[formatGroupKind(key)];
  if (!workload || (action !== 'change' && action !== 'adopt' && action !== 'replace')) return;
  const pods = workload.pods(json(live));
  if (action !== 'replace' && !changes.some(({ path }) => isTemplate(path) || path === workload.restartField))
    return;
  const restarted = action === 'replace' ? pods : workload.rolled(json(after), pods);
  if (restarted === 0 || (action !== 'replace' && becomesZero(replicasOf(changes)))) return;
  return { kind: 'restarts-pods', message: `restarts ${count(restarted)}` };
}

function isTemplate(path: string): boolean {
  return path === 'spec.template' || path.startsWith('spec.template.');
}

export function scalesPods(consequence: Consequence): Effect | undefined {
  if (consequence.action === 'create' || isRemoval(consequence)) return;
  const change = replicasOf(consequence.changes);
  if (!change) return;
  const message = `scales from ${show(change.before)} to ${show(change.after)}`;
  return becomesZero(change)
    ? { kind: 'stops-pods', message: `${message}: stops every pod` }
    : { kind: 'scales', message };
}

function replicasOf(changes: readonly FieldChange[]): FieldChange | undefined {
  return changes.find(({ path }) => path === 'spec.replicas');
}

function becomesZero(change: FieldChange | undefined): boolean {
  return change?.after === 0;
}

function count(pods: number | undefined): string {
  if (pods === undefined) return 'its pods';
  return counted(pods, 'pod');
}

function show(value: FieldChange['before']): string {
  return value === undefined ? 'the default' : String(value);
}

function json(object: KubernetesObject | undefined): JsonObject | undefined {
  return object as JsonObject | undefined; // an object that was read is JSON
}
