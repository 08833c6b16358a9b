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
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path such as `status.loadBalancer.ingress`; undefined when there is none. */
export function valueAt(object: KubernetesObject, path: string): unknown {
  let value: unknown = object;
  for (const field of path.split('.')) {
    if (!isFields(value)) return undefined;
    value = value[field];
  }
  return value;
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
  if (!Number.isInteger(value)) throw new UnreadableObject(`${path} is not a whole number`);
  return Number(value);
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

function readCondition(condition: unknown, index: number): Condition {
  if (condition === null) return { type: '', status: '', reason: '', message: '' };
  if (!isFields(condition)) throw new UnreadableObject(`status.conditions[${index}] is not an object`);
  const text = (field: string): string => {
    const value = condition[field] ?? '';
    if (typeof value === 'string') return value;
    throw new UnreadableObject(`status.conditions[${index}].${field} is not a string`);
  };
  return { type: text('type'), status: text('status'), reason: text('reason'), message: text('message') };
}
