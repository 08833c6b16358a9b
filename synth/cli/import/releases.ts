/** What releases of charts make, for the proof of an import: as a program with a HelmChart has it. */
import { adoptObjects, readChartOutput, renderChart } from '../../../lib/helm/index.ts';
import { type ImportedChart, patchesBetween, withCommonMetadata } from '../../../lib/import/index.ts';
import {
  canonicalJson,
  formatKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  keyOf,
  NEWEST_KUBERNETES,
  TruekeelError,
} from '../../../lib/objects/index.ts';
import { isClusterScoped } from '../../../lib/render/index.ts';
import type { LeftOut } from './print.ts';
import { plainSecret } from './proof.ts';
import type { VendoredCharts } from './vendored-charts.ts';

export interface MadeRelease {
  readonly chart: ImportedChart;
  readonly objects: readonly KubernetesObject[];
  /** What is not in the program, or otherwise than Helm has it. */
  readonly left: readonly LeftOut[];
}

/** What is done to the objects that Helm makes, before they are applied.
 * @returns the objects, and the labels and annotations that all of them got */
export type PostRender = (made: ReturnType<typeof readChartOutput>) => Promise<{
  readonly objects: readonly KubernetesObject[];
  readonly common: JsonObject;
}>;

/** @param env where Helm is looked for
 * @throws ChartProblem when Helm does not render it */
export async function makeRelease(
  charts: VendoredCharts,
  chart: ImportedChart,
  env: NodeJS.ProcessEnv,
  postRender?: PostRender,
): Promise<MadeRelease> {
  const { version, digest } = charts.lock(chart.chart);
  const output = await renderChart(
    {
      name: `${chart.chart} ${version}`,
      archive: charts.archive(chart.chart),
      digest,
      helm: await charts.helm(),
      releaseName: chart.releaseName,
      namespace: chart.namespace,
      kubernetesVersion: `1.${NEWEST_KUBERNETES}`,
      apiVersions: chart.apiVersions ?? [],
      includeCrds: chart.includeCrds,
      values: canonicalJson(chart.values),
    },
    { env },
  );
  const left: LeftOut[] = [];
  const key = `release ${chart.releaseName}`;
  const made = readChartOutput(chart.chart, output);
  const inChart = made.map(({ object }) => object);
  const rendered = (await postRender?.(made)) ?? { objects: inChart, common: {} };
  const adopted = adoptObjects(rendered.objects, (because) => left.push({ key, because }));
  const leftOut: { readonly kind: string; readonly name: string }[] = [];
  const objects = adopted.flatMap(({ object }) => {
    const because = plainSecret(object);
    if (because === undefined) return [inNamespace(object, chart.namespace)];
    leftOut.push({ kind: object.kind, name: object.metadata.name });
    left.push({ key: formatKey(keyOf(inNamespace(object, chart.namespace))), because });
    return [];
  });
  if (!postRender) return { chart: { ...chart, ...(leftOut.length > 0 && { leftOut }) }, objects, left };
  const before = adoptObjects(inChart, () => undefined).map(({ object }) =>
    inNamespace(object, chart.namespace),
  );
  const { removed, patched } = changes(before, objects, rendered.common, chart.releaseName);
  return { chart: { ...chart, leftOut: removed, ...metadataOf(rendered.common), patched }, objects, left };
}

/** What is done to the objects of a chart, as a program says it. */
function changes(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
  common: JsonObject,
  release: string,
): Required<Pick<ImportedChart, 'patched'>> & { readonly removed: NonNullable<ImportedChart['leftOut']> } {
  const made = new Map(after.map((object) => [formatKey(keyOf(object)), object]));
  const known = new Set(before.map((object) => formatKey(keyOf(object))));
  const hooksOf = ({ metadata }: KubernetesObject) =>
    Object.entries(metadata.annotations ?? {}).filter(([name]) => name.startsWith('helm.sh/hook'));
  const removed: { readonly kind: string; readonly name: string }[] = [];
  const patched = before.flatMap((object) => {
    const { kind, metadata } = object;
    const other = made.get(formatKey(keyOf(object)));
    if (!other) {
      removed.push({ kind, name: metadata.name });
      return [];
    }
    if (JSON.stringify(hooksOf(object)) !== JSON.stringify(hooksOf(other)))
      throw beyond(release, `change what ${kind} ${metadata.name} is a hook for`);
    const from = withCommonMetadata(object, common) as unknown as JsonValue;
    const patches = patchesBetween(from, other as unknown as JsonValue);
    return patches.length > 0 ? [{ kind, name: metadata.name, patches }] : [];
  });
  const renamed = [...made.keys()].find((key) => !known.has(key));
  if (renamed !== undefined) throw beyond(release, `make ${renamed}, which the chart does not`);
  return { removed, patched };
}

function beyond(release: string, what: string): TruekeelError {
  return new TruekeelError(`the postRenderers of ${release} ${what}`, {
    code: 'INVALID_OBJECT',
    family: 'validation',
    hint: 'Let postRenderers change what the chart makes, and nothing else; or import without the release.',
  });
}

function metadataOf({ labels, annotations }: JsonObject): Pick<ImportedChart, 'labels' | 'annotations'> {
  // As commonMetadata has them: texts.
  const texts = (value: JsonValue | undefined) => value as Readonly<Record<string, string>>;
  return {
    ...(labels && { labels: texts(labels) }),
    ...(annotations && { annotations: texts(annotations) }),
  };
}

function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  const { group, kind } = keyOf(object);
  if (object.metadata.namespace !== undefined || isClusterScoped(group, kind)) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}
