/** Has Flux or Argo CD follow a rendered branch. In goes a release, out come the objects that these read, and in words
 * what the release says that they cannot be told. */
export { type ArgoOptions, exportArgo } from './argo.ts';
export type { Exported, FollowedBranch, LeftBehind } from './exported.ts';
export { exportFlux, type FluxOptions } from './flux.ts';
