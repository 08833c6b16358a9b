import { createHash, randomInt } from 'node:crypto';
import { canonicalJson, type JsonObject } from '../../objects/index.ts';

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

/** Hashes of pod templates. What comes from the store never changes, so neither does its hash. */
const hashes = new WeakMap<JsonObject, string>();

/** Ten letters that stand for a pod template: equal templates, equal letters. */
export function hashOf(template: JsonObject): string {
  const known = hashes.get(template);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(canonicalJson(template)).digest();
  const hash = [...digest.subarray(0, 10)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
  hashes.set(template, hash);
  return hash;
}
