/** Finds what Helm would fetch when it renders a chart: what the schemas of values refer to. */
import { filesOf } from './archive.ts';
import { ChartProblem } from './problem.ts';

/** Those that every validator has. */
const KNOWN = /^https?:\/\/json-schema\.org\//;
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef', '$schema'];

/** @param chart how people know it
 * @throws ChartProblem `CHART_FETCHES` */
export function refuseFetching(chart: string, archive: Uint8Array): void {
  for (const { path, data } of filesOf(chart, archive)) {
    if (!path.endsWith('/values.schema.json')) continue;
    let schema: unknown;
    try {
      schema = JSON.parse(data.toString('utf8'));
    } catch {
      // Helm says what is wrong with it.
      continue;
    }
    const found = outsideReference(schema, false);
    if (found !== undefined) throw fetching(chart, path, found);
  }
}

export function fetching(chart: string, schema: string, reference: string): ChartProblem {
  return new ChartProblem(
    'CHART_FETCHES',
    `${schema} of chart ${chart} refers to ${reference}, and nothing is fetched when a program is rendered`,
    'Put what it refers to into the schema itself, and import the chart again.',
  );
}

/** @param isElsewhere whether an `$id` above says that the schema lies somewhere, to which references are relative */
function outsideReference(value: unknown, isElsewhere: boolean): string | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const isNamed = isElsewhere || (typeof fields.$id === 'string' && /^[a-z]+:\/\//i.test(fields.$id));
  for (const name of REFERENCES) {
    const reference = fields[name];
    if (typeof reference !== 'string' || reference.startsWith('#') || KNOWN.test(reference)) continue;
    if (isNamed || /^[a-z]+:/i.test(reference)) return reference;
  }
  for (const inner of Object.values(fields)) {
    const found = outsideReference(inner, isNamed);
    if (found !== undefined) return found;
  }
  return undefined;
}
