/** What HelmReleases of Flux install, found in the repository or fetched, with the values that they give it. */
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
import type { ChartFetcher, FetchedChart } from './chart-source.ts';
import { isFolder } from './folders.ts';
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
}

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
      const values = this.#values(release);
      const sources: string[] = [];
      const fetched = await this.#fetch(release.chart!, sources); // a release without one is refused
      const chart: ImportedChart = {
        chart: this.#charts.add(fetched),
        releaseName: release.releaseName,
        namespace: release.targetNamespace,
        values,
        includeCrds: release.includeCrds,
      };
      return { made: await makeRelease(this.#charts, chart, this.#env), sources };
    } catch (error) {
      if (error instanceof Refused || error instanceof TruekeelError) return { because: error.message };
      throw error;
    }
  }

  #values({ values, valuesFrom, namespace }: FluxRelease): JsonObject {
    let merged: JsonObject = {};
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

  async #fetch({ source, chart, version }: FluxChart, sources: string[]): Promise<FetchedChart> {
    sources.push(formatReference(source));
    const found = this.#find(source, 'source.toolkit.fluxcd.io');
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
    const inner = found && source.kind === 'HelmChart' ? readFluxChart(found) : undefined;
    if (inner && inner.source.kind !== 'HelmChart') return this.#fetch(inner, sources);
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
