/** Structural schemas (apiextensions.k8s.io/v1) and what they do not allow. A door of its own, as the process of a program
 * that uses imported constructs loads it, and nothing of Kubernetes' own kinds. */
export { applySchemaDefaults } from './prune.ts';
export { hasRules, ruleErrors } from './rules/rule-errors.ts';
export type { SchemaNode } from './schema-node.ts';
export {
  ANYTHING,
  fieldSchema,
  isMap,
  type Path as WalkPath,
  type SchemaProblem,
  walkSchema,
} from './walk.ts';
export { fieldPath, sayProblem } from './words.ts';
