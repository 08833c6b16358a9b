import { digestOf } from '../objects/index.ts';

/** What a label can hold: both tools put the names of these objects into labels. */
const MAX_LENGTH = 63;
const HASH_LENGTH = 8;

/** A name of parts. One that would be too long is cut, and gets a hash of the whole. */
export function objectName(...parts: readonly (string | undefined)[]): string {
  const name = parts.filter((part) => part !== undefined && part !== '').join('-');
  if (name.length <= MAX_LENGTH) return name;
  const hash = digestOf(name).replace('sha256:', '').slice(0, HASH_LENGTH);
  return `${name.slice(0, MAX_LENGTH - HASH_LENGTH - 1).replace(/[-.]+$/, '')}-${hash}`;
}
