/** Answers what a program asks of a chart. The program is code of users, so nothing of the question is believed. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { canonicalJson, digestOf, type JsonValue, kubernetesMinor } from '../objects/index.ts';
import type { ChartAnswer, ChartRequest } from '../render/index.ts';
import { type LockedChart, parseChartLock } from './lock.ts';
import { adoptObjects, chartObjects, readChartOutput } from './objects.ts';
import { ChartProblem } from './problem.ts';
import { type RenderOptions, renderChart } from './render-chart.ts';

export interface AnswerOptions extends RenderOptions {
  /** The charts of the program lie below it. Absent: anywhere. */
  readonly root?: string;
}

/** Helm itself takes no archive that is larger when it is unpacked. */
const MOST_BYTES = 100 * 1024 * 1024;

/** @throws what is no mistake of the program or the chart */
export async function answerChart(asked: unknown, options: AnswerOptions): Promise<ChartAnswer> {
  try {
    const request = readRequest(asked);
    const { file, text } = readLock(request.locks, options.root);
    const lock = parseChartLock(text, basename(file));
    const chart = lockedChart(lock.charts, request.chart, basename(file));
    const archive = readArchive(resolve(dirname(file), chart.file), chart, request.chart, options.root);
    const output = await renderChart(
      {
        name: `${request.chart} ${chart.version}`,
        archive,
        digest: chart.digest,
        helm: lock.helm,
        releaseName: request.releaseName,
        namespace: request.namespace,
        kubernetesVersion: request.kubernetesVersion,
        apiVersions: request.apiVersions,
        includeCrds: request.includeCrds,
        values: canonicalJson(request.values as JsonValue), // it came as JSON
      },
      options,
    );
    const warnings: string[] = [];
    const made = readChartOutput(request.chart, output).map(({ object }) => object);
    return {
      objects: chartObjects(adoptObjects(made, (warning) => warnings.push(warning))),
      warnings: warnings.map((message) => ({
        code: 'HELM_HOOK',
        message: `chart ${request.chart}: ${message}`,
        hint: 'Do in the program what it would do, where that is needed.',
      })),
    };
  } catch (error) {
    if (!(error instanceof ChartProblem)) throw error;
    const { code, message, hint } = error;
    return { problem: { code, message, ...(hint !== undefined && { hint }) } };
  }
}

function readRequest(asked: unknown): ChartRequest {
  const request = Object(asked) as ChartRequest;
  const texts = [request.chart, request.releaseName, request.namespace, request.kubernetesVersion];
  const lists: readonly unknown[] = [request.locks, request.apiVersions];
  const isText = (value: unknown) => typeof value === 'string';
  const isOne = texts.every(isText) && lists.every((list) => Array.isArray(list) && list.every(isText));
  if (!isOne) throw wrongRequest('it takes names as text');
  if (!/^[a-z0-9]([-a-z0-9.]{0,51}[a-z0-9])?$/.test(request.releaseName)) {
    throw wrongRequest(
      `"${request.releaseName}" cannot be the name of a release: up to 53 lower-case letters, digits, "-" and "." make one`,
    );
  }
  if (kubernetesMinor(request.kubernetesVersion) === undefined) {
    throw wrongRequest(`kubernetesVersion is ${JSON.stringify(request.kubernetesVersion)}`);
  }
  if (!request.apiVersions.every((one) => /^[\w.-]+\/[\w.-]+(\/\w+)?$|^v\w+(\/\w+)?$/.test(one))) {
    throw wrongRequest(
      `its apiVersions are ${request.apiVersions.join(', ')}: monitoring.coreos.com/v1 is one`,
    );
  }
  const { values } = request;
  if (values === null || typeof values !== 'object' || Array.isArray(values)) {
    throw wrongRequest('its values are no map');
  }
  return { ...request, includeCrds: request.includeCrds !== false };
}

function wrongRequest(problem: string): ChartProblem {
  return new ChartProblem(
    'CHART_FAILED',
    `the chart cannot be rendered: ${problem}`,
    'Correct it in the program.',
  );
}

function readLock(
  places: readonly string[],
  root: string | undefined,
): { readonly file: string; readonly text: string } {
  for (const file of places) {
    try {
      if (isBelow(file, root)) return { file, text: readFileSync(file, 'utf8') };
    } catch {
      // There is none.
    }
  }
  const [first = ''] = places;
  throw new ChartProblem(
    'CHART_LOCK_MISSING',
    `there is no ${basename(first)} beside the program`,
    'Bring charts into the repository with `truekeel import helm`, which writes one.',
  );
}

function lockedChart(charts: Readonly<Record<string, LockedChart>>, name: string, file: string): LockedChart {
  const found = Object.hasOwn(charts, name) ? charts[name] : undefined;
  if (found) return found;
  const names = Object.keys(charts).sort();
  throw new ChartProblem(
    'CHART_NOT_LOCKED',
    `there is no chart "${name}" in ${file}: it has ${names.slice(0, 10).join(', ') || 'none'}${names.length > 10 ? ', …' : ''}`,
    'Bring it into the repository with `truekeel import helm`.',
  );
}

function readArchive(file: string, chart: LockedChart, name: string, root: string | undefined): Buffer {
  let archive: Buffer;
  try {
    if (!isBelow(file, root)) throw new Error('it is outside of the repository');
    if (statSync(file).size > MOST_BYTES) throw new Error('it is larger than any chart may be');
    archive = readFileSync(file);
  } catch (error) {
    throw new ChartProblem(
      'CHART_MISSING',
      `the archive of chart ${name}, ${chart.file}, cannot be read: ${error instanceof Error ? error.message : error}`,
      'Commit it; `truekeel import helm` brings it back.',
    );
  }
  const digest = digestOf(archive);
  if (digest === chart.digest) return archive;
  throw new ChartProblem(
    'CHART_CHANGED',
    `${chart.file} is not the archive that chart ${name} is locked to: it has the digest ${digest}, and not ${chart.digest}`,
    'Take the one that is locked back from Git; or look at what changed, and lock it with `truekeel import helm`.',
  );
}

/** Links are followed: what they lead to has to be below the root as well.
 * @throws where there is no such file */
function isBelow(file: string, root: string | undefined): boolean {
  const real = realpathSync(file);
  if (root === undefined) return true;
  const path = relative(realpathSync(root), real);
  return path !== '' && !isAbsolute(path) && path.split(sep)[0] !== '..';
}
