/** The embedded cluster: a Kubernetes API server in this process, for the first run, for tests and for plans where
 * there is no cluster. In come requests over HTTP, from kubectl or any client; out go the answers that a real server
 * would give. Nothing is kept after {@link startCluster}'s cluster stops. Not for production. */
export { type Cluster, type ClusterOptions, type ClusterUser, startCluster } from './cluster.ts';
export {
  type ClusterContents,
  type ClusterImage,
  clusterImage,
  type ImageAnswer,
  type ImageRequest,
} from './image.ts';
export { ApiError, type StatusCause, type StatusDetails, type StatusReason } from './status.ts';
export type {
  ClusterStore,
  ControllerClient,
  KindReference,
  StoreDeleteOptions,
  StoreEvent,
  StoreListOptions,
} from './store.ts';
