/** Reads fields of an object of which nothing but the envelope is known. Numbers and strings of the wrong type count
 * as absent; a structure that cannot be walked at all is unreadable. kstatus draws the line in the same places. */
import type { KubernetesObject } from '../objects/index.ts';

/** Thrown when an object's shape makes a judgement impossible; its health is then `Unknown`. */
export class UnreadableObject extends Error {}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Where a kind grades its conditions. */
  readonly severity: string;
  /** The generation of the object that the condition speaks of, where it says so (meta/v1 Condition). */
  readonly observedGeneration: number | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Whether it is a map. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Maps whose keys have dots in them. */
const DOTTED = /^metadata\.(annotations|labels)\.(.+)$/;

/** The value at a path such as `status.loadBalancer.ingress`; undefined when there is none. A number takes an item of a
 * list. What follows `metadata.annotations.` or `metadata.labels.` is one name, whatever dots are in it. */
export function valueAt(object: KubernetesObject | Fields, path: string): unknown {
  let value: unknown = object;
  for (const field of fieldsOf(path)) {
    if (Array.isArray(value)) value = value[Number(field)];
    else if (isFields(value)) value = value[field];
    else return undefined;
  }
  return value;
}

function fieldsOf(path: string): readonly string[] {
  const [, map, name] = DOTTED.exec(path) ?? [];
  return map !== undefined && name !== undefined ? ['metadata', map, name] : path.split('.');
}

/** The whole number at a path, or the fallback when there is none. */
export function integerAt(object: KubernetesObject, path: string, fallback: number): number {
  const value = valueAt(object, path);
  return Number.isInteger(value) ? Number(value) : fallback;
}

/** The string at a path, or the fallback when there is none. */
export function stringAt(object: KubernetesObject, path: string, fallback: string): string {
  const value = valueAt(object, path);
  return typeof value === 'string' ? value : fallback;
}

/** A generation or observedGeneration: undefined when absent.
 * @throws UnreadableObject when something else than a whole number stands there */
export function generationAt(
  object: KubernetesObject,
  path: 'metadata.generation' | 'status.observedGeneration',
): number | undefined {
  const [parent, field] = path.split('.') as [string, string]; // both paths have exactly two parts
  const fields: unknown = object[parent];
  if (fields === undefined || fields === null) return undefined;
  if (!isFields(fields)) throw new UnreadableObject(`${parent} is not an object`);
  const value = fields[field];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && writesGenerationAsText(object) && /^\d+$/.test(value))
    return Number(value);
  if (!Number.isInteger(value)) throw new UnreadableObject(`${path} is not a whole number`);
  return Number(value);
}

/** Argo Rollouts (rollouts/v1alpha1 types.go): `status.observedGeneration` is a string there. */
function writesGenerationAsText({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === 'Rollout' && apiVersion.startsWith('argoproj.io/');
}

/** `status.conditions`, with the empty string for what a condition leaves out.
 * @throws UnreadableObject when they are not a list of conditions */
export function conditionsOf(object: KubernetesObject): readonly Condition[] {
  const status: unknown = object.status;
  if (status === undefined || status === null) return [];
  if (!isFields(status)) throw new UnreadableObject('status is not an object');
  const conditions = status.conditions;
  if (conditions === undefined || conditions === null) return [];
  if (!Array.isArray(conditions)) throw new UnreadableObject('status.conditions is not a list');
  return conditions.map(readCondition);
}

/** Conditions at any path, read as far as they can be: `conditions` of an item of a list, say. */
export function conditionsIn(object: KubernetesObject | Fields, path: string): readonly Condition[] {
  const conditions = valueAt(object, path);
  return Array.isArray(conditions) ? conditions.filter(isFields).map(readCondition) : [];
}

function readCondition(condition: unknown, index: number): Condition {
  const fields = condition ?? {};
  if (!isFields(fields)) throw new UnreadableObject(`status.conditions[${index}] is not an object`);
  const text = (field: string): string => {
    const value = fields[field] ?? '';
    if (typeof value === 'string') return value;
    throw new UnreadableObject(`status.conditions[${index}].${field} is not a string`);
  };
  const { severity, observedGeneration } = fields;
  return {
    type: text('type'),
    status: text('status'),
    reason: text('reason'),
    message: text('message'),
    severity: typeof severity === 'string' ? severity : '',
    observedGeneration: typeof observedGeneration === 'number' ? observedGeneration : undefined,
  };
}
