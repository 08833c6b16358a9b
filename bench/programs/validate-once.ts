/** One process of the validation benchmark: reads objects from a file, judges them once while everything is cold and
 * some times more, and prints the times in milliseconds. */
import { readFileSync } from 'node:fs';
import { type KubernetesObject, keyOf } from '../../lib/objects/index.ts';
import { validateObjects } from '../../lib/validate/index.ts';

const WARM_ROUNDS = 50;

const objects = (JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as KubernetesObject[]).map(
  (object) => ({ object, key: keyOf(object) }),
);

function once(some: typeof objects): number {
  const started = performance.now();
  const { errors, warnings } = validateObjects(some);
  const ms = performance.now() - started;
  if (errors.length + warnings.length > 0) throw new Error(`${errors[0]?.message ?? warnings[0]?.message}`);
  return ms;
}

const loadMs = once(objects.slice(0, 3));
const coldMs = once(objects);
const warm = Array.from({ length: WARM_ROUNDS }, () => once(objects)).sort((a, b) => a - b);
console.log(JSON.stringify({ loadMs, coldMs, warmMs: warm[WARM_ROUNDS >> 1] }));
