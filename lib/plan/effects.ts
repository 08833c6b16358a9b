/** What a change brings about beyond the write itself. */
import type { JsonObject, JsonValue, KubernetesObject, ObjectKey } from '../objects/index.ts';
import { canonicalJson } from '../objects/index.ts';
import { itemsOf, numberOf } from './field-path.ts';
import { formatGroupKind } from './live.ts';
import type { Action, Effect, FieldChange } from './plan.ts';

export interface Consequence {
  readonly key: ObjectKey;
  readonly action: Action;
  readonly changes: readonly FieldChange[];
  /** The object as it is; only its metadata is known for deletes. */
  readonly live?: KubernetesObject;
  /** The object as it will be. */
  readonly after?: KubernetesObject;
}

export function effectsOf(consequence: Consequence): readonly Effect[] {
  return [restarts, scales, replaces, touchesData, removesDefinition, widensAccess].flatMap(
    (find) => find(consequence) ?? [],
  );
}

/** Workloads that roll their pods when their template changes, with the field that says how many there are. */
const ROLLING: Readonly<Record<string, readonly string[]>> = {
  'Deployment.apps': ['spec', 'replicas'],
  'StatefulSet.apps': ['spec', 'replicas'],
  'DaemonSet.apps': ['status', 'desiredNumberScheduled'],
  ReplicationController: ['spec', 'replicas'],
};

function restarts({ key, action, changes, live }: Consequence): Effect | undefined {
  const count = ROLLING[formatGroupKind(key)];
  if (!count || action === 'create' || !changes.some(({ path }) => path.startsWith('spec.template.'))) return;
  const pods = numberOf(live as JsonObject | undefined, ...count) ?? 1;
  if (pods === 0) return;
  return { kind: 'restarts-pods', message: `restarts ${pods} ${pods === 1 ? 'pod' : 'pods'}` };
}

function scales({ action, changes }: Consequence): Effect | undefined {
  const replicas = changes.find(({ path }) => path === 'spec.replicas');
  if (!replicas || action === 'create' || action === 'replace') return;
  return { kind: 'scales', message: `scales from ${show(replicas.before)} to ${show(replicas.after)}` };
}

function show(value: JsonValue | undefined): string {
  return value === undefined ? 'the default' : String(value);
}

function replaces({ action }: Consequence): Effect | undefined {
  return action === 'replace'
    ? { kind: 'replaces', message: 'deletes the object and makes it anew' }
    : undefined;
}

const STORED_DATA: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: 'deletes the claim, and the data where its volume is not retained',
  PersistentVolume: 'deletes the volume',
  'StatefulSet.apps': 'removes pods that have volumes of their own',
};

function touchesData({ key, action }: Consequence): Effect | undefined {
  const message = STORED_DATA[formatGroupKind(key)];
  return message && (action === 'delete' || action === 'replace')
    ? { kind: 'touches-data', message }
    : undefined;
}

function removesDefinition({ key, action }: Consequence): Effect | undefined {
  if (formatGroupKind(key) !== 'CustomResourceDefinition.apiextensions.k8s.io') return;
  if (action !== 'delete' && action !== 'replace') return;
  return { kind: 'removes-crd', message: `removes the kind ${key.name} and every object of it` };
}

const RBAC = 'rbac.authorization.k8s.io';

function widensAccess({ key, action, live, after }: Consequence): Effect | undefined {
  if (key.group !== RBAC || !after || action === 'delete' || action === 'detach') return;
  const list = key.kind.endsWith('Binding') ? 'subjects' : 'rules';
  const before = new Set(itemsOf(live, list).map((item) => canonicalJson(item)));
  const added = itemsOf(after, list).filter((item) => !before.has(canonicalJson(item)));
  if (added.length === 0) return;
  const names =
    list === 'subjects'
      ? `gives the role to ${added.map(({ kind, name }) => `${String(kind)} ${String(name)}`).join(', ')}`
      : `allows ${added.map(describeRule).join('; ')}`;
  return { kind: 'widens-rbac', message: names };
}

function describeRule(rule: JsonObject): string {
  const words = (value: JsonValue | undefined) => (Array.isArray(value) ? value.map(String).join(', ') : '');
  return `${words(rule.verbs)} on ${words(rule.resources) || words(rule.nonResourceURLs)}`;
}
