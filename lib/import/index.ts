/** Brings in what exists: from CustomResourceDefinitions to typed constructs. In comes text, out comes
 * TypeScript; nothing here reads a file or a socket. */
export { type Definition, type ReadDefinitions, readDefinitions, type SourceFile } from './definitions.ts';
export { type GeneratedFile, generateConstructs } from './generate.ts';
