/** What objects may look like, without a cluster: the schemas of Kubernetes' own kinds in the releases that Truekeel
 * knows, which of them a release serves, and the structural schemas of custom resources. In comes a version or a
 * CustomResourceDefinition's schema, out come types to walk along. The data is read when it is first asked for. */

export {
  type KubernetesRelease,
  knownReleases,
  kubernetesRelease,
  type Lifecycle,
  type ServedKind,
} from './kubernetes-release.ts';
export { SchemaType, type TypeForm } from './schema-type.ts';
export { judgeCustom } from './structural/custom-errors.ts';
export { definitionSchemaErrors } from './structural/definition/schema-errors.ts';
export type { FieldError } from './structural/field-error.ts';
export { isSchemaNode } from './structural/is-schema.ts';
export { applySchemaDefaults, prune } from './structural/prune.ts';
export type { SchemaNode } from './structural/schema-node.ts';
export { sayProblem } from './structural/words.ts';
