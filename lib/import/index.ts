/** Brings in what exists: from CustomResourceDefinitions to typed constructs, from objects to a program. In come texts and
 * objects, out comes TypeScript; nothing here reads a file or a socket. */
export {
  type ArgoApplication,
  type ArgoSource,
  IN_CLUSTER,
  isArgo,
  matchesArgoGlob,
  readArgoApplication,
  repositoryOf,
} from './argo.ts';
export type { ArgoHelm } from './argo-helm.ts';
export { type ArgoCluster, expandApplicationSet, NotUnderstood } from './argo-set/index.ts';
export type { JsiiDependency } from './assembly.ts';
export { type DescribedChart, generateChartValues, VALUES_HEADER } from './chart-values.ts';
export { type Definition, type ReadDefinitions, readDefinitions, type SourceFile } from './definitions.ts';
export {
  type FluxKustomization,
  isFluxKustomization,
  normalised,
  readFluxKustomization,
  variablesOf,
  withCommonMetadata,
} from './flux.ts';
export {
  type FluxChart,
  type FluxReference,
  type FluxRelease,
  isFluxRelease,
  readFluxChart,
  readFluxRelease,
} from './flux-release.ts';
export { isVariableName, substituteVariables, type Variables } from './flux-variables.ts';
export { type GeneratedFile, generateConstructs } from './generate.ts';
export { fillGoTemplate, TemplateProblem } from './go-template/index.ts';
export { generateJsiiPackages, type JsiiPackage } from './jsii-package.ts';
export { type PatchOperation, patchesBetween } from './patches.ts';
export {
  generateProgram,
  type ImportedApplication,
  type ImportedChart,
  type ImportedEnvironment,
  type ImportedManifest,
} from './program.ts';
export { mergeValues, setValue } from './values.ts';
