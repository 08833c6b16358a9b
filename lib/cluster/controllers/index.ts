/** The controllers of the embedded cluster. The store comes in; what goes out are their writes: workloads become
 * ready, or fail as annotations ask (simulation.ts), in the shapes in which they do so on a real cluster. Driven by
 * the store's events; time passes only where a delay was asked for. */
import type { ClusterStore, ControllerOptions, RunningControllers, StoreEvent } from '../store.ts';
import { claimProtectionController } from './claim-protection.ts';
import { type Controller, type ControllerEnvironment, runController } from './controller.ts';
import { cronJobController } from './cron-job.ts';
import { daemonSetController } from './daemon-set.ts';
import { deploymentController } from './deployment.ts';
import { endpointsController } from './endpoints.ts';
import { horizontalPodAutoscalerController } from './horizontal-pod-autoscaler.ts';
import { jobController } from './job.ts';
import { CONTROLLER_REVISION, ENDPOINT_SLICE, JOB, POD, REPLICA_SET } from './kinds.ts';
import { kubeletController } from './kubelet.ts';
import { ingressController, loadBalancerController } from './load-balancer.ts';
import { namespaceController } from './namespace.ts';
import { OwnedObjects } from './owned.ts';
import { persistentVolumeController } from './persistent-volume.ts';
import { persistentVolumeClaimController } from './persistent-volume-claim.ts';
import { podDisruptionBudgetController } from './pod-disruption-budget.ts';
import { replicaSetController } from './replica-set.ts';
import { resourceQuotaController } from './resource-quota.ts';
import { schedulerController } from './scheduler.ts';
import { statefulSetController } from './stateful-set.ts';
import { REAL_TIMERS, type Timers } from './timers.ts';

/** Kinds that controllers own and look up by their owner. */
const OWNED_KINDS = [POD, REPLICA_SET, JOB, CONTROLLER_REVISION, ENDPOINT_SLICE];

function allControllers(): readonly Controller[] {
  return [
    namespaceController,
    resourceQuotaController,
    deploymentController,
    replicaSetController,
    statefulSetController,
    daemonSetController,
    jobController,
    cronJobController,
    schedulerController,
    kubeletController(),
    persistentVolumeClaimController,
    claimProtectionController,
    persistentVolumeController,
    endpointsController,
    loadBalancerController,
    ingressController,
    horizontalPodAutoscalerController,
    podDisruptionBudgetController,
  ];
}

function warnOnce(): (error: unknown) => void {
  const told = new Set<string>();
  return (error) => {
    if (told.has(String(error))) return;
    told.add(String(error));
    process.emitWarning(error instanceof Error ? error : String(error));
  };
}

export interface StartOptions extends ControllerOptions {
  /** Node's own when absent. */
  readonly timers?: Timers;
  /** Takes errors in the controllers themselves; when absent each becomes a warning of the process, once. */
  readonly report?: (error: unknown) => void;
}

/** Starts all controllers on a store, which may hold objects already. */
export function startControllers(store: ClusterStore, options: StartOptions): RunningControllers {
  const owned = new OwnedObjects();
  const environment: ControllerEnvironment = {
    store,
    owned,
    timers: options.timers ?? REAL_TIMERS,
    caPem: options.caPem,
    now: options.now,
    report: options.report ?? warnOnce(),
  };
  const stops = [
    // First, so that it knows of every object before a controller asks.
    store.as('kube-controller-manager').watch(OWNED_KINDS, (event: StoreEvent) => owned.observe(event)),
    ...allControllers().map((controller) => runController(controller, environment)),
  ];
  return {
    stop() {
      for (const stop of stops) stop();
    },
  };
}
