/** What generators find: folders and files of the repository, and clusters. */
import { posix } from 'node:path';
import {
  type JsonObject,
  type JsonValue,
  type ObjectLabelSelector,
  selectorMatches,
} from '../../objects/index.ts';
import { IN_CLUSTER } from '../argo.ts';
import { record, text } from '../fields.ts';
import { isSelective } from './selector.ts';
import type { ArgoCluster, ArgoSurroundings } from './surroundings.ts';
import { fill, type Language, normalizedName } from './template.ts';

export function ofGit(
  settings: JsonObject,
  { directories, files, read }: ArgoSurroundings,
  language: Language,
): readonly JsonObject[] {
  const prefix = text(settings.pathParamPrefix) ?? '';
  const patterns = (list: JsonValue | undefined) =>
    (Array.isArray(list) ? list : []).map((item: JsonValue) => record(item));
  const chosen = (list: JsonValue | undefined, paths: readonly string[]) => {
    const matching = (excluded: boolean) =>
      patterns(list)
        .filter(({ exclude }) => (exclude === true) === excluded)
        .map(({ path }) => text(path) ?? '');
    const isIn = (globs: readonly string[], path: string) =>
      globs.some((glob) => posix.matchesGlob(path, glob));
    return paths.filter((path) => isIn(matching(false), path) && !isIn(matching(true), path));
  };
  if (settings.directories !== undefined) {
    return chosen(settings.directories, directories).map((path) =>
      prefixed(prefix, pathParameters(path, language), language),
    );
  }
  return chosen(settings.files, files).flatMap((file) => {
    const content = read(file);
    const path = prefixed(
      prefix,
      pathParameters(posix.dirname(file), language, posix.basename(file)),
      language,
    );
    return (Array.isArray(content) ? content : [content]).map((one: JsonValue) => ({
      ...(language ? record(one) : flattened(record(one), '')),
      ...path,
    }));
  });
}

/** So that the paths of two generators can be told apart. */
function prefixed(prefix: string, parameters: JsonObject, language: Language): JsonObject {
  if (prefix === '') return parameters;
  if (language) return { [prefix]: parameters };
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`${prefix}.${name}`, value]));
}

function pathParameters(path: string, language: Language, filename?: string): JsonObject {
  const segments = path.split('/');
  const basename = segments.at(-1)!;
  const named = {
    basename,
    basenameNormalized: normalizedName(basename),
    ...(filename !== undefined && { filename, filenameNormalized: normalizedName(filename) }),
  };
  if (language) return { path: { path, segments, ...named } };
  return {
    path,
    ...flattened(named, 'path.'),
    ...Object.fromEntries(segments.map((segment, index) => [`path[${index}]`, segment])),
  };
}

export function ofClusters(
  { selector }: JsonObject,
  { clusters }: ArgoSurroundings,
  language: Language,
): readonly JsonObject[] {
  const wanted = record(selector);
  // The cluster of Argo CD itself has no labels, so a selector does not find it.
  const own: ArgoCluster = { ...IN_CLUSTER, labels: {}, annotations: {} };
  const known =
    !isSelective(wanted) && !clusters.some(({ server }) => server === own.server)
      ? [own, ...clusters]
      : clusters;
  return known
    .filter(({ labels }) => selectorMatches(wanted as ObjectLabelSelector, labels))
    .map(({ name, server, labels, annotations }) => {
      const metadata = { labels, annotations };
      const named = { name, nameNormalized: normalizedName(name), server };
      return language ? { ...named, metadata } : { ...named, ...flattened({ metadata }, '') };
    });
}

/** `values` of a generator, which may use its other parameters. */
export function withValues(parameters: JsonObject, settings: JsonObject, language: Language): JsonObject {
  if (settings.values === undefined) return parameters;
  const values = record(fill(settings.values, parameters, language));
  return language ? { ...parameters, values } : { ...parameters, ...flattened(values, 'values.') };
}

function flattened(value: JsonObject, prefix: string): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]): [string, JsonValue | undefined][] =>
      field !== null && typeof field === 'object' && !Array.isArray(field)
        ? Object.entries(flattened(field as JsonObject, `${prefix}${name}.`))
        : [[`${prefix}${name}`, field]],
    ),
  );
}
