/** Fields of a Service that the server fills with something free when nobody says what they shall be. A dry run fills them
 * too, each time with something else, so what it shows there is not what will be. */
import type { JsonObject, JsonValue, KubernetesObject } from '../objects/index.ts';
import { canonicalJson } from '../objects/index.ts';
import { fieldOf, isMap, itemsOf } from './field-path.ts';

const ALLOCATED = ['clusterIP', 'clusterIPs', 'healthCheckNodePort'] as const;
const CHOSEN = '<chosen by the server>';

/** What a dry run returned, with a placeholder for what the server will choose anew: what is neither there already nor
 * asked for. */
export function withoutAllocated(
  after: KubernetesObject,
  live: KubernetesObject,
  sent: KubernetesObject,
): KubernetesObject {
  if (after.apiVersion !== 'v1' || after.kind !== 'Service' || !isMap(after.spec)) return after;
  // Objects are JSON.
  const known = new Set([...valuesOf(live as JsonObject), ...valuesOf(sent as JsonObject)]);
  const orChosen = (value: JsonValue) => (known.has(canonicalJson(value)) ? value : CHOSEN);
  const replaced = (object: JsonObject, names: readonly string[]): JsonObject =>
    Object.fromEntries(
      Object.entries(object).map(([name, value]) =>
        value !== undefined && names.includes(name) ? [name, orChosen(value)] : [name, value],
      ),
    );
  const spec = replaced(after.spec, ALLOCATED);
  const ports = itemsOf(spec, 'ports').map((port) => replaced(port, ['nodePort']));
  return { ...after, spec: { ...spec, ...(spec.ports !== undefined && { ports }) } };
}

function valuesOf(service: JsonObject): readonly string[] {
  const values = [
    ...ALLOCATED.map((name) => fieldOf(service, 'spec', name)),
    ...itemsOf(service, 'spec', 'ports').map(({ nodePort }) => nodePort),
  ];
  return values.flatMap((value) => (value === undefined ? [] : [canonicalJson(value)]));
}
