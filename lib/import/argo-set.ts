/** ApplicationSets of Argo CD: the Applications that their generators make. Argo CD documentation, "Generators". */
import { posix } from 'node:path';
import {
  canonicalJson,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type ObjectLabelSelector,
  parseYaml,
  selectorMatches,
  TruekeelError,
} from '../objects/index.ts';
import { IN_CLUSTER } from './argo.ts';
import { isSelective, selectsParameters } from './argo-selector.ts';
import { record, text } from './fields.ts';
import { fillGoTemplate, TemplateProblem } from './go-template/index.ts';
import { isMap } from './structural-schema.ts';

/** What generators look at. */
export interface ArgoSurroundings {
  /** Folders of the repository, from its root. */
  readonly directories: readonly string[];
  /** Files of the repository that hold YAML or JSON, from its root. */
  readonly files: readonly string[];
  /** What is in such a file. */
  readonly read: (file: string) => JsonValue;
  readonly clusters: readonly ArgoCluster[];
}

export interface ArgoCluster {
  readonly name: string;
  readonly server: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Of templates: Go's with its options, or, where undefined, names in braces. */
type Language = { readonly refusesMissing: boolean } | undefined;

/** Thrown where an ApplicationSet has something beyond what is understood. */
export class NotUnderstood extends Error {}

/** The Applications of an ApplicationSet, in the order of its generators.
 * @throws NotUnderstood with a reason for people */
export function expandApplicationSet(
  object: KubernetesObject,
  surroundings: ArgoSurroundings,
): readonly KubernetesObject[] {
  const spec = record(object.spec);
  const options = Array.isArray(spec.goTemplateOptions) ? spec.goTemplateOptions : [];
  const language: Language =
    spec.goTemplate === true ? { refusesMissing: options.includes('missingkey=error') } : undefined;
  const generators = Array.isArray(spec.generators) ? spec.generators : [];
  for (const option of options)
    if (!String(option).startsWith('missingkey='))
      throw new NotUnderstood(`the option ${option} of its goTemplate is not understood`);
  const appliesNestedSelectors = spec.applyNestedSelectors === true;
  return generators.flatMap((one: JsonValue) => {
    const generator = record(one);
    refuseNested(generator, { appliesNestedSelectors });
    const template = templateFor(generator, record(spec.template));
    return parametersOf(generator, surroundings, language).map((parameters) => {
      const filled = record(fill(template, parameters, language));
      const patch = yamlOf(fill(spec.templatePatch ?? '', parameters, language), 'templatePatch');
      const patched = patch === null ? filled : record(mergePatched(filled, patch));
      // A patch cannot give an Application another project.
      const { project } = record(filled.spec);
      const made = {
        ...patched,
        spec: { ...record(patched.spec), ...(project !== undefined && { project }) },
      };
      return {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { ...record(patched.metadata), namespace: object.metadata.namespace },
        spec: made.spec,
      } as unknown as KubernetesObject; // its name is looked at when it is read
    });
  });
}

/** What a generator of its own template does not say, the common one does. */
function templateFor(generator: JsonObject, common: JsonObject): JsonObject {
  const [kind = ''] = kindsOf(generator);
  return together(record(record(generator[kind]).template), common, (own, other) =>
    isEmpty(own) ? other : own,
  );
}

/** Of generators in others: releases of Argo CD differ in what becomes of these. */
function refuseNested(
  generator: JsonObject,
  { appliesNestedSelectors }: { readonly appliesNestedSelectors: boolean },
): void {
  for (const kind of kindsOf(generator)) {
    for (const inner of generatorsOf(record(generator[kind]))) {
      if (inner.selector !== undefined && !appliesNestedSelectors)
        throw new NotUnderstood(`a selector in a ${kind} is not understood without applyNestedSelectors`);
      for (const name of kindsOf(inner))
        if (record(inner[name]).template !== undefined)
          throw new NotUnderstood(`a template in a ${kind} is not understood`);
      refuseNested(inner, { appliesNestedSelectors });
    }
  }
}

function kindsOf(generator: JsonObject): readonly string[] {
  return Object.keys(generator).filter((name) => name !== 'selector');
}

/** What generators may say. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  list: ['elements', 'elementsYaml'],
  git: ['repoURL', 'revision', 'directories', 'files', 'values', 'pathParamPrefix', 'requeueAfterSeconds'],
  clusters: ['selector', 'values'],
  matrix: ['generators'],
  merge: ['generators', 'mergeKeys'],
};

/** A text of YAML; null where there is nothing in it. */
function yamlOf(value: JsonValue, what: string): JsonValue {
  try {
    return parseYaml(String(value), { file: what })[0]?.value ?? null;
  } catch (error) {
    if (error instanceof TruekeelError) throw new NotUnderstood(`its ${what} is no YAML: ${error.message}`);
    throw error;
  }
}

/** As a strategic merge patch does it where no list says by what its items are known, as none of an Application does. */
function mergePatched(value: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isMap(patch)) return patch;
  const merged = new Map<string, JsonValue | undefined>(Object.entries(record(value)));
  for (const [name, field] of Object.entries(patch as JsonObject)) {
    if (name.startsWith('$')) throw new NotUnderstood(`${name} in its templatePatch is not understood`);
    if (field === null || field === undefined) merged.delete(name);
    else merged.set(name, mergePatched(merged.get(name), field));
  }
  return Object.fromEntries(merged) as JsonObject;
}

