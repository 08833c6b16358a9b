/** One object: from what the program made to key, settings, bytes, digest and path. */
import {
  type Digest,
  digestOf,
  emitYaml,
  formatKey,
  type KubernetesObject,
  keyOf,
  type ObjectKey,
  type Overridden,
  objectPath,
  type RenderedObject,
  readVersion,
  type SettingProblem,
  settingsOf,
  TruekeelError,
} from '../objects/index.ts';
import { isSealed, sealedContent } from '../sealed/document/index.ts';
import { labelProblem, nameProblem } from './name-rules.ts';
import type { Problems } from './problems.ts';
import type { ScopeOf } from './scope.ts';
import { hasPlainSecret } from './secrets.ts';
import type { CollectedApplication, CollectedObject } from './tree/index.ts';

export interface ObjectRules {
  readonly scopeOf: ScopeOf;
  readonly allowPlainSecrets: boolean;
  readonly defaultNamespace: string | undefined;
}

/** Whether it has the envelope of a Kubernetes object: apiVersion, kind and metadata.name as texts. */
export function isEnvelope(object: unknown): object is KubernetesObject {
  const { apiVersion, kind, metadata } = (object ?? {}) as Partial<KubernetesObject>;
  return (
    isText(apiVersion) &&
    isText(kind) &&
    isText(metadata?.name) &&
    (metadata.namespace === undefined || typeof metadata.namespace === 'string') &&
    isTextMap(metadata.labels) &&
    isTextMap(metadata.annotations)
  );
}

/** @returns undefined when it is no Kubernetes object; what is wrong has been added to the problems */
export function renderObject(
  collected: CollectedObject,
  application: Pick<CollectedApplication, 'name' | 'settings'>,
  rules: ObjectRules,
  problems: Problems,
): RenderedObject | undefined {
  const { constructPath, source } = collected;
  if (!isEnvelope(collected.object)) {
    problems.add(collected, {
      code: 'INVALID_OBJECT',
      message: `${constructPath ?? 'a document'} is no Kubernetes object: ${envelopeProblem(collected.object)}`,
      hint: 'An object has an apiVersion, a kind, and metadata with a name.',
    });
    return undefined;
  }
  const object = inItsScope(collected, collected.object, rules, problems);
  const key = keyOf(object);
  checkNames(collected, key, problems);
  if (!rules.allowPlainSecrets && hasPlainSecret(object)) {
    problems.add(collected, {
      code: 'PLAIN_SECRET',
      key,
      message: `${formatKey(key)} has plain values, which must not get into Git`,
      hint: 'Seal it (truekeel secret seal, new SealedSecret), refer to a secret store (new ExternalSecret), or make it outside the program.',
    });
  }
  if (isSealed(object)) checkSealed(collected, object, problems);
  const wrongSetting = ({ annotation, value, allowed }: SettingProblem) =>
    problems.add(collected, {
      code: 'INVALID_SETTING',
      key,
      message: `${annotation} of ${formatKey(key)} is "${value}"`,
      hint: `It can be ${allowed}.`,
    });
  const version = readVersion(object, wrongSetting);
  const bytes = bytesOf(collected, object, key, problems);
  if (bytes === undefined) return undefined;
  return {
    key,
    apiVersion: object.apiVersion,
    digest: bytes.digest,
    settings: settingsOf(object, application.settings, wrongSetting),
    path: objectPath(application.name, key),
    ...(version && { version }),
    ...(isOverridden(collected.overridden) && { overridden: collected.overridden }),
    ...(constructPath !== undefined && { constructPath }),
    ...(source && { source }),
    object,
    yaml: bytes.yaml,
  };
}

/** The object with the namespace that its kind calls for. cdk8s gives a chart's namespace also to cluster-scoped
 * objects, and the API server drops it there; so it is left out before it gets into keys and paths. */
