import { readFile } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import {
  APPLICATION_FILE,
  ENVIRONMENT_FILE,
  flattenLists,
  type JsonValue,
  type KubernetesObject,
  keyOf,
  parseYaml,
  type RenderedApplication,
  type RenderedEnvironment,
  TruekeelError,
  TruekeelErrors,
  type YamlDocument,
} from '../objects/index.ts';
import { sealedManifest } from '../sealed/document/index.ts';
import { type AssembleOptions, assemble } from './assemble.ts';
import { manifestFiles } from './manifest-files.ts';
import { isEnvelope } from './object.ts';
import { scopesOf } from './scope.ts';
import type { CollectedApplication, CollectedObject } from './tree/index.ts';
import type { PolicyJudge, Validator } from './verdict.ts';

/** Who judges what was read. */
interface Judges {
  /** Judges the objects by what Kubernetes knows of their kinds. */
  readonly validate?: Validator;
  /** Judges the application by policies. */
  readonly judge?: PolicyJudge;
  /** Told of what is not wrong enough to be an error. */
  readonly onWarning?: (warning: TruekeelError) => void;
}

export interface ManifestOptions extends Judges {
  /** Name of the application that the objects become. */
  readonly application: string;
  /** Namespace of objects that live in one and name none. Default: `default`, as kubectl's. */
  readonly namespace?: string;
  /** Files are named relative to it, in errors and sources. Default: the folder itself. */
  readonly root?: string;
}

/** Files beside manifests that hold no objects: those of kustomize, and of a rendered branch. */
const BESIDE = new Set(['kustomization.yaml', 'kustomization.yml', ENVIRONMENT_FILE, APPLICATION_FILE]);

/** Reads a folder (with its subfolders) or file of Kubernetes YAML and JSON, whoever made it, as one application.
 * Lists are taken apart. Secrets are taken as they are: this is for applying, never for Git.
 * @throws TruekeelErrors with every file that does not parse (`INVALID_YAML`), every document that is no object
 * (`INVALID_OBJECT`), and every key that is there twice (`DUPLICATE_KEY`)
 * @throws TruekeelError `NO_MANIFESTS` when there is no such file, or none in the folder */
export async function readManifests(path: string, options: ManifestOptions): Promise<RenderedApplication> {
  const { application, namespace, root = path, ...judges } = options;
  const environment = await readManifestSets([{ application, files: await manifestFiles(path) }], {
    environment: 'files',
    root,
    namespace,
    allowPlainSecrets: true,
    ...judges,
  });
  return environment.applications[0] ?? { name: application, dependsOn: [], edges: [], objects: [] };
}

export interface ManifestSet {
  /** Name of the application that the objects become. */
  readonly application: string;
  readonly files: readonly string[];
}

export interface ManifestSetOptions extends Judges {
  readonly environment: string;
  readonly root: string;
  readonly namespace?: string | undefined;
  readonly allowPlainSecrets?: boolean;
}

/** Reads files of Kubernetes YAML and JSON as applications of one environment.
 * @throws TruekeelErrors as {@link readManifests}, and `PLAIN_SECRET` unless those are allowed */
export async function readManifestSets(
  sets: readonly ManifestSet[],
  { environment, root, namespace = 'default', allowPlainSecrets = false, ...judges }: ManifestSetOptions,
): Promise<RenderedEnvironment> {
  const errors: TruekeelError[] = [];
  const applications = await Promise.all(
    sets.map(async ({ application, files }) => {
      const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      const objects = texts.flatMap((text, index) => {
        const file = files[index]!;
        return readDocuments(text, relative(root, file).replaceAll(sep, '/') || file, errors);
      });
      return asApplication(application, objects);
    }),
  );
  if (errors.length > 0) throw new TruekeelErrors(errors.map((error) => error.message).join('\n'), errors);
  return environmentOf(environment, applications, {
    allowPlainSecrets,
    defaultNamespace: namespace,
    ...judges,
  });
}

export interface ObjectSet {
  /** Name of the application that the objects become. */
  readonly application: string;
  readonly objects: readonly KubernetesObject[];
  /** Of objects that live in one and name none. Default: `default`. */
  readonly namespace?: string;
}

/** Objects as applications of one environment.
 * @throws TruekeelErrors with everything that is wrong with them */
export function assembleObjects(
  sets: readonly ObjectSet[],
  { environment }: { readonly environment: string },
): RenderedEnvironment {
  const scopeOf = scopesOf(sets.flatMap(({ objects }) => objects.filter(isEnvelope)));
  const applications = sets.map(({ application, objects, namespace = 'default' }) => {
    const placed = objects.map((object) => {
      if (!isEnvelope(object) || object.metadata.namespace !== undefined) return { object };
      const { group, kind } = keyOf(object);
      if (scopeOf(group, kind) !== 'Namespaced') return { object };
      return { object: { ...object, metadata: { ...object.metadata, namespace } } };
    });
    return asApplication(application, placed);
  });
  return environmentOf(environment, applications, { defaultNamespace: 'default' });
}

function asApplication(name: string, objects: readonly CollectedObject[]): CollectedApplication {
  return { name, settings: {}, dependsOn: [], objects, edges: [] };
}

function environmentOf(
  name: string,
  applications: readonly CollectedApplication[],
  options: AssembleOptions,
): RenderedEnvironment {
  const [rendered] = assemble(
    { environments: [{ name, declared: false, cluster: {}, promotesFrom: [], applications }], problems: [] },
    options,
  );
  return rendered!; // one came in
}

function readDocuments(text: string, file: string, errors: TruekeelError[]): readonly CollectedObject[] {
  let documents: readonly YamlDocument[];
  try {
    documents = flattenLists(parseYaml(text, { file }));
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    errors.push(error);
    return [];
  }
  const [only, ...others] = documents;
  const sealed = only && others.length === 0 ? sealedManifest(only.value, text, file) : undefined;
  if (only && sealed) return [{ object: sealed, source: only.source }];
  // Whether they are objects is judged when they are assembled, with their place at hand.
  return documents
    .filter(({ value }) => !isBeside(file, value))
    .map(({ value, source }) => ({ object: withoutStatus(value), source }));
}

function isBeside(file: string, value: JsonValue): boolean {
  const { kind } = Object(value) as { readonly kind?: unknown };
  return BESIDE.has(basename(file)) && (kind === undefined || kind === 'Kustomization');
}

/** As `kubectl get -o yaml` prints objects, they have fields that only the server may set, and that it refuses
 * or misunderstands when they come back: `status`, and the server's part of metadata. */
function withoutStatus(value: JsonValue): KubernetesObject {
  // See above: judged later.
  const object = value as unknown as KubernetesObject;
  if (
    object === null ||
    typeof object !== 'object' ||
    object.metadata === null ||
    typeof object.metadata !== 'object'
  ) {
    return object;
  }
  const { status: _status, ...rest } = object;
  const { managedFields, resourceVersion, uid, generation, creationTimestamp, ...metadata } = object.metadata;
  const served = [managedFields, resourceVersion, uid, generation, creationTimestamp].some(
    (field) => field !== undefined && field !== null,
  );
  return served ? { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata } : object;
}
