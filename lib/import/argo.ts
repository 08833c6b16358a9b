/** Applications of Argo CD: what they deploy from where, as far as a program can say it. Argo CD documentation, "Application
 * Specification" and "Tool Detection". */
import {
  compareText,
  formatKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  keyOf,
  parseApiVersion,
} from '../objects/index.ts';
import { type ArgoHelm, helmRefusals, readArgoHelm } from './argo-helm.ts';
import { record, text } from './fields.ts';

export interface ArgoApplication {
  readonly key: string;
  readonly name: string;
  readonly sources: readonly ArgoSource[];
  /** Name or URL of the cluster. */
  readonly destination: string;
  /** Of objects that name none. */
  readonly namespace?: string;
  /** Why it cannot be in a program. */
  readonly refusals: readonly string[];
}

export interface ArgoSource {
  readonly repository: string;
  readonly path: string;
  /** A tag, or the version of a chart. */
  readonly revision?: string;
  /** A chart of a repository of charts, in place of a path. */
  readonly chart?: string;
  /** The name by which other sources take files of values from it. */
  readonly ref?: string;
  readonly helm: ArgoHelm;
  readonly recurse: boolean;
  /** Globs, with `*` for any characters. */
  readonly include?: string;
  readonly exclude?: string;
  /** Fields that Argo CD puts into the kustomization.yaml. */
  readonly overlay: JsonObject;
}

/** The cluster that Argo CD itself is in. */
export const IN_CLUSTER = { name: 'in-cluster', server: 'https://kubernetes.default.svc' } as const;

export function isArgo(
  { apiVersion, kind }: KubernetesObject,
  wanted: 'Application' | 'ApplicationSet',
): boolean {
  return kind === wanted && parseApiVersion(apiVersion).group === 'argoproj.io';
}

export function readArgoApplication(object: KubernetesObject): ArgoApplication {
  const spec = record(object.spec);
  const destination = record(spec.destination);
  const listed = Array.isArray(spec.sources) ? spec.sources : spec.source === undefined ? [] : [spec.source];
  const sources = listed.map((source: JsonValue) => record(source));
  const namespace = text(destination.namespace);
  return {
    key: formatKey(keyOf(object)),
    name: object.metadata.name,
    sources: sources.map(readSource),
    destination: text(destination.name) ?? text(destination.server) ?? IN_CLUSTER.server,
    ...(namespace !== undefined && { namespace }),
    refusals: sources.length === 0 ? ['it has no source'] : [...new Set(sources.flatMap(refusalsOf))],
  };
}

function readSource(source: JsonObject): ArgoSource {
  const directory = record(source.directory);
  const include = text(directory.include);
  const exclude = text(directory.exclude);
  return {
    repository: text(source.repoURL) ?? '',
    path: text(source.path) ?? '',
    ...(text(source.targetRevision) !== undefined && { revision: text(source.targetRevision)! }),
    ...(text(source.chart) !== undefined && { chart: text(source.chart)! }),
    ...(text(source.ref) !== undefined && { ref: text(source.ref)! }),
    helm: readArgoHelm(record(source.helm)),
    recurse: directory.recurse === true,
    ...(include !== undefined && { include }),
    ...(exclude !== undefined && { exclude }),
    overlay: overlayOf(record(source.kustomize)),
  };
}

const KUSTOMIZE_FIELDS = ['namePrefix', 'nameSuffix', 'namespace', 'patches', 'components', 'images'];

function refusalsOf(source: JsonObject): readonly string[] {
  const reasons: string[] = [];
  if (source.plugin !== undefined) reasons.push('it is made by a plugin');
  if (record(source.directory).jsonnet !== undefined) reasons.push('it is Jsonnet');
  const unknown = Object.keys(record(source.kustomize)).filter((name) => !KUSTOMIZE_FIELDS.includes(name));
  for (const name of unknown.sort(compareText)) reasons.push(`kustomize.${name} is not understood`);
  return [...reasons, ...helmRefusals(record(source.helm))];
}

function overlayOf({ images, ...fields }: JsonObject): JsonObject {
  const known = Object.entries(fields).filter(([name]) => KUSTOMIZE_FIELDS.includes(name));
  const read = (Array.isArray(images) ? images : []).flatMap((image: JsonValue) =>
    typeof image === 'string' ? [readImage(image)] : [],
  );
  return { ...Object.fromEntries(known), ...(read.length > 0 && { images: read }) };
}

/** `[name=]image[:tag][@digest]`, as `kustomize edit set image` takes it. */
function readImage(image: string): JsonObject {
  const [, alias, rest = ''] = /^(?:([^=]+)=)?(.*)$/.exec(image)!;
  const [, name = rest, tag, digest] = /^(.*?)(?::([^:/@]+))?(?:@(.+))?$/.exec(rest)!;
  return {
    name: alias ?? name,
    ...(alias !== undefined && { newName: name }),
    ...(tag !== undefined && digest === undefined && { newTag: tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** The same text for URLs of one repository: `https://host/path.git` and `git@host:path`. */
export function repositoryOf(url: string): string {
  return url
    .toLowerCase()
    .replace(/^[a-z+]+:\/\//, '')
    .replace(/^[^@/]*@/, '')
    .replace(/^([^/:]+):(?!\d+\/)/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}

/** Whether a glob of `directory.include` and `exclude` takes a path: `*` and `?` stand for any characters, `{a,b}` for either. */
export function matchesArgoGlob(glob: string, path: string): boolean {
  const source = glob.replace(/[.+^$()|[\]\\]|[*?{},]/g, (sign) => {
    const meaning = { '*': '.*', '?': '.', '{': '(?:', '}': ')', ',': '|' }[sign];
    return meaning ?? `\\${sign}`;
  });
  return new RegExp(`^(?:${source})$`, 's').test(path);
}
