/** Defaults inside of values that are applied as a whole: the server sets them anew with every apply, so what was merged
 * lacks them. Those that stand in about every cluster; an object with any other is left to the server. */
import type { JsonObject, JsonValue, KubernetesObject } from '../../objects/index.ts';
import { isMap } from '../field-path.ts';
import { formatGroupKind } from '../live.ts';

type Change = (value: JsonObject) => JsonObject;

/** Changes the maps that a path leads to; `*` is every item of a list. */
function at([step, ...rest]: readonly string[], change: Change): Change {
  if (step === undefined) return change;
  const below = at(rest, change);
  const inside = (value: JsonValue): JsonValue => (isMap(value) ? below(value) : value);
  return (value) => {
    const field = value[step];
    if (field === undefined) return value;
    if (rest[0] !== '*') return { ...value, [step]: inside(field) };
    const items = at(rest.slice(1), change);
    if (!Array.isArray(field)) return value;
    return { ...value, [step]: field.map((item: JsonValue) => (isMap(item) ? items(item) : item)) };
  };
}

const orElse =
  (name: string, value: JsonValue): Change =>
  (map) =>
    map[name] === undefined ? { ...map, [name]: value } : map;

/** Core defaults of ObjectFieldSelector, and networking defaults of NetworkPolicyPort. */
const POD_DEFAULTS = ['containers', 'initContainers'].map((list) =>
  at(
    ['spec', 'template', 'spec', list, '*', 'env', '*', 'valueFrom', 'fieldRef'],
    orElse('apiVersion', 'v1'),
  ),
);
const PORT_DEFAULTS = ['ingress', 'egress'].map((list) =>
  at(['spec', list, '*', 'ports', '*'], orElse('protocol', 'TCP')),
);

const DEFAULTS: Readonly<Record<string, readonly Change[]>> = {
  'Deployment.apps': POD_DEFAULTS,
  'StatefulSet.apps': POD_DEFAULTS,
  'DaemonSet.apps': POD_DEFAULTS,
  'NetworkPolicy.networking.k8s.io': PORT_DEFAULTS,
};

export function withDefaults(
  object: KubernetesObject,
  key: { readonly group: string; readonly kind: string },
): KubernetesObject {
  const changes = DEFAULTS[formatGroupKind(key)] ?? [];
  // An object is JSON, and setting defaults in it leaves it the object that it is.
  const json = object as unknown as JsonObject;
  return changes.reduce((value, change) => change(value), json) as unknown as KubernetesObject;
}
