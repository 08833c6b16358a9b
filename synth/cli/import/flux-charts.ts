/** What HelmReleases of Flux install, found in the repository or fetched, with the values that they give it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type FluxChart,
  type FluxReference,
  type FluxRelease,
  type ImportedChart,
  mergeValues,
  normalised,
  readFluxChart,
  setValue,
} from '../../../lib/import/index.ts';
import {
  type JsonObject,
  type KubernetesObject,
  parseApiVersion,
  parseYaml,
  TruekeelError,
} from '../../../lib/objects/index.ts';
import { type ChartFetcher, type FetchedChart, fileOfChart } from './chart-source.ts';
import { isFolder } from './folders.ts';
import type { Kustomize } from './kustomize.ts';
import { postRender } from './post-renderers.ts';
import { type MadeRelease, makeRelease } from './releases.ts';
import type { VendoredCharts } from './vendored-charts.ts';

/** Why a release stays what it is. */
class Refused extends Error {}

export interface FluxSurroundings {
  /** Of the copy of the repository. */
  readonly root: string;
  /** All that Kustomizations render. */
  readonly objects: readonly KubernetesObject[];
  /** GitRepositories that are this repository, as `kind namespace/name`. */
  readonly own: ReadonlySet<string>;
  /** Asked for only where a release has post-renderers. */
  readonly kustomize: () => Promise<Kustomize>;
}

const SOURCES = 'source.toolkit.fluxcd.io';

export class FluxCharts {
  readonly #charts: VendoredCharts;
  readonly #fetcher: ChartFetcher;
  readonly #env: NodeJS.ProcessEnv;
  readonly #surroundings: FluxSurroundings;

  constructor(
    charts: VendoredCharts,
    fetcher: ChartFetcher,
    env: NodeJS.ProcessEnv,
    surroundings: FluxSurroundings,
  ) {
    this.#charts = charts;
    this.#fetcher = fetcher;
    this.#env = env;
    this.#surroundings = surroundings;
  }

  /** @returns the release, with the objects that it was made from; or why it stays an object of Flux */
  async take(
    release: FluxRelease,
  ): Promise<
    { readonly made: MadeRelease; readonly sources: readonly string[] } | { readonly because: string }
  > {
    if (release.refusals.length > 0) return { because: release.refusals.join(', ') };
    try {
      const sources: string[] = [];
      const source = this.#resolve(release.chart!, sources); // a release without one is refused
      const fetched = await this.#fetch(source);
      const values = this.#values(release, this.#chartValues(source, fetched));
      const chart: ImportedChart = {
        chart: this.#charts.add(fetched),
        releaseName: release.releaseName,
        namespace: release.targetNamespace,
        values,
        includeCrds: release.includeCrds,
      };
      const after = postRender(release, this.#surroundings.kustomize);
      return { made: await makeRelease(this.#charts, chart, this.#env, after), sources };
    } catch (error) {
      if (error instanceof Refused || error instanceof TruekeelError) return { because: error.message };
      throw error;
    }
  }

  /** Of files that take the place of the chart's values.yaml. Without that among them, its values would be gone, which
   * a program cannot say. */
  #chartValues(chart: FluxChart, fetched: FetchedChart): JsonObject {
    const { valuesFiles = [], ignoresMissingFiles = false } = chart;
    if (valuesFiles.length === 0) return {};
    const isOurs = chart.source.kind === 'GitRepository';
    const own = isOurs ? `${normalised(chart.chart ?? '')}/values.yaml` : 'values.yaml';
    const [first, ...files] = valuesFiles.map(normalised);
    if (first !== own)
      throw new Refused(`its valuesFiles do not begin with ${own}, whose values it then lacks`);
    let merged: JsonObject = {};
    for (const file of files) {
      const content = isOurs ? this.#fileOfRepository(file) : fileOfChart(fetched, file);
      if (content === undefined && ignoresMissingFiles) continue;
      const next = content === undefined ? undefined : over(merged, content, file);
      if (!next)
        throw new Refused(
          `its valuesFiles have ${file}, which is ${content === undefined ? 'not there' : 'no map'}`,
        );
      merged = next;
    }
    return merged;
  }

  #fileOfRepository(path: string): string | undefined {
    if (path.split('/').includes('..')) return undefined;
    const place = join(this.#surroundings.root, path);
    return existsSync(place) && statSync(place).isFile() ? readFileSync(place, 'utf8') : undefined;
  }

  #values({ values, valuesFrom, namespace }: FluxRelease, base: JsonObject): JsonObject {
    let merged = base;
    for (const { kind, name, valuesKey, targetPath, optional } of valuesFrom) {
      const found = this.#find({ kind, namespace, name }, '')?.data?.[valuesKey];
      if (typeof found !== 'string') {
        if (optional) continue;
        throw new Refused(
          `its values come from ${kind} ${name}, which has no ${valuesKey} in the repository`,
        );
      }
      const next =
        targetPath === undefined ? over(merged, found, `${kind} ${name}`) : at(merged, targetPath, found);
      if (!next) throw new Refused(`the values of ${kind} ${name} have a form that is not understood`);
      merged = next;
    }
    return mergeValues(merged, values);
  }

  /** A HelmChart of Flux stands for another one. */
  #resolve(chart: FluxChart, sources: string[]): FluxChart {
    sources.push(formatReference(chart.source));
    if (chart.source.kind !== 'HelmChart') return chart;
    const found = this.#find(chart.source, SOURCES);
    const inner = found && readFluxChart(found);
    if (inner && inner.source.kind !== 'HelmChart') return this.#resolve(inner, sources);
    throw new Refused(`its source, HelmChart ${chart.source.name}, is not in the repository`);
  }

