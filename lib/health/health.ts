import type { KubernetesObject } from '../objects/index.ts';

/** kstatus' words for the state of an object, and `Paused`, which is ours: somebody asked it to stand still. */
export type HealthStatus =
  | 'Current'
  | 'InProgress'
  | 'Failed'
  | 'Paused'
  | 'Terminating'
  | 'NotFound'
  | 'Unknown';

export interface Health {
  readonly status: HealthStatus;
  /** For people: `Ready: 1/3`. */
  readonly message: string;
  /** For machines, upper camel case: `LessReady`. Absent when there is nothing to explain. */
  readonly reason?: string;
  /** Of `Failed`: its controller tries again by itself, so that it may still become Current. A wait goes on. */
  readonly isRetried?: true;
}

/** What a rule may know beside the object itself. */
export interface RuleContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** How one kind is judged. undefined: this rule has nothing to say, the next one is asked. */
export type HealthRule = (object: KubernetesObject, context: RuleContext) => Health | undefined;

/** Rules by {@link groupKind}. */
export type HealthRules = Readonly<Record<string, HealthRule>>;

export const current = (message: string): Health => ({ status: 'Current', message });
export const inProgress = (reason: string, message: string): Health =>
  withReason('InProgress', reason, message);
export const failed = (reason: string, message: string): Health => withReason('Failed', reason, message);
/** Failed for now, and tried again by its controller. */
export const failing = (reason: string, message: string): Health => ({
  ...withReason('Failed', reason, message),
  isRetried: true,
});
export const paused = (message: string): Health => ({ status: 'Paused', message, reason: 'Paused' });

function withReason(status: HealthStatus, reason: string, message: string): Health {
  return { status, message: message || reason || status, ...(reason !== '' && { reason }) };
}
