/** RBAC: whether a user may do what a request asks (rbac.authorization.k8s.io/v1). */
import type { JsonObject } from '../../objects/index.ts';
import type { Core } from '../core.ts';
import type { ApiRequest } from '../http/exchange.ts';
import type { RequestInfo } from '../rest/request-info.ts';
import { ApiError, formatGroupResource } from '../status.ts';
import { MASTERS, type UserInfo } from './user.ts';

export interface AccessAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty for all namespaces and cluster-scoped resources. */
  readonly namespace: string;
  readonly name: string;
  /** Set when the request is not about a resource. */
  readonly path: string | undefined;
}

interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface GrantedRule {
  readonly rule: PolicyRule;
  readonly reason: string;
}

/** @throws ApiError 403 that names verb, resource and namespace */
export function authorize(core: Core, request: ApiRequest, info: RequestInfo | undefined): void {
  const { user } = request;
  if (user.groups.includes(MASTERS)) return;
  const attributes = attributesOf(request, info);
  if (isAllowed(core, user, attributes)) return;
  throw refusal(user, attributes);
}

function attributesOf(request: ApiRequest, info: RequestInfo | undefined): AccessAttributes {
  return {
    verb: info?.verb ?? request.method.toLowerCase(),
    group: info?.group ?? '',
    resource: info?.plural ?? '',
    subresource: info?.subresource ?? '',
    namespace: (isNamespace(info) ? info?.name : info?.namespace) ?? '',
    name: info?.name ?? '',
    path: info ? undefined : request.path,
  };
}

/** A namespace is in itself, so that a role in it may speak of it. */
function isNamespace(info: RequestInfo | undefined): boolean {
  return info?.group === '' && info.plural === 'namespaces';
}

/** What a user who may not do it is told. */
export function refusal(user: UserInfo, attributes: AccessAttributes): ApiError {
  const { verb, group, resource, subresource, namespace, name, path } = attributes;
  if (path !== undefined) {
    return new ApiError(
      403,
      'Forbidden',
      `forbidden: User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`,
      {},
    );
  }
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const subject =
    formatGroupResource({ group, plural: resource }) + (name === '' ? '' : ` ${JSON.stringify(name)}`);
  return new ApiError(
    403,
    'Forbidden',
    `${subject} is forbidden: User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)} ${where}`,
    { ...(name !== '' && { name }), ...(group !== '' && { group }), kind: resource },
  );
}

/** @returns why it is allowed, or undefined when it is not */
export function isAllowed(
  core: Core,
  user: UserInfo,
  attributes: AccessAttributes,
): { readonly reason: string } | undefined {
  if (user.groups.includes(MASTERS)) return { reason: '' };
  for (const { rule, reason } of grantedRules(core, user, attributes.namespace)) {
    if (covers(rule, attributes)) return { reason };
  }
  return undefined;
}

/** The rules that a user has in a namespace, as a SelfSubjectRulesReview tells them. */
export function rulesFor(core: Core, user: UserInfo, namespace: string): JsonObject {
  const everything: PolicyRule[] = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ];
  const rules = user.groups.includes(MASTERS)
    ? everything
    : [...grantedRules(core, user, namespace)].map(({ rule }) => rule);
  return {
    resourceRules: rules
      .filter((rule) => rule.resources)
      .map(({ nonResourceURLs: _, ...rule }) => ({ ...rule })),
    nonResourceRules: rules
      .filter((rule) => rule.nonResourceURLs)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs: nonResourceURLs ?? [] })),
  };
}

interface Binding {
  readonly subjects?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
  readonly roleRef: { readonly kind: string; readonly name: string };
}

const RBAC = 'rbac.authorization.k8s.io';

function* grantedRules(core: Core, user: UserInfo, namespace: string): Generator<GrantedRule> {
  for (const object of core.storage.list(`${RBAC}/clusterrolebindings`)) {
    const binding = object as unknown as Binding; // validated by its schema when it was written
    const { name } = object.metadata;
    if (!appliesTo(binding, user, '')) continue;
    const reason = `RBAC: allowed by ClusterRoleBinding "${name}" of ClusterRole "${binding.roleRef.name}" to ${describe(binding, user)}`;
    yield* rulesOfRole(core, binding, '', reason);
  }
  if (namespace === '') return;
  for (const object of core.storage.list(`${RBAC}/rolebindings`, namespace)) {
    const binding = object as unknown as Binding; // ditto
    if (!appliesTo(binding, user, namespace)) continue;
    const reason = `RBAC: allowed by RoleBinding "${object.metadata.name}/${namespace}" of ${binding.roleRef.kind} "${binding.roleRef.name}" to ${describe(binding, user)}`;
    yield* rulesOfRole(core, binding, namespace, reason);
  }
}

function* rulesOfRole(
  core: Core,
  binding: Binding,
  namespace: string,
  reason: string,
): Generator<GrantedRule> {
  const role =
    binding.roleRef.kind === 'Role'
      ? core.storage.get(`${RBAC}/roles`, namespace, binding.roleRef.name)
      : core.storage.get(`${RBAC}/clusterroles`, '', binding.roleRef.name);
  for (const rule of (role?.rules ?? []) as readonly PolicyRule[]) yield { rule, reason }; // ditto
}

function appliesTo(binding: Binding, user: UserInfo, namespace: string): boolean {
  return subjectFor(binding, user, namespace) !== undefined;
}

function subjectFor(binding: Binding, user: UserInfo, namespace: string) {
  return binding.subjects?.find((subject) => {
    switch (subject.kind) {
      case 'User':
        return subject.name === user.name;
      case 'Group':
        return user.groups.includes(subject.name);
      case 'ServiceAccount':
        return user.name === `system:serviceaccount:${subject.namespace ?? namespace}:${subject.name}`;
      default:
        return false;
    }
  });
}

function describe(binding: Binding, user: UserInfo): string {
  const subject = subjectFor(binding, user, '');
  return `${subject?.kind ?? 'User'} "${subject?.name ?? user.name}"`;
}

function covers(rule: PolicyRule, attributes: AccessAttributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  const { path } = attributes;
  if (path !== undefined) {
    return (rule.nonResourceURLs ?? []).some(
      (url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))),
    );
  }
  const { group, resource, subresource, name } = attributes;
  const wanted = subresource === '' ? resource : `${resource}/${subresource}`;
  const resources = rule.resources ?? [];
  return (
    has(rule.apiGroups ?? [], group) &&
    (has(resources, wanted) || (subresource !== '' && resources.includes(`*/${subresource}`))) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(name))
  );
}

function has(list: readonly string[], item: string): boolean {
  return list.includes('*') || list.includes(item);
}
