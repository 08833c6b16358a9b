/** Turns a plan into tasks and edges between them, and carries them out. */
import type { HealthRules, RulesOf } from '../health/index.ts';
import { groupKind, hookHealthOf } from '../health/index.ts';
import type { ApiResource, KubeClient, ObjectWatcher } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { DesiredApplication, KubernetesObject, ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { formatKey, gvkOf, TruekeelError } from '../objects/index.ts';
import type { Action, Plan, PlannedChange, PlannedInventory } from '../plan/index.ts';
import { contentOf, forgetContent, formatGroupKind, located, marked, sealError } from '../plan/index.ts';
import { isSealed } from '../sealed/document/index.ts';
import type { OpenSecret } from '../sealed/index.ts';
import type { AdaptiveLimit } from './concurrency.ts';
import type { ApplyEvent } from './events.ts';
import type { Explainer } from './explain.ts';
import { followDefinition } from './forgotten-definition.ts';
import type { HookRecords } from './hook-records.ts';
import type { InventoryWriter } from './inventory.ts';
import type { Task } from './scheduler.ts';
import { awaitServed, retryUntilServed } from './settling.ts';
import type { WaitLimits } from './wait.ts';
import { waitFor } from './wait.ts';
import { applyChange, deleteObject, detachObject } from './write.ts';

/** What every task of a run works with. */
export interface RunContext {
  readonly client: KubeClient;
  readonly plan: Plan;
  readonly applications: ReadonlyMap<string, DesiredApplication>;
  readonly inventories: ReadonlyMap<string, PlannedInventory>;
  readonly inventoryWriter: InventoryWriter;
  /** Sees our objects only. */
  readonly ours: ObjectWatcher;
  /** Sees every object of the namespaces that it is asked about. */
  readonly any: ObjectWatcher;
  readonly explainer: Explainer;
  readonly limit: AdaptiveLimit;
  /** Whether the run ends only when what it wrote is ready. */
  readonly wait: boolean;
  readonly limits: WaitLimits;
  /** The rules by which applications have their own kinds judged. */
  readonly healthRules: RulesOf;
  readonly hooks: HookRecords;
  readonly openSecret: OpenSecret;
  /** Ends waits; writes are always finished. */
  readonly signal: AbortSignal;
  emit(event: ApplyEvent): void;
  done(action: Action): void;
}

/** Kinds that the API server is slow to write: Services, for their addresses. */
const SLOW_KINDS: ReadonlySet<string> = new Set(['Service']);

/** Kinds that are ready as soon as they are there: nobody has to look at them to know. */
const READY_AT_ONCE: ReadonlySet<string> = new Set([
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'Role.rbac.authorization.k8s.io',
  'RoleBinding.rbac.authorization.k8s.io',
  'ClusterRole.rbac.authorization.k8s.io',
  'ClusterRoleBinding.rbac.authorization.k8s.io',
  'NetworkPolicy.networking.k8s.io',
  'CronJob.batch',
  'StorageClass.storage.k8s.io',
  'PriorityClass.scheduling.k8s.io',
  'LimitRange',
  'ResourceQuota',
]);

const resourceOf = (context: RunContext, change: Pick<PlannedChange, 'apiVersion' | 'key'>) =>
  context.client.resource(gvkOf({ apiVersion: change.apiVersion, kind: change.key.kind }));

/** Whether somebody shall wait for an object to become ready; once it is written, it is present. A claim is not waited
 * for: where its storage class binds at the first consumer, it stays pending until a pod wants it (a CronJob's, at
 * night), and the pod's readiness tells whether it could be bound. */
function isAwaited({ desired, key }: PlannedChange): boolean {
  if (key.kind === 'PersistentVolumeClaim' && key.group === '') return false;
  // That others wait for it is what a hook is for.
  if (desired?.hook) return true;
  return desired?.settings.wait !== 'none' && desired?.settings.wait !== 'present';
}

/** The task that writes a change.
 * @param options.isNewKind the definition of its kind is written in the same run, or was a moment ago */
export function writeTask(
  context: RunContext,
  change: PlannedChange,
  options: { readonly isNewKind: boolean },
): Task {
  const { key } = change;
  const onPushback = () => context.limit.overloaded();
  const isReadyAtOnce = READY_AT_ONCE.has(formatGroupKind(key));
  const isReadByWaits = (context.wait || change.hook === 'to-run') && !isReadyAtOnce && isAwaited(change);
  let written: KubernetesObject | undefined;
  let writtenAt = 0;
  return {
    id: formatKey(key),
    lane: SLOW_KINDS.has(formatGroupKind(key)) ? 'slow' : 'normal',
    mustBecomeReady: context.wait,
    run: () =>
      timed(context, change, async () => {
        const object = await markedContent(context, change);
        const answer = isReadByWaits ? 'object' : 'metadata';
        const write = () => applyChange(context.client, change, object, { answer, onPushback });
        const result = await (options.isNewKind ? retryUntilServed(write) : write());
        for (const conflict of result.conflicts) context.emit({ type: 'conflict', key, conflict });
        written = result.object;
        writtenAt = performance.now();
        // Of many objects, those that are written need not be held any more.
        if (change.desired && !isDefinition(key)) forgetContent([change.desired]);
        return result.metadata;
      }),
    ...(isAwaited(change) && {
      awaitReady: async () => {
        const resource = await resourceOf(context, change);
        if (!isReadyAtOnce) await awaitReady(context, change, resource, written);
        if (change.hook === 'to-run') await context.hooks.succeeded(change);
        if (isDefinition(key)) await awaitServed(context.client, await markedContent(context, change));
        context.emit({ type: 'ready', key, durationMs: performance.now() - writtenAt });
      },
    }),
  };
}

function isDefinition(key: ObjectKey): boolean {
  return formatGroupKind(key) === 'CustomResourceDefinition.apiextensions.k8s.io';
}

/** A hook has run when its work is done: not when its pod is ready, nor when it stands still as asked. */
function rulesFor(
  { healthRules }: RunContext,
  { application, apiVersion, key, hook }: PlannedChange,
): HealthRules {
  const rules = healthRules(application);
  if (!hook) return rules;
  return {
    ...rules,
    [groupKind({ apiVersion, kind: key.kind })]: (object) => hookHealthOf(object, { rules }),
  };
}

/** What the object says, else what the run says. */
function limitsOf({ limits }: RunContext, { desired }: PlannedChange): WaitLimits {
  return {
    timeoutMs: desired?.settings.waitTimeoutMs ?? limits.timeoutMs,
    noProgressTimeoutMs: desired?.settings.noProgressTimeoutMs ?? limits.noProgressTimeoutMs,
  };
}

/** @returns whether it had to be waited for */
async function awaitReady(
  context: RunContext,
  change: PlannedChange,
  resource: ApiResource,
  written: KubernetesObject | undefined,
): Promise<boolean> {
  const { explainer } = context;
  const { key } = change;
  let waited = false;
  // What stays as it is need not carry our label: somebody may have taken it away and is left to it, or it is paused.
  await waitFor(change.action === 'none' ? context.any : context.ours, {
    resource,
    key,
    place: change,
    until: 'ready',
    ...(written && { written }),
    limits: limitsOf(context, change),
    rules: rulesFor(context, change),
    signal: context.signal,
    onWaiting: (reason) => {
      waited = true;
      context.emit({ type: 'waiting', key, reason });
    },
    explain: (object, onReason) =>
      isDefinition(key)
        ? followDefinition(context.client, resource, object, onReason)
        : explainer.follow(object, onReason),
    explainFailure: (object) => explainer.failure(object),
  });
  return waited;
}

async function markedContent(context: RunContext, change: PlannedChange): Promise<KubernetesObject> {
  const application = context.applications.get(change.application);
  const inventory = context.inventories.get(change.application);
  if (!application || !inventory || !change.desired) {
    throw new TruekeelError(`${formatKey(change.key)} is in the plan, but not among the applications given`, {
      code: 'PLAN_MISMATCH',
      key: change.key,
      hint: 'Apply a plan with the applications that it was made from.',
    });
  }
  const [content] = await contentOf(application, [change.desired]);
  const object = isSealed(content!) ? await opened(content!, change, context) : content!;
  return marked(object, change.desired, { application: application.name, inventoryId: inventory.id });
}

/** Opened here, for this one write, and kept nowhere. */
async function opened(
  content: KubernetesObject,
  change: PlannedChange,
  { openSecret }: RunContext,
): Promise<KubernetesObject> {
  try {
    return await openSecret(content);
  } catch (error) {
    throw error instanceof TruekeelError ? sealError(error, change) : error;
  }
}

export interface DeleteTaskOptions {
  /** Id of the task, where it is the first half of a replacement. */
  readonly half?: string;
  /** `Foreground`: the object is gone when those that it owns are, a Deployment when its pods are. */
  readonly propagation: 'Background' | 'Foreground';
}

/** The task that deletes an object: by itself, or as the first half of a replacement. */
export function deleteTask(
  context: RunContext,
  change: PlannedChange,
  { half, propagation }: DeleteTaskOptions,
): Task {
  const { key, live, application } = change;
  let ended = false;
  return {
    id: half ?? formatKey(key),
    lane: 'normal',
    mustBecomeReady: context.wait || half !== undefined,
    run: () =>
      (half ? limited : timed)(context, change, async () => {
        const ids = half ? undefined : new Set(context.inventories.get(application)?.ids);
        const resource = await resourceOf(context, change);
        const onPushback = () => context.limit.overloaded();
        ended = !(await deleteObject(context.client, resource, change, { ids, propagation, onPushback }));
      }),
    awaitReady: async () => {
      if (ended) return;
      const started = performance.now();
      await waitFor(context.any, {
        resource: await resourceOf(context, change),
        key,
        place: change,
        until: 'gone',
        ...(live && { uid: live.uid }),
        limits: context.limits,
        signal: context.signal,
        onWaiting: (reason) => context.emit({ type: 'waiting', key, reason }),
      });
      context.emit({ type: 'gone', key, durationMs: performance.now() - started });
    },
  };
}

export function detachTask(context: RunContext, change: PlannedChange): Task {
  return {
    id: formatKey(change.key),
    lane: 'normal',
    mustBecomeReady: false,
    run: () =>
      timed(context, change, async () => {
        const ids = new Set(context.inventories.get(change.application)?.ids);
        await detachObject(context.client, await resourceOf(context, change), change, ids);
      }),
  };
}

function isReadyAtOnce(
  { healthRules }: RunContext,
  { application, apiVersion, key }: PlannedChange,
): boolean {
  const hasRule = Object.hasOwn(healthRules(application), groupKind({ apiVersion, kind: key.kind }));
  return READY_AT_ONCE.has(formatGroupKind(key)) && !hasRule;
}

/** A hook that is at it already, or has ended without anybody to record it. */
export function underwayTask(context: RunContext, change: PlannedChange): Task {
  const { key } = change;
  const started = performance.now();
  return {
    id: formatKey(key),
    lane: 'normal',
    mustBecomeReady: context.wait,
    awaitReady: async () => {
      await awaitReady(context, change, await resourceOf(context, change), undefined);
      await context.hooks.succeeded(change);
      context.emit({ type: 'ready', key, durationMs: performance.now() - started });
    },
  };
}

/** A hook that is about to be deleted, for as long as it works: no run is cut short. */
export function lastRunTask(context: RunContext, change: PlannedChange): Task {
  const { key, live } = change;
  return {
    id: `${formatKey(key)} (last run)`,
    lane: 'normal',
    mustBecomeReady: false,
    awaitReady: async () =>
      waitFor(context.any, {
        resource: await resourceOf(context, change),
        key,
        place: change,
        until: 'idle',
        ...(live && { uid: live.uid }),
        limits: limitsOf(context, change),
        rules: context.healthRules(change.application),
        signal: context.signal,
        onWaiting: (reason) => context.emit({ type: 'waiting', key, reason }),
      }),
  };
}

/** An object that stays as it is, for those who wait until it is ready. */
export function standingTask(context: RunContext, change: PlannedChange): Task {
  const { key } = change;
  const mayWait = change.live !== undefined && isAwaited(change) && !isReadyAtOnce(context, change);
  return {
    id: formatKey(key),
    lane: 'normal',
    mustBecomeReady: false,
    ...(mayWait && {
      awaitReady: async () => {
        const started = performance.now();
        const waited = await awaitReady(context, change, await resourceOf(context, change), undefined);
        if (waited) context.emit({ type: 'ready', key, durationMs: performance.now() - started });
      },
    }),
  };
}

/** An object outside of the plan that somebody declared to be needed: awaited until it is there. */
export function outsideTask(context: RunContext, key: ObjectKey): Task {
  return {
    id: formatKey(key),
    lane: 'normal',
    mustBecomeReady: false,
    awaitReady: async () => {
      const resource = (await context.client.resources()).find(
        (candidate) => candidate.kind === key.kind && candidate.group === key.group,
      );
      if (!resource) {
        throw new TruekeelError(`${formatKey(key)} is needed, and the cluster does not know its kind`, {
          code: 'UNKNOWN_KIND',
          family: 'validation',
          key,
          hint: 'Install its CustomResourceDefinition, or correct what depends on it.',
        });
      }
      const started = performance.now();
      let waited = false;
      await waitFor(context.any, {
        resource,
        key,
        until: 'ready',
        limits: context.limits,
        rules: context.healthRules(),
        signal: context.signal,
        onWaiting: (reason) => {
          waited = true;
          context.emit({ type: 'waiting', key, reason });
        },
      });
      if (waited) context.emit({ type: 'ready', key, durationMs: performance.now() - started });
    },
  };
}

/** What could not be planned: whoever needs it is not tried either. */
export function unplannedTask(error: TruekeelError, id: string): Task {
  return {
    id,
    lane: 'normal',
    mustBecomeReady: false,
    run: async () => {
      throw new Unplanned(error);
    },
  };
}

/** Ends the task of something whose error has been told with the plan. */
export class Unplanned extends Error {
  constructor(cause: TruekeelError) {
    super(cause.message, { cause });
    this.name = 'Unplanned';
  }
}

/** Writes down that an application is about to own what the plan gives it. */
export function inventoryTask(context: RunContext, inventory: PlannedInventory): Task {
  return {
    id: `inventory ${inventory.application}`,
    lane: 'urgent',
    mustBecomeReady: false,
    ...(context.inventoryWriter.mustWiden(inventory) && {
      run: () => context.inventoryWriter.widen(inventory),
    }),
  };
}

async function timed(
  context: RunContext,
  change: PlannedChange,
  // biome-ignore lint/suspicious/noConfusingVoidType: what deletes has no object to give back
  write: () => Promise<ObjectMetadata | void>,
): Promise<void> {
  const { application, key, action } = change;
  context.emit({ type: 'writing', application, key, action });
  const started = performance.now();
  const live = await limited(context, change, write);
  context.done(action);
  const durationMs = performance.now() - started;
  context.emit({ type: 'written', application, key, action, durationMs, ...(live && { live }) });
}

/** Writes, and tells the limit how it went. */
async function limited<T>(context: RunContext, change: PlannedChange, write: () => Promise<T>): Promise<T> {
  const started = performance.now();
  let answer: T;
  try {
    answer = await write();
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    throw located(error, change);
  }
  context.limit.succeeded(performance.now() - started);
  return answer;
}
