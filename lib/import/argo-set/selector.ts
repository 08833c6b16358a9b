/** Selectors of ApplicationSets: of generators, over the parameters that they give, and of clusters, over their labels. */
import {
  type JsonObject,
  type JsonValue,
  type ObjectLabelSelector,
  selectorMatches,
} from '../../objects/index.ts';

/** Whether a generator keeps parameters. Those in others are known by their path, `metadata.labels.env`, and all are texts; unlike
 * those of Kubernetes, values may be any. */
export function selectsParameters(selector: JsonObject, parameters: JsonObject): boolean {
  return selectorMatches(selector as ObjectLabelSelector, Object.fromEntries(textsOf(parameters, '')));
}

export function isSelective({ matchLabels, matchExpressions }: JsonObject): boolean {
  return Object.keys(Object(matchLabels)).length + Object.keys(Object(matchExpressions)).length > 0;
}

function textsOf(value: JsonValue | undefined, path: string): readonly (readonly [string, string])[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [[path, value === null ? '<nil>' : String(value)]];
  return Object.entries(value).flatMap(([name, part]) =>
    textsOf(part as JsonValue, path === '' ? name : `${path}.${name}`),
  );
}
