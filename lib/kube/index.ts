/** Talks to a Kubernetes API server. In: a kubeconfig (or a URL with credentials) and calls in Kubernetes'
 * own words. Out: objects as JSON, with no field dropped; watches as streams; {@link KubeError}s that say
 * what to do. Own transport: one HTTP/2 connection for everything, no client-side rate limit. */
export * from './client.ts';
export type { Clock } from './clock.ts';
export { backoffMs, systemClock } from './clock.ts';
export type { ClientOptions, ConnectOptions, DirectOptions, InProcessOptions } from './connect.ts';
export { connect, connectInProcess, connectWith } from './connect.ts';
export type {
  DeniedAccess,
  KubeErrorCode,
  KubeErrorDetails,
  ManagerConflict,
  StatusCause,
} from './errors.ts';
export { KubeError } from './errors.ts';
export type { InformerEvent, InformerOptions, InformerScope } from './informer.ts';
export { metadataInformer, objectInformer } from './informer.ts';
export type { RequestTrace } from './interceptors.ts';
export type { Known, MemoryChange } from './memory.ts';
export { Memory } from './memory.ts';
export type {
  ObjectObserver,
  ObjectWatcher,
  ObjectWatcherOptions,
  ScopeObserver,
} from './object-watcher.ts';
export { objectWatcher } from './object-watcher.ts';
export { isAtLeast } from './resource-version.ts';
