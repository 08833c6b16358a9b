import { createHash, randomInt } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../../objects/index.ts';

/** The letters that Kubernetes makes names of: no vowels, so no words. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** A name that begins with this and is completed by chance, as the API server does it for `generateName`. */
export function generated(generateName: string): { readonly name: string; readonly generateName: string } {
  return { name: `${generateName}${randomSuffix()}`, generateName };
}

/** The five letters at the end of a generated name. */
function randomSuffix(): string {
  return Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** Ten letters that stand for a value: equal values, equal letters. */
export function hashOf(value: JsonValue): string {
  const digest = createHash('sha256').update(canonicalJson(value)).digest();
  return [...digest.subarray(0, 10)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}
