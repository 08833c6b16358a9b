/** HelmReleases of Flux (helm.toolkit.fluxcd.io): which chart they install with which values, as far as a program can say it.
 * Flux documentation, "Helm Releases". */
import { createHash } from 'node:crypto';
import {
  compareText,
  formatKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  keyOf,
  parseApiVersion,
} from '../objects/index.ts';
import { record, text } from './fields.ts';

export interface FluxRelease {
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly releaseName: string;
  /** That the release goes to. */
  readonly targetNamespace: string;
  readonly createNamespace: boolean;
  readonly includeCrds: boolean;
  /** Where the chart comes from; undefined where it is not said. */
  readonly chart: FluxChart | undefined;
  readonly values: JsonObject;
  readonly valuesFrom: readonly FluxValues[];
  /** What kustomize makes of the objects, one after the other. */
  readonly postRenderers: readonly JsonObject[];
  /** Whether hooks are given to post-renderers: with the other objects, by themselves, or not. */
  readonly postRenderStrategy: 'combined' | 'separate' | 'nohooks';
  /** Labels and annotations of all objects that post-renderers are given. */
  readonly commonMetadata: JsonObject;
  /** `namespace/name` of releases. */
  readonly dependsOn: readonly string[];
  /** Why it cannot be in a program. */
  readonly refusals: readonly string[];
}

