/** YAML in and out: {@link emitYaml} writes objects so that every reader reads them back the same, and
 * {@link parseYaml} reads files as kubectl does. */
export { emitYaml, emitYamlDocuments } from './emit.ts';
export { flattenLists } from './lists.ts';
export { parseYaml, type YamlDocument } from './parse.ts';
export { placeInYaml } from './place.ts';
