import { readFile } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import {
  APPLICATION_FILE,
  ENVIRONMENT_FILE,
  flattenLists,
  type JsonValue,
  type KubernetesObject,
  parseYaml,
  type RenderedApplication,
  TruekeelError,
  TruekeelErrors,
  type YamlDocument,
} from '../objects/index.ts';
import { assemble, type PolicyJudge, type Validator } from './assemble.ts';
import { manifestFiles } from './manifest-files.ts';
import type { CollectedObject } from './tree/index.ts';

export interface ManifestOptions {
  /** Name of the application that the objects become. */
  readonly application: string;
  /** Namespace of objects that live in one and name none. Default: `default`, as kubectl's. */
  readonly namespace?: string;
  /** Files are named relative to it, in errors and sources. Default: the folder itself. */
  readonly root?: string;
  /** Judges the objects by what Kubernetes knows of their kinds. */
  readonly validate?: Validator;
  /** Judges the application by policies. */
  readonly judge?: PolicyJudge;
  /** Told of what is not wrong enough to be an error. */
  readonly onWarning?: (warning: TruekeelError) => void;
}

/** Files beside manifests that hold no objects: those of kustomize, and of a rendered branch. */
const BESIDE = new Set(['kustomization.yaml', 'kustomization.yml', ENVIRONMENT_FILE, APPLICATION_FILE]);

/** Reads a folder (with its subfolders) or file of Kubernetes YAML and JSON, whoever made it, as one application.
 * Lists are taken apart. Secrets are taken as they are: this is for applying, never for Git.
 * @throws TruekeelErrors with every file that does not parse (`INVALID_YAML`), every document that is no object
 * (`INVALID_OBJECT`), and every key that is there twice (`DUPLICATE_KEY`)
 * @throws TruekeelError `NO_MANIFESTS` when there is no such file, or none in the folder */
export async function readManifests(path: string, options: ManifestOptions): Promise<RenderedApplication> {
  const files = await manifestFiles(path);
  const errors: TruekeelError[] = [];
  const root = options.root ?? path;
  const objects: CollectedObject[] = [];
  for (const file of files) {
    const name = relative(root, file).replaceAll(sep, '/') || file;
    objects.push(...readDocuments(await readFile(file, 'utf8'), name, errors));
  }
  if (errors.length > 0) throw new TruekeelErrors(errors.map((error) => error.message).join('\n'), errors);
  const { application } = options;
  const [environment] = assemble(
    {
      environments: [
        {
          name: 'files',
          declared: false,
          cluster: {},
          promotesFrom: [],
          applications: [{ name: application, settings: {}, dependsOn: [], objects, edges: [] }],
        },
      ],
      problems: [],
    },
    {
      allowPlainSecrets: true,
      defaultNamespace: options.namespace ?? 'default',
      ...(options.validate && { validate: options.validate }),
      ...(options.judge && { judge: options.judge }),
      ...(options.onWarning && { onWarning: options.onWarning }),
    },
  );
  return environment?.applications[0] ?? { name: application, dependsOn: [], edges: [], objects: [] };
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