  async #fetch({ source, chart, version }: FluxChart): Promise<FetchedChart> {
    const found = this.#find(source, SOURCES);
    const { url, type, ref, suspend } = Object(found?.spec) as JsonObject;
    const versioned = version === undefined || version === '*' ? {} : { version };
    if (source.kind === 'GitRepository' && chart !== undefined) {
      if (!this.#surroundings.own.has(formatReference(source)))
        throw new Refused(`its chart is in another repository, ${source.name}`);
      const path = normalised(chart);
      if (!isFolder(this.#surroundings.root, path))
        throw new Refused(`there is no folder ${path} in the repository`);
      return this.#fetcher.local(join(this.#surroundings.root, path), path);
    }
    if (!found || typeof url !== 'string' || suspend === true)
      throw new Refused(`its source, ${source.kind} ${source.name}, is not in the repository`);
    if (source.kind === 'OCIRepository') return this.#fetcher.remote({ reference: url, ...tagOf(url, ref) });
    if (source.kind === 'HelmRepository' && chart !== undefined) {
      const isRegistry = type === 'oci' || url.startsWith('oci://');
      if (isRegistry)
        return this.#fetcher.remote({ reference: `${url.replace(/\/+$/, '')}/${chart}`, ...versioned });
      return this.#fetcher.remote({ reference: chart, repository: url, ...versioned });
    }
    throw new Refused(`its source is a ${source.kind}`);
  }

  #find(wanted: FluxReference, group: string): KubernetesObject | undefined {
    return this.#surroundings.objects.find(({ apiVersion, kind, metadata }) => {
      if (kind !== wanted.kind || parseApiVersion(apiVersion).group !== group) return false;
      return metadata.name === wanted.name && (metadata.namespace ?? 'default') === wanted.namespace;
    });
  }
}

export function formatReference({ kind, namespace, name }: FluxReference): string {
  return `${kind} ${namespace}/${name}`;
}

function tagOf(url: string, ref: unknown): { readonly reference?: string; readonly version?: string } {
  const { tag, semver, digest } = Object(ref) as JsonObject;
  if (typeof digest === 'string') return { reference: `${url}@${digest}` };
  const version = [semver, tag].find((one) => typeof one === 'string');
  return version === undefined ? {} : { version: String(version) };
}

function over(values: JsonObject, yaml: string, file: string): JsonObject | undefined {
  const [document] = parseYaml(yaml, { file });
  const value = document?.value ?? {};
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return mergeValues(values, value as JsonObject);
}

/** A text in quotes is one, whatever it looks like. */
function at(values: JsonObject, path: string, value: string): JsonObject | undefined {
  const [, , quoted] = /^(["'])(.*)\1$/s.exec(value) ?? [];
  return quoted === undefined ? setValue(values, path, value) : setValue(values, path, quoted, 'text');
}
