/** Whether a policy is about an object (Kubernetes, "Validating Admission Policy": matchConstraints). Every object counts as
 * being created. */
import { type KubernetesObject, parseApiVersion, selectorMatches } from '../../objects/index.ts';
import type { MatchResources, ResourceRule } from './admission-policy.ts';

/** An object as it is sent to the API server. */
export interface Admitted {
  readonly object: KubernetesObject;
  /** Its resource: `deployments`. */
  readonly resource: string;
  /** Labels of its namespace; undefined where it is in none. */
  readonly namespaceLabels: Readonly<Record<string, string>> | undefined;
}

export function matches(constraints: MatchResources | undefined, admitted: Admitted): boolean {
  if (!constraints) return true;
  const { resourceRules, excludeResourceRules = [], namespaceSelector, objectSelector } = constraints;
  const labels = admitted.object.metadata.labels ?? {};
  if (objectSelector && !selectorMatches(objectSelector, labels)) return false;
  if (namespaceSelector && !matchesNamespace(namespaceSelector, admitted)) return false;
  if (excludeResourceRules.some((rule) => matchesRule(rule, admitted))) return false;
  return resourceRules === undefined || resourceRules.some((rule) => matchesRule(rule, admitted));
}

/** Namespaces are selected by their own labels; what else is in none is always. */
function matchesNamespace(
  selector: NonNullable<MatchResources['namespaceSelector']>,
  { object, namespaceLabels }: Admitted,
): boolean {
  if (object.kind === 'Namespace' && object.apiVersion === 'v1') {
    return selectorMatches(selector, namespaceLabelsOf(object.metadata.name, object));
  }
  return namespaceLabels === undefined || selectorMatches(selector, namespaceLabels);
}

/** The API server gives every namespace a label with its name. */
export function namespaceLabelsOf(
  name: string,
  namespace?: KubernetesObject,
): Readonly<Record<string, string>> {
  return { ...namespace?.metadata.labels, 'kubernetes.io/metadata.name': name };
}

function matchesRule(rule: ResourceRule, { object, resource, namespaceLabels }: Admitted): boolean {
  const { group, version } = parseApiVersion(object.apiVersion);
  const { operations = ['*'], resourceNames = [], scope = '*' } = rule;
  const isNamespaced = namespaceLabels !== undefined;
  return (
    includes(rule.apiGroups, group) &&
    includes(rule.apiVersions, version) &&
    includes(operations, 'CREATE') &&
    (includes(rule.resources, resource) || (rule.resources ?? []).includes('*/*')) &&
    (resourceNames.length === 0 || resourceNames.includes(object.metadata.name)) &&
    (scope === '*' || (scope === 'Namespaced') === isNamespaced)
  );
}

function includes(list: readonly string[] = [], value: string): boolean {
  return list.includes(value) || list.includes('*');
}

/** The resource of a kind, as Kubernetes forms it where nothing says otherwise (apimachinery, meta, UnsafeGuessKindToResource). */
export function guessResource(kind: string): string {
  const lower = kind.toLowerCase();
  if (lower === 'endpoints') return lower;
  if (lower.endsWith('s')) return `${lower}es`;
  if (lower.endsWith('y') && !/[aeiou]y$/.test(lower)) return `${lower.slice(0, -1)}ies`;
  return `${lower}s`;
}
