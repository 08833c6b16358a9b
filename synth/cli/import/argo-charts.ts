/** Charts that Applications of Argo CD deploy, found in the repository or fetched, with the values that they give them. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ArgoApplication,
  type ArgoHelm,
  type ArgoSource,
  isArgo,
  mergeValues,
  NotUnderstood,
  normalised,
  setValue,
} from '../../../lib/import/index.ts';
import { type JsonObject, type KubernetesObject, parseYaml } from '../../../lib/objects/index.ts';
import { type ChartFetcher, type FetchedChart, fileOfChart } from './chart-source.ts';
import { type MadeRelease, makeRelease } from './releases.ts';
import type { VendoredCharts } from './vendored-charts.ts';

export interface ArgoRelease extends MadeRelease {
  /** Applications that the chart makes. */
  readonly applications: readonly KubernetesObject[];
}

export class ArgoCharts {
  readonly #root: string;
  readonly #charts: VendoredCharts;
  readonly #fetcher: ChartFetcher;
  readonly #env: NodeJS.ProcessEnv;

  /** @param root of the copy of the repository */
  constructor(root: string, charts: VendoredCharts, fetcher: ChartFetcher, env: NodeJS.ProcessEnv) {
    this.#root = root;
    this.#charts = charts;
    this.#fetcher = fetcher;
    this.#env = env;
  }

  isChart({ chart, path }: ArgoSource): boolean {
    return chart !== undefined || existsSync(join(this.#root, normalised(path), 'Chart.yaml'));
  }

  /** @throws NotUnderstood, TruekeelError with why it cannot be taken */
  async take(source: ArgoSource, application: ArgoApplication): Promise<ArgoRelease> {
    const { helm } = source;
    const fetched = await this.#fetch(source);
    const values = this.#values(source, helm, fetched);
    const made = await makeRelease(
      this.#charts,
      {
        chart: this.#charts.add(fetched),
        releaseName: helm.releaseName ?? application.name,
        namespace: helm.namespace ?? application.namespace ?? 'default',
        values,
        includeCrds: helm.includeCrds,
        ...(helm.apiVersions.length > 0 && { apiVersions: helm.apiVersions }),
      },
      this.#env,
    );
    const isApplication = (one: KubernetesObject) =>
      isArgo(one, 'Application') || isArgo(one, 'ApplicationSet');
    const applications = made.objects.filter(isApplication);
    const leftOut = applications.map(({ kind, metadata }) => ({ kind, name: metadata.name }));
    return {
      ...made,
      chart: { ...made.chart, leftOut: [...(made.chart.leftOut ?? []), ...leftOut] },
      objects: made.objects.filter((one) => !isApplication(one)),
      applications,
    };
  }

  #fetch({ chart, repository, revision, path }: ArgoSource): Promise<FetchedChart> {
    if (chart === undefined) {
      const folder = normalised(path);
      return this.#fetcher.local(join(this.#root, folder), folder);
    }
    const version = revision === undefined || revision === '*' ? {} : { version: revision };
    if (/^https?:\/\//.test(repository))
      return this.#fetcher.remote({ reference: chart, repository, ...version });
    const registry = repository.replace(/^oci:\/\//, '').replace(/\/+$/, '');
    return this.#fetcher.remote({ reference: `oci://${registry}/${chart}`, ...version });
  }

  #values(source: ArgoSource, helm: ArgoHelm, chart: FetchedChart): JsonObject {
    let merged: JsonObject = {};
    for (const file of helm.valueFiles) {
      const { path, content } = this.#read(file, source, chart);
      if (content === undefined) {
        if (helm.ignoreMissingValueFiles) continue;
        throw new NotUnderstood(missing(path, source));
      }
      merged = mergeValues(merged, valuesIn(content, path));
    }
    const { values = {} } = helm;
    merged = mergeValues(merged, typeof values === 'string' ? valuesIn(values, 'helm.values') : values);
    const set = (name: string, value: string, type: 'guessed' | 'text' | 'content') => {
      const next = setValue(merged, name, value, type);
      if (!next) throw new NotUnderstood(`the parameter ${name} has a form that is not understood`);
      merged = next;
    };
    for (const { name, value, forceString } of helm.parameters)
      set(name, value, forceString ? 'text' : 'guessed');
    for (const { name, path: file } of helm.fileParameters) {
      const { path, content } = this.#read(file, source, chart);
      if (content === undefined) throw new NotUnderstood(missing(path, source));
      set(name, content, 'content');
    }
    return merged;
  }

  /** A file of the repository; of the chart itself where that was fetched. */
  #read(
    file: string,
    source: ArgoSource,
    chart: FetchedChart,
  ): { readonly path: string; readonly content: string | undefined } {
    const path = fileOf(file, source);
    if (isInChart(file, source)) return { path, content: fileOfChart(chart, path) };
    const place = join(this.#root, path);
    const isThere = existsSync(place) && statSync(place).isFile();
    return { path, content: isThere ? readFileSync(place, 'utf8') : undefined };
  }
}

function missing(path: string, { chart }: ArgoSource): string {
  return `there is no file ${path} in the ${chart === undefined ? 'repository' : 'chart or the repository'}`;
}

function isInChart(file: string, { chart }: ArgoSource): boolean {
  return chart !== undefined && !file.startsWith('$');
}

/** From the root of the repository, or of the chart. */
function fileOf(file: string, source: ArgoSource): string {
  const outside = () => new NotUnderstood(`its values are in ${file}, which is not in the repository`);
  if (/^[a-z]+:\/\//i.test(file)) throw outside();
  const [, ref, rest = ''] = /^\$([^/]+)\/(.*)$/.exec(file) ?? [];
  const isFromRoot = file.startsWith('/') || isInChart(file, source);
  const from = ref !== undefined ? rest : isFromRoot ? file : `${normalised(source.path)}/${file}`;
  const steps: string[] = [];
  for (const step of normalised(from).split('/')) {
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) throw outside();
  }
  return steps.join('/');
}

function valuesIn(yaml: string, file: string): JsonObject {
  const value = parseYaml(yaml, { file })[0]?.value ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  throw new NotUnderstood(`${file} holds no values`);
}
