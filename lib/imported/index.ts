/** What constructs that `truekeel import crd` made are built on: in come typed properties, out come objects of cdk8s whose
 * fields the kind's schema allows. Loaded by programs, so it loads little. */
export { type ExactPatch, exactValue } from './exact.ts';
export { ImportedKind } from './imported-kind.ts';
export { ImportedObject } from './imported-object.ts';
export type { CheckedSchema } from './schema.ts';
