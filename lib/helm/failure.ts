/** What Helm says when it cannot render, as an error that says what to do. */
import { fetching } from './fetches.ts';
import { ChartProblem } from './problem.ts';
import type { Ran } from './tool.ts';

const FETCH = /failing loading "(?<url>https?:[^"]*)"/;
const LONGEST = 3000;

/** @param chart how people know it */
export function failureOf(chart: string, { ended, stderr }: Ran, timeoutMs: number): ChartProblem {
  if (ended === 'timeout') {
    return new ChartProblem(
      'HELM_TIMEOUT',
      `chart ${chart} was not rendered within ${timeoutMs / 1000} s`,
      'Look for loops in its templates, and for values that make them long.',
    );
  }
  if (ended !== undefined) {
    return new ChartProblem(
      'HELM_TOO_MUCH_OUTPUT',
      `chart ${chart} makes more than fits${ended === 'too-much-memory' ? ' into memory' : ''}`,
      'Look for loops in its templates, and for values that make them long.',
    );
  }
  const said = stderr
    .replaceAll(/^(?:WARNING|level=).*\n?|^Use --debug flag.*$/gm, '')
    .replace(/^Error: /, '')
    .trim()
    .slice(0, LONGEST);
  const dependencies = /missing in charts\/ directory: (.*)$/m.exec(said)?.[1];
  if (dependencies !== undefined) {
    return new ChartProblem(
      'CHART_DEPENDENCIES',
      `chart ${chart} needs charts that are not in its archive: ${dependencies}`,
      'Run `helm dependency build` in its folder, and import that: nothing is fetched when a program is rendered.',
    );
  }
  const url = FETCH.exec(said)?.groups?.url;
  if (url !== undefined) return fetching(chart, 'values.schema.json', url);
  const isOfValues = said.startsWith("values don't meet");
  return new ChartProblem(
    'CHART_FAILED',
    `chart ${chart} cannot be rendered: ${said || 'Helm does not say why'}`,
    isOfValues
      ? 'Correct the values; what they can be stands in the values.schema.json of the chart.'
      : 'The place is one in the chart. Most often a value is missing, or is of another type than the chart takes it for.',
  );
}
