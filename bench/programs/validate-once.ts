/** One process of the validation benchmark: reads objects from a file, judges them as a run of a program does, while
 * everything is cold, then whole and again, and prints the times in milliseconds. */
import { readFileSync } from 'node:fs';
import { type KubernetesObject, keyOf } from '../../lib/objects/index.ts';
import { prevalidate, type ValidatedObject, validateObjects } from '../../lib/validate/index.ts';

const WARM_ROUNDS = 50;

const text = readFileSync(process.argv[2] ?? '', 'utf8');

/** Objects that nobody has judged yet. */
function objects(): readonly ValidatedObject[] {
  return (JSON.parse(text) as KubernetesObject[]).map((object) => ({ object, key: keyOf(object) }));
}

function time(judge: () => void): number {
  const started = performance.now();
  judge();
  return performance.now() - started;
}

function whole(given: readonly ValidatedObject[]): void {
  const { errors, warnings } = validateObjects(given);
  if (errors.length + warnings.length > 0) throw new Error(`${errors[0]?.message ?? warnings[0]?.message}`);
}

const few = objects().slice(0, 3);
const loadMs = time(() => whole(few));
const first = objects();
const aheadMs = time(() => {
  for (const { object } of first) prevalidate(object);
});
const endMs = time(() => whole(first));
const warm = Array.from({ length: WARM_ROUNDS }, () => {
  const given = objects();
  return time(() => whole(given));
}).sort((a, b) => a - b);
console.log(JSON.stringify({ loadMs, aheadMs, endMs, warmMs: warm[WARM_ROUNDS >> 1] }));