function parametersOf(
  generator: JsonObject,
  surroundings: ArgoSurroundings,
  language: Language,
): readonly JsonObject[] {
  const [kind = '', ...further] = kindsOf(generator);
  if (further.length > 0) throw new NotUnderstood(`a generator with ${further.join(', ')} is not understood`);
  const settings = record(generator[kind]);
  const known = Object.hasOwn(SETTINGS, kind) ? SETTINGS[kind]! : undefined;
  if (!known) throw new NotUnderstood(`the generator ${kind} is not understood`);
  for (const [name, value] of Object.entries(settings))
    if (name !== 'template' && !known.includes(name) && value !== false)
      throw new NotUnderstood(`${name} of the generator ${kind} is not understood`);
  const all = unselected(kind, settings, surroundings, language);
  const selector = generator.selector === undefined ? undefined : record(generator.selector);
  return selector ? all.filter((parameters) => selectsParameters(selector, parameters)) : all;
}

function unselected(
  kind: string,
  settings: JsonObject,
  surroundings: ArgoSurroundings,
  language: Language,
): readonly JsonObject[] {
  switch (kind) {
    case 'list':
      return [settings.elements, yamlOf(settings.elementsYaml ?? '', 'elementsYaml')].flatMap((elements) =>
        (Array.isArray(elements) ? elements : []).map((element: JsonValue) => record(element)),
      );
    case 'git':
      return ofGit(settings, surroundings, language).map((parameters) =>
        withValues(parameters, settings, language),
      );
    case 'clusters':
      return ofClusters(settings, surroundings, language).map((parameters) =>
        withValues(parameters, settings, language),
      );
    case 'matrix':
      return ofMatrix(settings, surroundings, language);
    default:
      return ofMerge(settings, surroundings, language);
  }
}

/** Each of the first with each of the second, which may use what the first gives. */
function ofMatrix(
  settings: JsonObject,
  surroundings: ArgoSurroundings,
  language: Language,
): readonly JsonObject[] {
  const [first, second, ...more] = generatorsOf(settings);
  if (!first || !second || more.length > 0) throw new NotUnderstood('a matrix takes two generators');
  return parametersOf(first, surroundings, language).flatMap((outer) =>
    parametersOf(filledWhereKnown(second, outer, language), surroundings, language).map((inner) =>
      together(inner, outer, (a, b, name) => {
        if (language) return isEmpty(b) ? a : b;
        if (canonicalJson(a) !== canonicalJson(b)) {
          throw new NotUnderstood(`both generators of a matrix give ${name}, and not the same`);
        }
        return a;
      }),
    ),
  );
}

