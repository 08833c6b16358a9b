/** Whether somebody may do more than before. */
import type { JsonObject, JsonValue } from '../../objects/index.ts';
import { canonicalJson } from '../../objects/index.ts';
import { fieldOf, isMap, itemsOf, stringOf } from '../field-path.ts';
import type { Effect } from '../plan.ts';
import type { Consequence } from './consequence.ts';
import { newlyAllowed } from './rbac-rules.ts';

const RBAC = 'rbac.authorization.k8s.io';
/** Kubernetes, "Using RBAC Authorization": aggregated ClusterRoles; admin, edit and view collect rules by such labels. */
const AGGREGATE_TO = `${RBAC}/aggregate-to-`;

export function widensAccess({ key, action, live, after }: Consequence): Effect | undefined {
  if (key.group !== RBAC || !after || action === 'delete' || action === 'detach') return;
  const [before, now] = [live as JsonObject | undefined, after as JsonObject]; // objects are JSON
  const found = key.kind.endsWith('Binding') ? grants(before, now) : permissions(before, now);
  return found.length === 0 ? undefined : { kind: 'widens-rbac', message: found.join('; ') };
}

function permissions(before: JsonObject | undefined, after: JsonObject): readonly string[] {
  const [old, now] = [itemsOf(before, 'rules'), itemsOf(after, 'rules')];
  const allowed = newlyAllowed(old, now).map((text) => `allows ${text}`);
  const already = aggregatedTo(before);
  const roles = [...aggregatedTo(after)].filter(
    (role) => newlyAllowed(already.has(role) ? old : [], now).length > 0,
  );
  return [
    ...allowed,
    ...(roles.length > 0 ? [`gives its rules to whoever has the role ${roles.join(', ')}`] : []),
    ...newItems(selectorsOf(before), selectorsOf(after)).map(
      (selector) => `collects the rules of roles with ${describeSelector(selector)}`,
    ),
  ];
}

/** Names of the roles that a role's rules become part of. */
function aggregatedTo(role: JsonObject | undefined): ReadonlySet<string> {
  const labels = fieldOf(role, 'metadata', 'labels');
  if (!isMap(labels)) return new Set();
  const chosen = Object.entries(labels).filter(
    ([name, value]) => name.startsWith(AGGREGATE_TO) && value === 'true',
  );
  return new Set(chosen.map(([name]) => name.slice(AGGREGATE_TO.length)));
}

function selectorsOf(role: JsonObject | undefined): readonly JsonObject[] {
  return itemsOf(role, 'aggregationRule', 'clusterRoleSelectors');
}

function describeSelector(selector: JsonObject): string {
  const labels = isMap(selector.matchLabels) ? Object.entries(selector.matchLabels) : [];
  return labels.length > 0
    ? `the label ${labels.map(([name, value]) => `${name}=${text(value)}`).join(', ')}`
    : 'the labels that it selects';
}

/** A binding gives one role to subjects; with another role, it gives to all of them what they had not. */
function grants(before: JsonObject | undefined, after: JsonObject): readonly string[] {
  const role = `${text(fieldOf(after, 'roleRef', 'kind'))} ${text(fieldOf(after, 'roleRef', 'name'))}`;
  const sameRole =
    before !== undefined &&
    ['kind', 'name'].every(
      (field) => stringOf(before, 'roleRef', field) === stringOf(after, 'roleRef', field),
    );
  const had = new Set((sameRole ? itemsOf(before, 'subjects') : []).map(describeSubject));
  const added = itemsOf(after, 'subjects')
    .map(describeSubject)
    .filter((subject) => !had.has(subject));
  return added.length === 0 ? [] : [`gives ${role} to ${added.join(', ')}`];
}

function describeSubject({ kind, name, namespace }: JsonObject): string {
  return `${text(kind)} ${namespace === undefined ? '' : `${text(namespace)}/`}${text(name)}`;
}

function newItems(before: readonly JsonObject[], after: readonly JsonObject[]): readonly JsonObject[] {
  const known = new Set(before.map((item) => canonicalJson(item)));
  return after.filter((item) => !known.has(canonicalJson(item)));
}

function text(value: JsonValue | undefined): string {
  return value === undefined ? '' : String(value);
}
