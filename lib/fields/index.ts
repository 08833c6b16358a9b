/** Structured merge. In: the schema of a kind (from an OpenAPI document or a structural schema), live objects
 * with their managedFields, and what someone applies or updates. Out: merged objects, who owns which field,
 * conflicts, and field sets as immutable trees. Pure: it reads nothing but its arguments, except for {@link
 * builtInOpenApi}, which reads the documents that this package carries. */
export { type ApplyRequest, type ApplyResult, applyPatch } from './apply-patch.ts';
export { type Comparison, compareValuesBySchema, isSame } from './compare.ts';
export { type Conflict, formatConflicts, formatManager } from './conflict.ts';
export { FieldSet } from './field-set.ts';
export { fieldsText } from './fields-text.ts';
export { parseFieldsV1, printFieldsV1 } from './fields-v1.ts';
export { MAX_UPDATE_MANAGERS, type Manager, type ManagerKey, ManagerSet } from './managers.ts';
export { mergeValues } from './merge.ts';
export {
  type BuiltInOpenApi,
  builtInOpenApi,
  type OpenApiDocument,
  type OpenApiOperation,
  type OpenApiPath,
} from './openapi/built-in.ts';
export {
  type OpenApiSchema,
  type OpenApiSchemas,
  schemaFromOpenApi,
  schemaFromStructural,
} from './openapi-schema.ts';
export { comparePaths, type FieldPath, fieldPath, formatCausePath, formatPath } from './path.ts';
export {
  fieldElement,
  indexElement,
  keyElement,
  type PathElement,
  parseElement,
  valueElement,
} from './path-element.ts';
export { type ExtractOptions, extractItems, removeItems } from './remove.ts';
export type { ManagedRequest } from './request.ts';
export { type FieldFilter, type ResetTarget, resetFieldsFilter } from './reset-fields.ts';
export { managersAfterScale, managersOfScale, type ReplicasPaths } from './scale.ts';
export {
  DEDUCED,
  type FieldSchema,
  type ListSchema,
  type MapSchema,
  type ScalarType,
  type Schema,
  type TypedValue,
  UNTYPED_ATOMIC,
} from './schema.ts';
export { toFieldSet } from './to-field-set.ts';
export { keepTimes, type UpdateRequest, type UpdateResult, update } from './update.ts';
export { SAME_FIELDS, type VersionConverter } from './updater.ts';
export { assertValid, type FieldError, FieldErrors, type ValidateOptions, validate } from './validate.ts';
export { valueAt } from './value-at.ts';
