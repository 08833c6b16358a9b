/** Reads `truekeel.dev/after`: object keys, divided by commas, that an object waits for. */
import { type ObjectKey, parseKey } from './key.ts';
import { Annotation } from './names.ts';
import type { ObjectMetadata } from './object.ts';

export interface After {
  readonly keys: readonly ObjectKey[];
  /** Parts that are no keys. */
  readonly wrong: readonly string[];
}

export function readAfter(object: ObjectMetadata): After {
  const keys: ObjectKey[] = [];
  const wrong: string[] = [];
  const text = object.metadata.annotations?.[Annotation.after] ?? '';
  for (const part of text.split(',').map((piece) => piece.trim())) {
    if (part === '') continue;
    try {
      keys.push(parseKey(part));
    } catch {
      wrong.push(part);
    }
  }
  return { keys, wrong };
}
