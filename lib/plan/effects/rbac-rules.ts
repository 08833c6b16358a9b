/** What RBAC rules allow, compared by what they mean: a rule that is split in two, or written in another order, allows
 * what it did. After Kubernetes' own comparison (component-helpers auth/rbac/validation, `Covers`). */
import type { JsonObject, JsonValue } from '../../objects/index.ts';

/** One verb on one resource, one named object, or one URL. */
type Permission = { readonly verb: string } & (
  | { readonly group: string; readonly resource: string; readonly name: string | undefined }
  | { readonly url: string }
);

interface Rule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly names: readonly string[];
  readonly urls: readonly string[];
}

/** What some rules allow that others do not, for people: `delete, patch on pods, secrets "db"`. */
export function newlyAllowed(before: readonly JsonObject[], after: readonly JsonObject[]): readonly string[] {
  const covering = before.map(readRule);
  const isNew = (permission: Permission) => !covering.some((rule) => covers(rule, permission));
  const verbsOf = new Map<string, string[]>();
  for (const permission of after.flatMap((rule) => permissionsOf(readRule(rule)))) {
    if (!isNew(permission)) continue;
    const target = describeTarget(permission);
    const verbs = verbsOf.get(target) ?? [];
    if (!verbs.includes(permission.verb)) verbs.push(permission.verb);
    verbsOf.set(target, verbs);
  }
  const targets = Map.groupBy(verbsOf, ([, verbs]) =>
    verbs.includes('*') ? 'everything' : verbs.join(', '),
  );
  return [...targets].map(([verbs, group]) => `${verbs} on ${group.map(([target]) => target).join(', ')}`);
}

function readRule(rule: JsonObject): Rule {
  return {
    verbs: strings(rule.verbs),
    // Rules of a file may leave out the core group's empty name; the API server wants it.
    groups: rule.apiGroups === undefined ? [''] : strings(rule.apiGroups),
    resources: strings(rule.resources),
    names: strings(rule.resourceNames),
    urls: strings(rule.nonResourceURLs),
  };
}

function strings(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function permissionsOf({ verbs, groups, resources, names, urls }: Rule): readonly Permission[] {
  return verbs.flatMap((verb): readonly Permission[] => [
    ...groups.flatMap((group) =>
      resources.flatMap((resource) =>
        (names.length === 0 ? [undefined] : names).map((name) => ({ verb, group, resource, name })),
      ),
    ),
    ...urls.map((url) => ({ verb, url })),
  ]);
}

function covers({ verbs, groups, resources, names, urls }: Rule, permission: Permission): boolean {
  if (!verbs.includes('*') && !verbs.includes(permission.verb)) return false;
  if ('url' in permission) return urls.some((url) => coversUrl(url, permission.url));
  const { group, resource, name } = permission;
  if (!groups.includes('*') && !groups.includes(group)) return false;
  if (!coversResource(resources, resource)) return false;
  return names.length === 0 || (name !== undefined && names.includes(name));
}

/** `*` is every resource and subresource, and `*` before a slash is one subresource of every resource. */
function coversResource(resources: readonly string[], resource: string): boolean {
  if (resources.includes('*') || resources.includes(resource)) return true;
  const [, subresource] = resource.split('/', 2);
  return subresource !== undefined && resources.includes(`*/${subresource}`);
}

function coversUrl(pattern: string, url: string): boolean {
  return pattern === url || (pattern.endsWith('*') && url.startsWith(pattern.slice(0, -1)));
}

function describeTarget(permission: Permission): string {
  if ('url' in permission) return permission.url;
  const { group, resource, name } = permission;
  const what = resource === '*' ? 'every resource' : resource;
  const named = name === undefined ? what : `${what} ${JSON.stringify(name)}`;
  if (group === '') return named;
  if (group === '*') return resource === '*' ? named : `${named} of every group`;
  return resource === '*' ? `${named} of ${group}` : named.replace(what, `${what}.${group}`);
}