function inItsScope(
  collected: CollectedObject,
  object: KubernetesObject,
  rules: ObjectRules,
  problems: Problems,
): KubernetesObject {
  const { namespace, ...metadata } = object.metadata;
  const key = keyOf(object);
  const scope = rules.scopeOf(key.group, key.kind);
  if (scope === 'Cluster') return namespace === undefined ? object : { ...object, metadata };
  if (namespace) return object;
  if (scope === undefined) return namespace === undefined ? object : { ...object, metadata };
  if (rules.defaultNamespace !== undefined) {
    return { ...object, metadata: { ...metadata, namespace: rules.defaultNamespace } };
  }
  problems.add(collected, {
    code: 'MISSING_NAMESPACE',
    key,
    message: `${formatKey(key)} has no namespace`,
    hint: 'Give its Application a namespace: new Application(env, id, { namespace: "…" }).',
  });
  return object;
}

function checkNames(collected: CollectedObject, key: ObjectKey, problems: Problems): void {
  const name = nameProblem(key.group, key.kind, key.name);
  if (name !== undefined) {
    problems.add(collected, {
      code: 'INVALID_NAME',
      key,
      message: `the name of ${formatKey(key)} ${name}`,
      hint: 'Give it another metadata.name, or another id where its name is made of that.',
    });
  }
  const namespace = key.namespace === '' ? undefined : labelProblem(key.namespace);
  if (namespace !== undefined) {
    problems.add(collected, {
      code: 'INVALID_NAME',
      key,
      message: `the namespace of ${formatKey(key)} ${namespace}`,
      hint: 'Change the namespace where it is set: in the object, its application, or its environment.',
    });
  }
}

/** What a program handed over as sealed may be anything. */
function checkSealed(collected: CollectedObject, object: KubernetesObject, problems: Problems): void {
  try {
    sealedContent(object);
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    const { code, message, hint } = error;
    problems.add(collected, { code, key: keyOf(object), message, ...(hint !== undefined && { hint }) });
  }
}

interface ObjectBytes {
  readonly yaml: string;
  readonly digest: Digest;
}

const prepared = new WeakMap<object, ObjectBytes>();

/** Makes the bytes of an object that will be assembled, most likely without a change: work that can be done while
 * others are still collected. What is wrong with the object is said when it is assembled. */
export function prepareObject(object: unknown): void {
  if (!isEnvelope(object)) return;
  try {
    prepared.set(object, makeBytes(object));
  } catch {
    // See above.
  }
}

function makeBytes(object: KubernetesObject): ObjectBytes {
  const yaml = emitYaml(object);
  return { yaml, digest: digestOf(yaml) };
}

function bytesOf(
  collected: CollectedObject,
  object: KubernetesObject,
  key: ObjectKey,
  problems: Problems,
): ObjectBytes | undefined {
  try {
    return prepared.get(object) ?? makeBytes(object);
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    problems.add(collected, { code: error.code, key, message: `${formatKey(key)}: ${error.message}` });
    return undefined;
  }
}

/** It comes from a process that runs code of users. */
function isOverridden(value: CollectedObject['overridden']): value is readonly Overridden[] {
  return (
    Array.isArray(value) &&
    value.every((one) => isText(one?.path) && isText(one.reason) && 'before' in one && 'after' in one)
  );
}

function envelopeProblem(object: unknown): string {
  if (object === null || typeof object !== 'object' || Array.isArray(object)) return 'it is not a map';
  const { apiVersion, kind, metadata } = object as Partial<KubernetesObject>;
  if (!isText(apiVersion)) return 'it has no apiVersion';
  if (!isText(kind)) return 'it has no kind';
  if (metadata === null || typeof metadata !== 'object') return `${kind} has no metadata`;
  if (!isText(metadata.name)) return `${kind} has no metadata.name`;
  const field = isTextMap(metadata.labels)
    ? isTextMap(metadata.annotations)
      ? 'namespace'
      : 'annotations'
    : 'labels';
  return `metadata.${field} of ${kind} ${metadata.name} must hold text only`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTextMap(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  return Object.values(value).every((field) => typeof field === 'string');
}
