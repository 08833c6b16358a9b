/** One process of the benchmark of emitters: reads objects from a file, writes each as YAML, first while everything is
 * cold and then again, and prints the times in milliseconds: `node emit-once.ts FILE [yaml package]`. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { emitYaml, type JsonValue } from '../../lib/objects/index.ts';

const WARM_ROUNDS = 20;

const [file = '', peer] = process.argv.slice(2);
const objects: readonly JsonValue[] = JSON.parse(readFileSync(file, 'utf8'));
const emit: (value: JsonValue) => string =
  peer === undefined ? emitYaml : createRequire(import.meta.url)(peer).stringify;

let bytes = 0;

function time(): number {
  const started = performance.now();
  bytes = objects.reduce<number>((sum, object) => sum + emit(object).length, 0);
  return performance.now() - started;
}

const firstMs = time();
const warm = Array.from({ length: WARM_ROUNDS }, time).sort((a, b) => a - b);
console.log(JSON.stringify({ firstMs, warmMs: warm[WARM_ROUNDS >> 1], bytes }));
