import type { SchemaNode } from '../schemas/structural/index.ts';

/** What is left of a structural schema (apiextensions.k8s.io/v1) for checks at run time: documentation is
 * gone, defaults are where there are rules, and `names` says which fields are called otherwise in TypeScript. */
export interface CheckedSchema extends SchemaNode {
  readonly properties?: Readonly<Record<string, CheckedSchema>>;
  readonly additionalProperties?: CheckedSchema | boolean;
  readonly items?: CheckedSchema;
  /** Name of a property in TypeScript → name of the field, where they differ. */
  readonly names?: Readonly<Record<string, string>>;
}
