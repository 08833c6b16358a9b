/** Fields of objects of which nothing is known but that they are JSON. */
import type { JsonObject } from '../objects/index.ts';
import { isMap } from './structural-schema.ts';

export function record(value: unknown): JsonObject {
  return isMap(value) ? (value as JsonObject) : {};
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
