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

export interface FluxKustomization {
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  /** From the root of the repository. */
  readonly path: string;
  /** Fields that Flux puts into the kustomization.yaml at the path. */
  readonly overlay: JsonObject;
  readonly commonMetadata: JsonObject;
  /** Values of variables; undefined where nothing is substituted. */
  readonly substitute?: Readonly<Record<string, string>>;
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
    },
    commonMetadata: isRecord(commonMetadata) ? commonMetadata : {},
    ...(postBuild && {
      substitute: Object.fromEntries(Object.entries(substitute).map(([key, value]) => [key, String(value)])),
    }),
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
  if (Array.isArray(from) && from.length > 0) {
    reasons.push('its variables come from objects of the cluster (postBuild.substituteFrom)');
  }
  for (const name of Object.keys(spec).sort(compareText)) {
    if (!WITHOUT_EFFECT.has(name)) reasons.push(`${name} is not understood`);
  }
  return reasons;
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

/** Replaces variables as Flux does (drone/envsubst): `${name}`, `${name:-default}`, `${name:=default}`; `$${name}` stays
 * `${name}`. What has no value is empty.
 * @returns undefined when the text has a form beyond these */
export function substituteVariables(
  given: string,
  values: Readonly<Record<string, string>>,
): string | undefined {
  let isUnderstood = true;
  const result = given.replace(/\$(\$?)\{([^}]*)\}/g, (whole, escaped: string, inner: string) => {
    if (escaped !== '') return whole.slice(1);
    const match = /^([A-Za-z_]\w*)(?::[-=](.*))?$/s.exec(inner);
    if (!match) {
      isUnderstood = false;
      return whole;
    }
    const [, name = '', otherwise = ''] = match;
    const value = Object.hasOwn(values, name) ? values[name]! : '';
    return value === '' ? otherwise : value;
  });
  return isUnderstood ? result : undefined;
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
