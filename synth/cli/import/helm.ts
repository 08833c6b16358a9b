/** `truekeel import helm`: brings a chart into the repository, and locks it by its digest. */
import { existsSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { ChartProblem, LOCK_FILE } from '../../../lib/helm/index.ts';
import { generateProgram, type ImportedChart } from '../../../lib/import/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { assembleObjects } from '../../../lib/render/index.ts';
import type { Command, CommandContext, Flags } from '../command.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { seconds } from '../seconds.ts';
import { text } from '../settings.ts';
import { ChartFetcher, type FetchedChart } from './chart-source.ts';
import { chartTypes, writeChartTypes } from './chart-types.ts';
import { printProgram } from './print.ts';
import { applicationName, writeProven } from './proof.ts';
import { makeRelease } from './releases.ts';
import { VendoredCharts } from './vendored-charts.ts';

type Result = Extract<ResultOf<'import'>, { what: 'helm' }>;

export const importHelm: Command = async ([reference], flags, context) => {
  const started = performance.now();
  if (reference === undefined) {
    throw new TruekeelError('which chart?', {
      code: 'INVALID_FLAG',
      family: 'usage',
      hint: 'Name a folder, an archive, oci://…, or a chart with --chart-repo.',
    });
  }
  const { cwd, env, terminal } = context;
  const fetcher = new ChartFetcher(env);
  const fetched = await fetch(reference, fetcher, flags, cwd);
  const out = resolve(cwd, text(flags.out) ?? '.');
  const charts = new VendoredCharts(out, fetcher);
  const given = text(flags.name);
  if (given !== undefined && !/^\w[\w.-]*$/.test(given)) {
    throw new TruekeelError(`--name is ${JSON.stringify(given)}`, {
      code: 'INVALID_FLAG',
      family: 'usage',
      hint: 'Give letters, digits, dots and dashes.',
    });
  }
  const name = charts.add(fetched, given ?? fetched.name);
  // The program decides about the values; whether it takes any is good to know.
  const made = await makeRelease(charts, released(name, applicationName(name), 'default'), env).catch(
    (error: unknown) => {
      if (error instanceof ChartProblem && ['CHART_FAILED', 'CHART_OUTPUT'].includes(error.code))
        return error;
      throw error;
    },
  );
  const types = chartTypes(name, fetched);
  const takeBack = await charts.write();
  const typesFile = `charts/${name}.values.ts`;
  try {
    writeChartTypes(join(out, typesFile), types);
  } catch (error) {
    takeBack();
    throw error;
  }
  const { version, file, digest, source } = charts.lock(name);
  const result: Result = {
    what: 'helm',
    out,
    name,
    version,
    file,
    types: typesFile,
    digest,
    source,
    ...(made instanceof ChartProblem
      ? { problem: made.message }
      : { objects: made.objects.length, left: made.left.map((one) => ({ ...one })) }),
    durationMs: performance.now() - started,
  };
  if (flags.output === 'json') terminal.out(JSON.stringify(result, null, 2));
  else {
    terminal.out(`  ${file}  ${digest}`);
    terminal.out(`  ${typesFile}  the type of its values`);
    for (const { key, because } of result.left ?? []) {
      terminal.out(`  ${terminal.paint('yellow', 'note')}  ${key}: ${because}`);
    }
    const makes =
      result.problem === undefined
        ? `it makes ${result.objects} objects with its own values`
        : `with its own values, ${result.problem}`;
    terminal.out(`${name} ${version} is in ${LOCK_FILE}; ${makes} (${seconds(result.durationMs)})`);
    terminal.out(`  new HelmChart(application, '${applicationName(name)}', { chart: '${name}' })`);
  }
  return Exit.done;
};

/** `truekeel import yaml` of a chart: a program of one application with it. */
export async function importChartAsProgram(
  path: string,
  started: number,
  flags: Flags,
  context: CommandContext,
): Promise<number> {
  const { cwd, env } = context;
  const root = resolve(cwd, path);
  const source = nameOf(root, cwd);
  const fetcher = new ChartFetcher(env);
  const fetched = await fetcher.local(root, source);
  const out = resolve(cwd, text(flags.out) ?? 'main.ts');
  const charts = new VendoredCharts(resolve(out, '..'), fetcher);
  const application = text(flags.application) ?? applicationName(fetched.name);
  const { chart, objects, left } = await makeRelease(
    charts,
    released(charts.add(fetched), application, application),
    env,
  );
  const environment = text(flags.environment) ?? 'production';
  const wanted = [assembleObjects([{ application, objects }], { environment })];
  const origin = `Made of the chart ${source} by truekeel import yaml: the objects that Helm ${await charts.helm()} makes.`;
  const program = generateProgram(
    [{ name: environment, applications: [{ name: application, objects: [], charts: [chart] }] }],
    origin,
  );
  await writeProven({ out, text: program, wanted, charts, env });
  return printProgram({ what: 'yaml', out, wanted, left, started }, flags, context);
}

function released(chart: string, releaseName: string, namespace: string): ImportedChart {
  return { chart, releaseName, namespace, values: {}, includeCrds: true };
}

async function fetch(
  reference: string,
  fetcher: ChartFetcher,
  flags: Flags,
  cwd: string,
): Promise<FetchedChart> {
  const version = text(flags.chartVersion);
  const repository = text(flags.chartRepo);
  const isRemote = repository !== undefined || /^(?:oci|https?):\/\//.test(reference);
  if (isRemote) {
    return fetcher.remote({
      reference,
      ...(version !== undefined && { version }),
      ...(repository !== undefined && { repository }),
    });
  }
  const path = resolve(cwd, reference);
  if (version !== undefined && existsSync(path)) {
    throw new TruekeelError(`${reference} is there already: it has one version`, {
      code: 'INVALID_FLAG',
      family: 'usage',
      hint: 'Leave --chart-version out, or name the repository of the chart with --chart-repo.',
    });
  }
  return fetcher.local(path, nameOf(path, cwd));
}

/** As it is written in files that go into the repository. */
function nameOf(path: string, cwd: string): string {
  const from = relative(cwd, path).replaceAll(sep, '/');
  return from === '' || from.startsWith('..') ? basename(path) : from;
}
