/** From construct trees (or a folder of Kubernetes YAML) to the desired state: environments, applications and
 * objects with key, bytes, digest, settings, edges, construct path and file:line. In comes `IConstruct`, never
 * a construct of ours; out come the types of lib/objects. Only `writeFiles` and `readManifests` touch the disk. */
export { type AssembleOptions, assemble } from './assemble.ts';
export { type CollectOptions, collect, DEFAULT_ENVIRONMENT } from './collect.ts';
export type { Collected, Problem } from './collected.ts';
export { writeFiles } from './files.ts';
export { handOver, receiveTrees, type TreeReceiver } from './handover.ts';
export { type ManifestOptions, readManifests } from './manifests.ts';
export {
  type ApplicationMark,
  applicationMark,
  type EnvironmentMark,
  environmentMark,
  markApplication,
  markEnvironment,
  markProject,
} from './marks.ts';
export { labelProblem } from './name-rules.ts';
export { type RenderOptions, renderTree } from './render.ts';
export { programFile, recordSources, type SourceOf } from './source-recorder.ts';