export interface FluxReference {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface FluxChart {
  readonly source: FluxReference;
  /** A name in a HelmRepository, a path in a GitRepository; undefined where the source is the chart. */
  readonly chart?: string;
  /** A version or a range of versions. */
  readonly version?: string;
  /** What takes the place of its values.yaml, put together in this order. */
  readonly valuesFiles?: readonly string[];
  readonly ignoresMissingFiles?: boolean;
}

interface FluxValues {
  readonly kind: string;
  readonly name: string;
  readonly valuesKey: string;
  readonly targetPath?: string;
  readonly optional: boolean;
}

const GROUP = 'helm.toolkit.fluxcd.io';

/** Fields that say when and as whom Flux works, and those that are looked at. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['interval', 'timeout', 'maxHistory', 'serviceAccountName', 'storageNamespace', 'persistentClient'],
  ...['driftDetection', 'test', 'rollback', 'uninstall', 'upgrade', 'waitStrategy', 'healthCheckExprs'],
  ...[
    'suspend',
    'chart',
    'chartRef',
    'releaseName',
    'targetNamespace',
    'install',
    'values',
    'valuesFrom',
    'dependsOn',
    'postRenderers',
    'postRenderStrategy',
    'commonMetadata',
  ],
]);

const STRATEGIES = ['combined', 'separate', 'nohooks'] as const;

/** What Kubernetes takes of a name in labels that Helm makes of it. */
const LONGEST_NAME = 53;

export function isFluxRelease({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === 'HelmRelease' && parseApiVersion(apiVersion).group === GROUP;
}

export function readFluxRelease(object: KubernetesObject): FluxRelease {
  const spec = record(object.spec);
  const { name, namespace = 'default' } = object.metadata;
  const install = record(spec.install);
  const target = text(spec.targetNamespace);
  const chart = chartOf(spec, namespace);
  return {
    key: formatKey(keyOf(object)),
    name,
    namespace,
    releaseName: shortened(text(spec.releaseName) ?? (target === undefined ? name : `${target}-${name}`)),
    targetNamespace: target ?? namespace,
    createNamespace: install.createNamespace === true,
    includeCrds: install.crds !== 'Skip' && install.skipCRDs !== true,
    chart,
    values: record(spec.values),
    valuesFrom: list(spec.valuesFrom).map(readValues),
    postRenderers: list(spec.postRenderers).flatMap(({ kustomize }) => {
      const { patches, images } = record(kustomize);
      const fields = { ...(hasItems(patches) && { patches }), ...(hasItems(images) && { images }) };
      return Object.keys(fields).length > 0 ? [fields] : [];
    }),
    postRenderStrategy: STRATEGIES.find((one) => one === spec.postRenderStrategy) ?? 'combined',
    commonMetadata: record(spec.commonMetadata),
    dependsOn: list(spec.dependsOn).map(
      (one) => `${text(one.namespace) ?? namespace}/${text(one.name) ?? ''}`,
    ),
    refusals: refusalsOf(spec, chart),
  };
}

/** The chart that a HelmChart of Flux stands for. */
export function readFluxChart({ spec, metadata }: KubernetesObject): FluxChart | undefined {
  return chartOf({ chart: { spec } }, metadata.namespace ?? 'default');
}

function chartOf({ chart, chartRef }: JsonObject, namespace: string): FluxChart | undefined {
  if (chartRef !== undefined) {
    const source = reference(record(chartRef), namespace, 'OCIRepository');
    return source && { source };
  }
  const spec = record(record(chart).spec);
  const source = reference(record(spec.sourceRef), namespace, 'HelmRepository');
  const [named, version] = [text(spec.chart), text(spec.version)];
  if (!source || named === undefined) return undefined;
  const files = (Array.isArray(spec.valuesFiles) ? spec.valuesFiles : []).map(String);
  return {
    source,
    chart: named,
    ...(version !== undefined && { version }),
    ...(files.length > 0 && { valuesFiles: files }),
    ...(spec.ignoreMissingValuesFiles === true && { ignoresMissingFiles: true }),
  };
}

function reference(ref: JsonObject, namespace: string, kind: string): FluxReference | undefined {
  const name = text(ref.name);
  if (name === undefined) return undefined;
  return { kind: text(ref.kind) ?? kind, namespace: text(ref.namespace) ?? namespace, name };
}

function readValues(from: JsonObject): FluxValues {
  const targetPath = text(from.targetPath);
  return {
    kind: text(from.kind) ?? '',
    name: text(from.name) ?? '',
    valuesKey: text(from.valuesKey) ?? 'values.yaml',
    ...(targetPath !== undefined && { targetPath }),
    optional: from.optional === true,
  };
}

function refusalsOf(spec: JsonObject, chart: FluxChart | undefined): readonly string[] {
  const reasons: string[] = [];
  if (spec.suspend === true) reasons.push('it is suspended');
  if (!chart) reasons.push('it names no chart');
  if (record(spec.install).disableHooks === true || record(spec.upgrade).disableHooks === true) {
    reasons.push('its hooks are disabled');
  }
  for (const { kind, name } of list(spec.valuesFrom)) {
    if (kind !== 'ConfigMap') {
      reasons.push(
        `its values come from ${kind} ${name} (valuesFrom), and do not belong into a program; most charts can be given the name of a Secret that exists`,
      );
    }
  }
  for (const renderer of list(spec.postRenderers)) {
    const fields = [
      ...Object.keys(renderer).filter((field) => field !== 'kustomize'),
      ...Object.keys(record(renderer.kustomize)).filter((field) => !['patches', 'images'].includes(field)),
    ];
    for (const field of fields) reasons.push(`postRenderers with ${field} are not understood`);
  }
  const strategy = spec.postRenderStrategy;
  if (strategy !== undefined && !STRATEGIES.some((one) => one === strategy)) {
    reasons.push(`postRenderStrategy ${String(strategy)} is not understood`);
  }
  for (const name of Object.keys(spec).sort(compareText)) {
    if (!KNOWN.has(name)) reasons.push(`${name} is not understood`);
  }
  return reasons;
}

/** As the helm-controller makes names that are too long. */
function shortened(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${name.slice(0, LONGEST_NAME - hash.length - 1)}-${hash}`;
}

function hasItems(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value) && value.length > 0;
}

function list(value: JsonValue | undefined): readonly JsonObject[] {
  return (Array.isArray(value) ? value : []).map((item: JsonValue) => record(item));
}
