/** Generators → the parameters that they give. */
import { canonicalJson, type JsonObject, type JsonValue } from '../../objects/index.ts';
import { record } from '../fields.ts';
import { isMap } from '../structural-schema.ts';
import { NotUnderstood } from './not-understood.ts';
import { selectsParameters } from './selector.ts';
import { ofClusters, ofGit, withValues } from './sources.ts';
import type { ArgoSurroundings } from './surroundings.ts';
import { fillText, type Language } from './template.ts';
import { isEmpty, together } from './together.ts';
import { yamlOf } from './yaml.ts';

/** What generators may say. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  list: ['elements', 'elementsYaml'],
  git: ['repoURL', 'revision', 'directories', 'files', 'values', 'pathParamPrefix', 'requeueAfterSeconds'],
  clusters: ['selector', 'values'],
  matrix: ['generators'],
  merge: ['generators', 'mergeKeys'],
};

export function parametersOf(
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

export function kindsOf(generator: JsonObject): readonly string[] {
  return Object.keys(generator).filter((name) => name !== 'selector');
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

export function generatorsOf({ generators }: JsonObject): readonly JsonObject[] {
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
