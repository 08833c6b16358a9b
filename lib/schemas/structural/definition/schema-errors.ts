/** What is wrong with the schema of a definition itself: it has to be structural (apiextensions.k8s.io/v1, "Specifying
 * a structural schema"), its defaults have to be values of it, and its rules have to compile. The wording is the API
 * server's, and so is the order: what is not structural has no defaults checked, and what is wrong has no rules compiled. */
import type { FieldError } from '../field-error.ts';
import type { SchemaNode } from '../schema-node.ts';
import { compilationErrors } from './compilation.ts';
import { defaultErrors } from './defaults.ts';
import { isReadable, nodeErrors } from './node.ts';
import { rootErrors } from './root.ts';
import { structuralErrors } from './structural.ts';

export interface DefinitionSchemaOptions {
  /** Whether objects have a status that is written by itself. */
  readonly hasStatus?: boolean;
}

/** @param path of the schema in the definition: `spec.versions[0].schema.openAPIV3Schema` */
export function definitionSchemaErrors(
  schema: SchemaNode,
  path: string,
  { hasStatus = false }: DefinitionSchemaOptions = {},
): FieldError[] {
  const isKnown = isReadable(schema);
  const shape = isKnown ? structuralErrors(schema, path) : [];
  const content = isKnown && shape.length === 0 ? defaultErrors(schema, path) : [];
  const own = nodeErrors(schema, path, {});
  const isSound = shape.length + content.length + own.length === 0;
  return [
    ...rootErrors(schema, path, hasStatus),
    ...shape,
    ...content,
    ...own,
    ...(isSound ? compilationErrors(schema, path) : []),
  ];
}
