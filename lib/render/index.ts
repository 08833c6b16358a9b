/** From construct trees (or a folder of Kubernetes YAML) to the desired state: environments, applications and
 * objects with key, bytes, digest, settings, edges, construct path and file:line. In comes `IConstruct`, never
 * a construct of ours; out come the types of lib/objects. Only `writeFiles` and `readManifests` touch the disk. */
export { type AssembleOptions, assemble } from './assemble.ts';
export { writeFiles } from './files.ts';
export {
  type ApplicationContent,
  type ApplicationFacts,
  ContentLostError,
  type KeptApplication,
  type KeptApplications,
} from './kept.ts';
export { manifestFiles } from './manifest-files.ts';
export {
  assembleObjects,
  type ManifestOptions,
  type ManifestSet,
  type ManifestSetOptions,
  type ObjectSet,
  readManifestSets,
  readManifests,
} from './manifests.ts';
export { labelProblem } from './name-rules.ts';
export { prepareObject } from './object.ts';
export { type RenderOptions, renderTree } from './render.ts';
export { isClusterScoped } from './scope.ts';
export * from './tree/index.ts';
export type { PolicyJudge, PolicyVerdict, Validator, Verdict } from './verdict.ts';
