/** Kustomizations of Flux (kustomize.toolkit.fluxcd.io): what they ask of kustomize, and what becomes of it in a program.
 * Flux documentation, "Kustomization". */
import {
  compareText,
  formatKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  keyOf,
  parseApiVersion,
} from '../objects/index.ts';
import { isVariableName, type Variables } from './flux-variables.ts';

export interface FluxKustomization {
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  /** From the root of the repository. */
  readonly path: string;
  /** Fields that Flux puts into the kustomization.yaml at the path. */
  readonly overlay: JsonObject;
  readonly ignoresMissingComponents: boolean;
  readonly commonMetadata: JsonObject;
  /** Values of variables that it names itself, over those of objects. */
  readonly variables: Variables;
  /** ConfigMaps in its namespace whose data are variables, later ones over earlier ones. */
  readonly variablesFrom: readonly { readonly name: string; readonly optional: boolean }[];
  /** Names of Kustomizations. */
  readonly dependsOn: readonly string[];
  readonly prune: boolean;
  /** Whether it is ready only when what it applied is. */
  readonly waits: boolean;
  readonly source?: { readonly kind: string; readonly name: string; readonly namespace: string };
  /** Why it cannot be in a program. */
  readonly refusals: readonly string[];
}

const GROUP = 'kustomize.toolkit.fluxcd.io';

/** Fields that say when and as whom Flux works, not what it makes. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  ...[
    'interval',
    'retryInterval',
    'timeout',
    'wait',
    'healthChecks',
    'healthCheckExprs',
    'force',
    'serviceAccountName',
  ],
  ...[
    'deletionPolicy',
    'path',
    'sourceRef',
    'dependsOn',
    'prune',
    'targetNamespace',
    'namePrefix',
    'nameSuffix',
  ],
  ...['patches', 'images', 'components', 'commonMetadata', 'postBuild', 'suspend', 'ignoreMissingComponents'],
  'buildMetadata',
]);

export function isFluxKustomization({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === 'Kustomization' && parseApiVersion(apiVersion).group === GROUP;
}

export function readFluxKustomization(object: KubernetesObject): FluxKustomization {
  const spec: JsonObject = isRecord(object.spec) ? object.spec : {};
  const { name, namespace = 'flux-system' } = object.metadata;
  const { commonMetadata, sourceRef } = spec;
  const postBuild = isRecord(spec.postBuild) ? spec.postBuild : undefined;
  const substitute = postBuild && isRecord(postBuild.substitute) ? postBuild.substitute : {};
  const from = postBuild && Array.isArray(postBuild.substituteFrom) ? postBuild.substituteFrom : [];
  const source = isRecord(sourceRef) ? sourceRef : undefined;
  return {
    key: formatKey(keyOf(object)),
    name,
    namespace,
    path: normalised(text(spec.path) ?? ''),
    overlay: {
      ...(text(spec.targetNamespace) && { namespace: text(spec.targetNamespace)! }),
      ...(text(spec.namePrefix) && { namePrefix: text(spec.namePrefix)! }),
      ...(text(spec.nameSuffix) && { nameSuffix: text(spec.nameSuffix)! }),
      ...listed('patches', spec.patches),
      ...listed('images', spec.images),
      ...listed('components', spec.components),
      ...listed('buildMetadata', spec.buildMetadata),
    },
    ignoresMissingComponents: spec.ignoreMissingComponents === true,
    commonMetadata: isRecord(commonMetadata) ? commonMetadata : {},
    variables: variablesOf(substitute),
    variablesFrom: from.flatMap((one: JsonValue) =>
      isRecord(one) && one.kind === 'ConfigMap'
        ? [{ name: text(one.name) ?? '', optional: one.optional === true }]
        : [],
    ),
    dependsOn: (Array.isArray(spec.dependsOn) ? spec.dependsOn : []).flatMap((one: JsonValue) =>
      isRecord(one) && text(one.name) ? [text(one.name)!] : [],
    ),
    prune: spec.prune !== false,
    waits: spec.wait === true || (Array.isArray(spec.healthChecks) && spec.healthChecks.length > 0),
    ...(source && {
      source: {
        kind: text(source.kind) ?? 'GitRepository',
        name: text(source.name) ?? '',
        namespace: text(source.namespace) ?? namespace,
      },
    }),
    refusals: refusalsOf(spec, postBuild),
  };
}

function refusalsOf(spec: JsonObject, postBuild: JsonObject | undefined): readonly string[] {
  const reasons: string[] = [];
  if (spec.suspend === true) reasons.push('it is suspended');
  const from = postBuild?.substituteFrom;
  for (const one of Array.isArray(from) ? from : []) {
    if (isRecord(one) && one.kind !== 'ConfigMap') {
      reasons.push(
        `its variables come from ${one.kind} ${one.name} (postBuild.substituteFrom), whose values do not belong into a program`,
      );
    }
  }
  const names = Object.keys(isRecord(postBuild?.substitute) ? postBuild.substitute : {});
  for (const name of names.filter((one) => !isVariableName(one))) {
    reasons.push(`"${name}" cannot name a variable (postBuild.substitute)`);
  }
  for (const name of Object.keys(spec).sort(compareText)) {
    if (!WITHOUT_EFFECT.has(name)) reasons.push(`${name} is not understood`);
  }
  return reasons;
}

/** Values as Flux takes them: without line breaks. */
export function variablesOf(values: JsonObject): Variables {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, String(value).replaceAll('\n', '')]),
  );
}

/** Sets the labels and annotations that a Kustomization gives to all its objects. */
export function withCommonMetadata(object: KubernetesObject, common: JsonObject): KubernetesObject {
  const { labels, annotations } = common;
  const merged = {
    ...object.metadata,
    ...(isRecord(labels) && { labels: { ...object.metadata.labels, ...labels } }),
    ...(isRecord(annotations) && { annotations: { ...object.metadata.annotations, ...annotations } }),
  };
  return { ...object, metadata: merged as KubernetesObject['metadata'] };
}

/** Without `./` in front and `/` behind; the root is the empty text. */
export function normalised(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function listed(name: string, value: JsonValue | undefined): JsonObject {
  return Array.isArray(value) && value.length > 0 ? { [name]: value } : {};
}

function isRecord(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