/** Those of the first, with what the others say of the ones that have the same keys. */
function ofMerge(
  settings: JsonObject,
  surroundings: ArgoSurroundings,
  language: Language,
): readonly JsonObject[] {
  const [first, ...others] = generatorsOf(settings);
  const keys = (Array.isArray(settings.mergeKeys) ? settings.mergeKeys : []).map(String);
  if (!first || others.length === 0 || keys.length === 0) {
    throw new NotUnderstood('a merge takes two generators or more, and mergeKeys');
  }
  const byKeys = (generator: JsonObject): Map<string, JsonObject> => {
    const found = new Map<string, JsonObject>();
    for (const parameters of parametersOf(generator, surroundings, language)) {
      const key = canonicalJson(keys.map((name) => parameters[name] ?? null));
      if (found.has(key))
        throw new NotUnderstood(`a generator of a merge gives ${keys.join(', ')} twice: ${key}`);
      found.set(key, parameters);
    }
    return found;
  };
  const merged = byKeys(first);
  for (const generator of others) {
    for (const [key, over] of byKeys(generator)) {
      const base = merged.get(key);
      if (base)
        merged.set(
          key,
          together(base, over, (a, b) => (language && isEmpty(b) ? a : b)),
        );
    }
  }
  return [...merged.values()];
}

function generatorsOf({ generators }: JsonObject): readonly JsonObject[] {
  return (Array.isArray(generators) ? generators : []).map((one: JsonValue) => record(one));
}

/** A generator with parameters filled in; templates of its own values may use those that only it gives. */
function filledWhereKnown(generator: JsonObject, parameters: JsonObject, language: Language): JsonObject {
  const visit = (value: JsonValue | undefined): JsonValue => {
    if (typeof value === 'string') {
      try {
        // What is not there may be what only the generator itself gives.
        return fillText(value, parameters, language && { refusesMissing: true });
      } catch (error) {
        if (error instanceof NotUnderstood) return value;
        throw error;
      }
    }
    if (Array.isArray(value)) return value.map((item: JsonValue) => visit(item));
    if (!isMap(value)) return value ?? null;
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, visit(field as JsonValue)]),
    );
  };
  return record(visit(generator));
}

/** Both maps as one. @param decide between values that both have */
function together(
  a: JsonObject,
  b: JsonObject,
  decide: (a: JsonValue, b: JsonValue, name: string) => JsonValue,
): JsonObject {
  const joined = new Map<string, JsonValue | undefined>(Object.entries(a));
  for (const [name, value] of Object.entries(b)) {
    const known = joined.get(name);
    if (known === undefined || value === undefined) joined.set(name, value);
    else if (isMap(known) && isMap(value)) joined.set(name, together(record(known), record(value), decide));
    else joined.set(name, decide(known, value, name));
  }
  return Object.fromEntries(joined) as JsonObject;
}

/** Go templates get parameters that are merged by a library for which what is empty says nothing. */
function isEmpty(value: JsonValue): boolean {
  return (
    value === null ||
    value === '' ||
    value === 0 ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}

function ofGit(
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

function ofClusters(
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
function withValues(parameters: JsonObject, settings: JsonObject, language: Language): JsonObject {
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

/** As Argo CD makes a DNS label of a name. */
function normalizedName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 253);
}

/** Fills a template in, in all texts of a value, keys included. */
function fill(value: JsonValue | undefined, parameters: JsonObject, language: Language): JsonValue {
  if (typeof value === 'string') return fillText(value, parameters, language);
  if (Array.isArray(value)) return value.map((item: JsonValue) => fill(item, parameters, language));
  if (value === null || value === undefined || typeof value !== 'object') return value ?? null;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, field]) => [
      fillText(name, parameters, language),
      fill(field, parameters, language),
    ]),
  );
}

function fillText(template: string, parameters: JsonObject, language: Language): string {
  if (language) {
    try {
      return fillGoTemplate(template, parameters, { ...language, functions: { normalize: normalizedName } });
    } catch (error) {
      throw error instanceof TemplateProblem ? new NotUnderstood(error.message) : error;
    }
  }
  return template.replace(/\{\{\s*(.*?)\s*\}\}/gs, (whole, expression: string) => {
    const value = parameters[expression];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return String(value);
    throw new NotUnderstood(`${whole} in its template is not understood`);
  });
}
