/** What releases of charts make, for the proof of an import: as a program with a HelmChart has it. */
import { adoptObjects, readChartOutput, renderChart } from '../../../lib/helm/index.ts';
import type { ImportedChart } from '../../../lib/import/index.ts';
import {
  canonicalJson,
  formatKey,
  type KubernetesObject,
  keyOf,
  NEWEST_KUBERNETES,
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

/** @param env where Helm is looked for
 * @throws ChartProblem when Helm does not render it */
export async function makeRelease(
  charts: VendoredCharts,
  chart: ImportedChart,
  env: NodeJS.ProcessEnv,
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
  const made = readChartOutput(chart.chart, output).map(({ object }) => object);
  const adopted = adoptObjects(made, (because) => left.push({ key, because }));
  const leftOut: { readonly kind: string; readonly name: string }[] = [];
  const objects = adopted.flatMap(({ object }) => {
    const because = plainSecret(object);
    if (because === undefined) return [inNamespace(object, chart.namespace)];
    leftOut.push({ kind: object.kind, name: object.metadata.name });
    left.push({ key: formatKey(keyOf(inNamespace(object, chart.namespace))), because });
    return [];
  });
  return { chart: { ...chart, ...(leftOut.length > 0 && { leftOut }) }, objects, left };
}

function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  const { group, kind } = keyOf(object);
  if (object.metadata.namespace !== undefined || isClusterScoped(group, kind)) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}
