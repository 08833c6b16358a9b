/** Writes the JSON Schemas of `-o json` to docs/schemas/. A test holds the files to the code. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { Results } from '../synth/cli/results.ts';

/** File name → content, for each verb with a JSON result. */
export function schemaFiles(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(Results).map(([verb, schema]) => {
      const json = { title: `truekeel ${verb} -o json`, ...z.toJSONSchema(schema) };
      return [`${verb}.json`, `${JSON.stringify(json, null, 2)}\n`];
    }),
  );
}

if (import.meta.main) {
  mkdirSync('docs/schemas', { recursive: true });
  for (const [name, content] of schemaFiles()) writeFileSync(`docs/schemas/${name}`, content);
}
